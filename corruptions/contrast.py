"""Contrast: everything pulled toward the mean colour. Source: Hendrycks & Dietterich, ICLR 2019."""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity            1  2  3  4  5
KEPT_TWENTIETHS = (8, 6, 4, 2, 1)  # contrast kept, in twentieths: 0.4, 0.3, 0.2, 0.1, 0.05


@kernel
def channel_sums(pixels: Image) -> tuple[np.int64, np.int64, np.int64]:
    """Return the sums of the three channels of `pixels`, shape (n, 3)."""
    red, green, blue = np.int64(0), np.int64(0), np.int64(0)
    for i in range(pixels.shape[0]):
        red += np.int64(pixels[i, 0])
        green += np.int64(pixels[i, 1])
        blue += np.int64(pixels[i, 2])
    return red, green, blue


@kernel
def look_up(pixels: Image, table: npt.NDArray[np.uint8], output: Image) -> None:
    """Replace each value of `pixels`, shape (n, 3), by its channel's entry in `table`, shape (3, 256)."""
    for i in range(pixels.shape[0]):
        output[i, 0] = table[0, pixels[i, 0]]
        output[i, 1] = table[1, pixels[i, 1]]
        output[i, 2] = table[2, pixels[i, 2]]


def contrast(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` with each channel's distance from its mean reduced: floor((value - mean) * c + mean).

    With c = k / 20 and mean = sum / n this is floor((value * k * n + sum * (20 - k)) / (20 n)), in integers.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used.
    """
    kept = KEPT_TWENTIETHS[severity - 1]
    pixels = image.reshape(-1, 3)
    count = pixels.shape[0]
    values = np.arange(256, dtype=np.int64) * (kept * count)
    sums = np.array([int(total) for total in channel_sums(pixels)], np.int64)[:, None]
    table = ((values + sums * (20 - kept)) // (20 * count)).astype(np.uint8)
    output = np.empty_like(image)
    look_up(pixels, table, output.reshape(-1, 3))
    return output
