"""Blur along a trail that starts at each pixel: the camera's shake, and falling snow.

The trail is one-sided: a pixel becomes the Gaussian-weighted mean of itself and the pixels that follow it in
one direction, at whole-pixel shifts, with the border pixels repeated outward. Arithmetic as ImageMagick 6
(Q16) has it, floor(round(257 f) / 257) for the exact weighted mean f. Source: ImageMagick's MotionBlurImage,
which hendrycks/robustness calls.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.shipped_tables import load_table

# Row of the table motion_weights, by (radius, sigma) in pixels; the trail has 2 radius + 1 pixels.
TRAILS = {
    (10, 3): 0, (15, 5): 1, (15, 8): 2, (15, 12): 3, (20, 15): 4,
    (10, 4): 5, (12, 4): 6, (12, 8): 7, (12, 12): 8,
}  # fmt: skip

WEIGHT_BITS = 23  # the weights of a trail sum to 2**23, so that 255 times their sum still fits int32
# floor(round(257 S / 2**23) / 257) = (S + floor(2**22 / 257)) >> 23 for every whole S.
ROUNDING = 2**22 // 257
DIRECTION_BITS = 12  # directions of the table motion_directions: 4,096 between -45 and 45 degrees


def direction(word: int) -> tuple[int, int]:
    """Return (cos, sin), in units of 2**-30, of a uniformly drawn angle between -45 and 45 degrees.

    Args:
        word: uniform, below 2**32; its upper 12 bits pick one of 4,096 angles.
    """
    cosine, sine = load_table("motion_directions")[word >> (32 - DIRECTION_BITS)]
    return int(cosine), int(sine)


@kernel
def trail_shifts(component: int, shifts: npt.NDArray[np.int64]) -> None:
    """Set shifts[i] = ceil(i * component / 2**30 - 1/2): how many pixels along one axis tap i lies away.

    Args:
        component: cosine or sine of the trail's direction, units of 2**-30.
        shifts: int64; overwritten.
    """
    for i in range(shifts.size):
        shifts[i] = (i * component + 2**29 - 1) >> 30


@kernel
def pad_by_repetition(
    picture: npt.NDArray[np.uint8], channels: int, top: int, left: int, padded: npt.NDArray[np.uint8]
) -> None:
    """Copy `picture` into `padded` with its border pixels repeated outward.

    Args:
        picture: uint8, shape (H, W * channels).
        channels: values of one pixel, side by side.
        top: rows to add above.
        left: columns (pixels) to add at the left.
        padded: uint8, shape (at least H + top, at least (W + left) * channels); overwritten.
    """
    height, width = picture.shape
    start = left * channels
    for y in range(padded.shape[0]):
        source = picture[min(max(y - top, 0), height - 1)]
        target = padded[y]
        for x in range(width):
            target[start + x] = source[x]
        for x in range(start - 1, -1, -1):
            target[x] = target[x + channels]
        for x in range(start + width, padded.shape[1]):
            target[x] = target[x - channels]


@kernel
def weighted_shifts(
    padded: npt.NDArray[np.uint8], rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64],
    weights: npt.NDArray[np.int32], total: npt.NDArray[np.int32], blurred: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set blurred[y, x] to the weighted mean of padded[y + rows[i], x + columns[i]] over the taps i.

    Args:
        padded: uint8; holds every row and column that is read.
        rows: int64, shape (T,), T a multiple of four.
        columns: int64, shape (T,), in values (pixels times channels).
        weights: int32, shape (T,), sum 2**23.
        total: int32, shape (W * channels,); working space.
        blurred: uint8, shape (H, W * channels); overwritten.
    """
    height, width = blurred.shape
    for y in range(height):
        for x in range(width):
            total[x] = ROUNDING
        for i in range(0, weights.size, 4):
            a, b, c, d = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
            first = padded[y + rows[i], columns[i] : columns[i] + width]
            second = padded[y + rows[i + 1], columns[i + 1] : columns[i + 1] + width]
            third = padded[y + rows[i + 2], columns[i + 2] : columns[i + 2] + width]
            fourth = padded[y + rows[i + 3], columns[i + 3] : columns[i + 3] + width]
            for x in range(width):
                total[x] += (
                    a * np.int32(first[x]) + b * np.int32(second[x])
                    + c * np.int32(third[x]) + d * np.int32(fourth[x])
                )  # fmt: skip
        for x in range(width):
            blurred[y, x] = total[x] >> WEIGHT_BITS


def motion_trail(
    picture: npt.NDArray[np.uint8], channels: int, radius: int, sigma: int, cosine: int, sine: int
) -> npt.NDArray[np.uint8]:
    """Return `picture` blurred along a trail.

    Args:
        picture: uint8, shape (H, W * channels), C-contiguous; not modified.
        channels: values of one pixel, side by side.
        radius: half of the trail's length, pixels.
        sigma: standard deviation of the trail's weights, pixels; (radius, sigma) is a key of TRAILS.
        cosine: of the direction in which the trail is read, x to the right; units of 2**-30.
        sine: of the same, y downward; units of 2**-30.
    """
    height, width = picture.shape
    taps = -(-(2 * radius + 1) // 4) * 4  # the last ones have weight zero
    weights: npt.NDArray[Any] = load_table("motion_weights")[TRAILS[radius, sigma], :taps].copy()
    rows, columns = np.empty(taps, np.int64), np.empty(taps, np.int64)
    trail_shifts(sine, rows)
    trail_shifts(cosine, columns)
    top, left = max(0, -int(rows[-1])), max(0, -int(columns[-1]))
    padded = np.empty(
        (height + abs(int(rows[-1])), width + abs(int(columns[-1])) * channels), np.uint8
    )  # shifts grow steadily from zero, so the last is the farthest
    pad_by_repetition(picture, channels, top, left, padded)
    blurred = np.empty((height, width), np.uint8)
    weighted_shifts(
        padded, rows + top, (columns + left) * channels, weights, np.empty(width, np.int32), blurred
    )
    return blurred
