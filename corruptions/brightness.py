"""Brightness: daylight intensity. Source: Hendrycks & Dietterich, ICLR 2019."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity       1   2   3   4   5
RISE_PERCENT = (10, 20, 30, 40, 50)  # added to V, percent of the range from black to white
SCALE_BITS = 20


@lru_cache(maxsize=5)
def brightness_scales(severity: int) -> npt.NDArray[np.int32]:
    """Return, for each largest channel M, what brightness does to a pixel, int32, shape (256, 2).

    Column 0 is ceil(2**20 * min(M + 255 c, 255) / M), exact enough that (value * scale) >> 20 is the floor
    of the true quotient for every value <= M (2 M**2 < 2**20); column 1 is floor(255 c) for black, else 0.
    """
    scales = np.zeros((256, 2), np.int32)
    doubled_rise = 510 * RISE_PERCENT[severity - 1] // 100
    scales[0, 1] = doubled_rise // 2
    for largest in range(1, 256):
        raised = min(2 * largest + doubled_rise, 510)
        scales[largest, 0] = -((-raised << SCALE_BITS) // (2 * largest))
    return scales


@kernel
def scale_pixels(pixels: Image, scales: npt.NDArray[np.int32], output: Image) -> None:
    """Scale each pixel by the factor that its largest channel selects; `pixels` has shape (n, 3)."""
    for i in range(pixels.shape[0]):
        red, green, blue = np.int32(pixels[i, 0]), np.int32(pixels[i, 1]), np.int32(pixels[i, 2])
        largest = max(red, green, blue)
        scale, black = scales[largest, 0], scales[largest, 1]
        output[i, 0] = ((red * scale) >> SCALE_BITS) + black
        output[i, 1] = ((green * scale) >> SCALE_BITS) + black
        output[i, 2] = ((blue * scale) >> SCALE_BITS) + black


def brightness(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` with the V of each pixel's HSV raised and limited to white.

    Hue and saturation fixed, every channel is proportional to V, so a pixel is its old self times new V /
    old V; black turns grey.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used.
    """
    output = np.empty_like(image)
    scale_pixels(image.reshape(-1, 3), brightness_scales(severity), output.reshape(-1, 3))
    return output
