"""Impulse noise: salt and pepper from bit errors. Source: Hendrycks & Dietterich, ICLR 2019."""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity       1  2  3   4   5
AMOUNT_PERCENT = (3, 6, 9, 17, 27)  # share of values replaced, half by 0 and half by 255


@kernel
def replace_values(pixels: Image, uniforms: npt.NDArray[np.uint16], half: int, output: Image) -> None:
    """Write 0 where the uniform value is below `half`, 255 where it is below twice `half`, else the pixel."""
    for i in range(pixels.size):
        uniform = np.int32(uniforms[i])
        value = pixels[i]
        salted = 255 if uniform < 2 * half else value
        output[i] = 0 if uniform < half else salted


def impulse_noise(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` with a share of its values, each channel for itself, replaced by 0 or 255.

    Pepper and salt each take round(65536 * amount / 2) of the 65,536 uniform values.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness; field 0, one 16-bit value for each number of the image.
    """
    half = (65536 * AMOUNT_PERCENT[severity - 1] + 100) // 200
    output = np.empty_like(image)
    replace_values(image.reshape(-1), stream.halves(0, image.size), half, output.reshape(-1))
    return output
