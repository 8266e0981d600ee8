"""Blur a picture with a truncated Gaussian in integers; edges repeat the outermost pixel.

The law is that of scipy.ndimage.gaussian_filter(mode="nearest", truncate=4): separable, radius
int(4 sigma + 0.5), weights from tables/gaussian_kernels.npy.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.shipped_tables import load_table

SIGMAS = (0.7, 0.9, 1.0, 1.1, 1.5, 2.0, 3.0, 4.0, 6.0)  # pixels; the rows of the table


@kernel
def filter_rows(
    image: Image, weights: npt.NDArray[np.int32], blurred: npt.NDArray[np.uint16], sums: npt.NDArray[np.int32]
) -> None:
    """Blur along rows: `blurred` gets 256 times the weighted mean, rounded half up.

    Args:
        image: uint8, shape (H, W, 3).
        weights: one-sided, shape (radius + 1,); centre + 2 * others = 2**15.
        blurred: uint16, shape (H, 3 W); overwritten. At most 255 * 256.
        sums: int32, shape (2, 3 (W + 2 radius)): room for one padded row and its sums.
    """
    height, width, _ = image.shape
    radius = weights.size - 1
    for y in range(height):
        for x in range(width + 2 * radius):
            source = min(max(x - radius, 0), width - 1)
            for channel in range(3):
                sums[0, 3 * x + channel] = image[y, source, channel]
        row, line = sums[1], sums[0, 3 * radius :]
        for i in range(3 * width):
            row[i] = weights[0] * line[i]
        for distance in range(1, radius + 1):
            weight = weights[distance]
            before, after = sums[0, 3 * (radius - distance) :], sums[0, 3 * (radius + distance) :]
            for i in range(3 * width):
                row[i] += weight * (before[i] + after[i])
        for i in range(3 * width):
            blurred[y, i] = (sums[1, i] + 64) >> 7


@kernel
def filter_columns(
    rows: npt.NDArray[np.uint16], weights: npt.NDArray[np.int32], sums: npt.NDArray[np.int32], output: Image
) -> None:
    """Blur along columns and keep the integer part.

    Sums stay below 2**31: weights sum to 2**15 and values are at most 255 * 256.

    Args:
        rows: uint16, shape (H, 3 W), from `filter_rows`.
        weights: as for `filter_rows`.
        sums: int32, shape (at least 3 W,): room for one row of sums.
        output: uint8, shape (H, 3 W); overwritten.
    """
    height, length = rows.shape
    for y in range(height):
        for i in range(length):
            sums[i] = weights[0] * np.int32(rows[y, i])
        for distance in range(1, weights.size):
            weight = weights[distance]
            above, below = max(y - distance, 0), min(y + distance, height - 1)
            for i in range(length):
                sums[i] += weight * (np.int32(rows[above, i]) + np.int32(rows[below, i]))
        for i in range(length):
            output[y, i] = sums[i] >> 23


def one_sided_weights(sigma: float) -> npt.NDArray[np.int32]:
    """Return the weights of a Gaussian at distances 0 ... int(4 sigma + 0.5); both sides sum to 2**15.

    Args:
        sigma: one of SIGMAS.
    """
    table = load_table("gaussian_kernels")[SIGMAS.index(sigma)]
    return np.ascontiguousarray(table[: int(4 * sigma + 0.5) + 1])


def gaussian_filter(image: Image, sigma: float) -> Image:
    """Return `image` blurred by a Gaussian of `sigma` pixels, values truncated.

    Args:
        image: uint8, shape (H, W, 3), C-contiguous; not modified.
        sigma: one of SIGMAS.
    """
    weights = one_sided_weights(sigma)
    height, width, _ = image.shape
    blurred = np.empty((height, 3 * width), np.uint16)
    sums = np.empty((2, 3 * (width + 2 * (weights.size - 1))), np.int32)
    output = np.empty_like(image)
    filter_rows(image, weights, blurred, sums)
    filter_columns(blurred, weights, sums[1], output.reshape(height, 3 * width))
    return output
