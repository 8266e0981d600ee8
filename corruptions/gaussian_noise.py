"""Gaussian noise: sensor noise in poor light. Source: Hendrycks & Dietterich, ICLR 2019."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.quantiles import ONE, normal_quantiles
from hzbench.corruptions.random_stream import RandomStream

# severity         1   2   3   4   5
DEVIATION_PERCENT = (8, 12, 18, 26, 38)  # standard deviation, percent of the range from black to white


@lru_cache(maxsize=5)
def noise_offsets(severity: int) -> npt.NDArray[np.int16]:
    """Return floor(255 * deviation * quantile) for each 16-bit uniform value, int16, shape (65536,)."""
    scaled = normal_quantiles().astype(np.int64) * (255 * DEVIATION_PERCENT[severity - 1])
    return (scaled // (100 * ONE)).astype(np.int16)


@kernel
def add_offsets(
    pixels: Image, uniforms: npt.NDArray[np.uint16], offsets: npt.NDArray[np.int16], output: Image
) -> None:
    """Write clip(pixel + offsets[uniform], 0, 255) for each of the (flattened) values."""
    for i in range(pixels.size):
        value = np.int64(pixels[i]) + np.int64(offsets[uniforms[i]])
        output[i] = max(0, min(255, int(value)))


def gaussian_noise(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` with independent normal noise added to every channel of every pixel.

    A whole pixel value plus a real offset has the integer part of the offset's own, so the offset is floored
    once, in the table.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness; field 0, one 16-bit value for each number of the image.
    """
    output = np.empty_like(image)
    add_offsets(image.reshape(-1), stream.halves(0, image.size), noise_offsets(severity), output.reshape(-1))
    return output
