"""Pixelate: a picture enlarged from too few pixels. Source: Hendrycks & Dietterich, ICLR 2019.

The resize is Pillow's BOX filter for 8-bit images, written in integers: weights of 22 fractional bits, rows
first, 8-bit rounding after each pass.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity        1   2   3   4   5
SIDE_PERCENT = (60, 50, 40, 30, 25)  # side of the small picture, percent of the full one
FRACTION_BITS = 22


@lru_cache(maxsize=64)
def box_windows(full: int, small: int) -> npt.NDArray[np.int32]:
    """Return first pixel, number of pixels and weight (units of 2**-22) of each small pixel.

    A full pixel belongs to the window in which its centre lies: -0.5 < (its centre - window's centre) /
    scale <= 0.5.

    Args:
        full: side of the picture, pixels.
        small: side after the reduction, pixels.

    Returns:
        int32, shape (small, 3).
    """
    windows = np.empty((small, 3), np.int32)
    scale = full / small
    for i in range(small):
        centre = (i + 0.5) * scale
        first = max(int(centre - 0.5 * scale + 0.5), 0)
        last = min(int(centre + 0.5 * scale + 0.5), full)
        inside = [x for x in range(first, last) if -0.5 < (x - centre + 0.5) * (1.0 / scale) <= 0.5]
        windows[i] = inside[0], len(inside), int(0.5 + 1.0 / len(inside) * 2**FRACTION_BITS)
    return windows


@lru_cache(maxsize=64)
def nearest_places(small: int, full: int) -> npt.NDArray[np.int32]:
    """Return which small pixel each full one copies, int32, shape (full,)."""
    scale = small / full
    return np.array([min(int((i + 0.5) * scale), small - 1) for i in range(full)], np.int32)


@kernel
def reduce_rows(image: Image, windows: npt.NDArray[np.int32], output: Image) -> None:
    """Average each row's windows: (H, W, 3) -> (H, small, 3), rounded half up."""
    half = 1 << (FRACTION_BITS - 1)
    for y in range(image.shape[0]):
        for i in range(windows.shape[0]):
            first, count, weight = windows[i, 0], windows[i, 1], windows[i, 2]
            red, green, blue = np.int64(0), np.int64(0), np.int64(0)
            for x in range(first, first + count):
                red += np.int64(image[y, x, 0])
                green += np.int64(image[y, x, 1])
                blue += np.int64(image[y, x, 2])
            output[y, i, 0] = (red * weight + half) >> FRACTION_BITS
            output[y, i, 1] = (green * weight + half) >> FRACTION_BITS
            output[y, i, 2] = (blue * weight + half) >> FRACTION_BITS


@kernel
def reduce_columns(
    rows: Image, windows: npt.NDArray[np.int32], sums: npt.NDArray[np.int32], output: Image
) -> None:
    """Average each column's windows: (H, n) -> (small, n), rounded half up; `sums` is room for n numbers."""
    half = 1 << (FRACTION_BITS - 1)
    for i in range(windows.shape[0]):
        first, count, weight = windows[i, 0], windows[i, 1], windows[i, 2]
        for j in range(rows.shape[1]):
            sums[j] = rows[first, j]
        for y in range(first + 1, first + count):
            for j in range(rows.shape[1]):
                sums[j] += np.int32(rows[y, j])
        for j in range(rows.shape[1]):
            output[i, j] = (sums[j] * weight + half) >> FRACTION_BITS


@kernel
def enlarge(small: Image, rows: npt.NDArray[np.int32], columns: npt.NDArray[np.int32], output: Image) -> None:
    """Copy to each pixel of `output` the pixel of `small` that `rows` and `columns` name."""
    for y in range(rows.size):
        if y > 0 and rows[y] == rows[y - 1]:
            for x in range(columns.size):
                for channel in range(3):
                    output[y, x, channel] = output[y - 1, x, channel]
        else:
            for x in range(columns.size):
                for channel in range(3):
                    output[y, x, channel] = small[rows[y], columns[x], channel]


def pixelate(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` reduced by box averaging and enlarged again by copying.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used.
    """
    height, width, _ = image.shape
    percent = SIDE_PERCENT[severity - 1]
    small_height, small_width = height * percent // 100, width * percent // 100
    rows = np.empty((height, small_width, 3), np.uint8)
    small = np.empty((small_height, small_width, 3), np.uint8)
    sums = np.empty(3 * small_width, np.int32)
    output = np.empty_like(image)
    reduce_rows(image, box_windows(width, small_width), rows)
    reduce_columns(
        rows.reshape(height, -1), box_windows(height, small_height), sums, small.reshape(small_height, -1)
    )
    enlarge(small, nearest_places(small_height, height), nearest_places(small_width, width), output)
    return output
