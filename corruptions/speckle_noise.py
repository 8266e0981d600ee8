"""Speckle noise: noise in proportion to the light. Source: Hendrycks & Dietterich, ICLR 2019 (validation)."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.quantiles import normal_quantiles
from hzbench.corruptions.random_stream import RandomStream

# severity           1   2   3   4   5
DEVIATION_PERCENT = (15, 20, 35, 45, 60)  # standard deviation, percent of the pixel's own value
FACTOR_BITS = 20


@lru_cache(maxsize=5)
def noise_factors(severity: int) -> npt.NDArray[np.int32]:
    """Return deviation * quantile for each 16-bit uniform value, units of 2**-20, int32, shape (65536,)."""
    scaled = normal_quantiles().astype(np.int64) * DEVIATION_PERCENT[severity - 1]
    return ((scaled + 50 * 2**8) // (100 * 2**8)).astype(np.int32)


@kernel
def multiply(
    pixels: Image, uniforms: npt.NDArray[np.uint16], factors: npt.NDArray[np.int32], output: Image
) -> None:
    """Write clip(pixel + floor(pixel * factors[uniform]), 0, 255) for each of the (flattened) values."""
    for i in range(pixels.size):
        pixel = np.int64(pixels[i])
        value = pixel + ((pixel * np.int64(factors[uniforms[i]])) >> FACTOR_BITS)
        output[i] = max(0, min(255, int(value)))


def speckle_noise(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` with normal noise in proportion to each value, independent for every channel.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness; field 0, one 16-bit value for each number of the image.
    """
    output = np.empty_like(image)
    multiply(image.reshape(-1), stream.halves(0, image.size), noise_factors(severity), output.reshape(-1))
    return output
