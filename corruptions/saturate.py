"""Saturate: colours too pale or too strong. Source: Hendrycks & Dietterich, ICLR 2019 (validation)."""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity      1  2   3   4    5
FACTOR_TENTHS = (3, 1, 20, 50, 200)  # S of HSV is multiplied by this
RISE_TENTHS = (0, 0, 0, 1, 2)  # and raised by this

RECIPROCAL_BITS = 32
# ceil(2**32 / (10 d)): (n * reciprocal) >> 32 is floor(n / (10 d)) for every n <= 10 * 255 * d, d <= 255.
RECIPROCALS = np.array([0] + [-(-(2**RECIPROCAL_BITS) // (10 * d)) for d in range(1, 256)], np.int64)


@kernel
def change_saturation(
    pixels: Image, factor: int, rise: int, reciprocals: npt.NDArray[np.int64], output: Image
) -> None:
    """Write to each pixel of `output`, shape (n, 3), the colour of new saturation.

    With M and m the largest and smallest channel, channel c becomes floor(M - M S' (M - c) / (M - m)), where
    M S' = min(factor (M - m) + rise M, M), all in tenths. Grey has no hue: it counts as red, as in
    scikit-image.
    """
    for i in range(pixels.shape[0]):
        largest = max(int(pixels[i, 0]), int(pixels[i, 1]), int(pixels[i, 2]))
        smallest = min(int(pixels[i, 0]), int(pixels[i, 1]), int(pixels[i, 2]))
        spread = largest - smallest
        if spread == 0:
            output[i, 0] = largest
            output[i, 1] = output[i, 2] = largest * (10 - rise) // 10
        else:
            drop = min(factor * spread + rise * largest, 10 * largest)
            for channel in range(3):
                tenths = 10 * largest * spread - drop * (largest - int(pixels[i, channel]))
                output[i, channel] = (tenths * reciprocals[spread]) >> RECIPROCAL_BITS


def saturate(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` with the S of each pixel's HSV scaled, raised and limited to 1.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1, 2: paler; 3 to 5: stronger.
        stream: not used.
    """
    output = np.empty_like(image)
    factor, rise = FACTOR_TENTHS[severity - 1], RISE_TENTHS[severity - 1]
    change_saturation(image.reshape(-1, 3), factor, rise, RECIPROCALS, output.reshape(-1, 3))
    return output
