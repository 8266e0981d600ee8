"""Zoom blur: the mean of a picture and its enlargements, as if the camera moved forward during the exposure.

Every enlargement is bilinear at rational places, so the mean is one exact fraction; its whole part is the
result.
Source: Hendrycks & Dietterich, ICLR 2019.
"""

import sys
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.enlargement import Enlargement, enlargement
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# Enlargements in percent: first, last, step. The original's numpy.arange(1, 1.11, 0.01) has a twelfth factor,
# 1.11, by a rounding error; it is kept.
# severity            1              2              3              4              5
PERCENT = ((100, 111, 1), (100, 115, 1), (100, 120, 2), (100, 124, 2), (100, 130, 3))

SMALL = (
    257  # pixels; up to this side 255 times a denominator fits 16 bits, so that a pixel fits one 64-bit word
)
LANES = (0, 1, 2) if sys.byteorder == "little" else (3, 2, 1)  # where a word's channels lie in memory


class Axis(NamedTuple):
    """One axis of all layers, stacked."""

    near: npt.NDArray[np.uint32]  # shape (L, side)
    weights: npt.NDArray[np.int32]  # shape (L, side)
    grids: npt.NDArray[np.int32]  # shape (L,)


class Layers(NamedTuple):
    """All enlargements of one severity but the first (100 %), sorted by their denominators."""

    rows: Axis
    columns: Axis
    factors: npt.NDArray[np.int64]  # what brings each layer to the common denominator
    picture_factor: int  # the unchanged picture counts twice: as itself, and as the enlargement by 100 %
    denominator: int  # of the mean


def stacked(axes: list[Enlargement]) -> Axis:
    """Return the same axis of several enlargements as arrays for the kernels."""
    return Axis(
        np.array([axis.near for axis in axes], np.uint32),
        np.array([axis.weight for axis in axes]),
        np.array([axis.grid for axis in axes], np.int32),
    )


@lru_cache(maxsize=32)
def layers(height: int, width: int, severity: int) -> Layers:
    """Return the enlargements of a picture of this size, all brought to one denominator.

    A grid has side - 1 or side cells, so height (height - 1) width (width - 1) is a multiple of every
    denominator.
    """
    first, last, step = PERCENT[severity - 1]
    pairs = [
        (enlargement(height, percent), enlargement(width, percent))
        for percent in range(first + step, last + 1, step)
    ]
    pairs.sort(key=lambda pair: pair[0].grid * pair[1].grid)
    common = height * (height - 1) * width * (width - 1)
    factors = [common // (row.grid * column.grid) for row, column in pairs]
    return Layers(
        stacked([row for row, _ in pairs]),
        stacked([column for _, column in pairs]),
        np.array(factors, np.int64),
        2 * common,
        (len(pairs) + 2) * common,
    )


@kernel
def pack_rows(
    picture: npt.NDArray[np.uint8], words: npt.NDArray[np.int64], steps: npt.NDArray[np.int64]
) -> None:
    """Pack each pixel's channels into lanes of 16 bits, and note the step to the next pixel.

    Args:
        picture: uint8, shape (H, W * 3).
        words: int64, shape (H, W); becomes red + green * 2**16 + blue * 2**32.
        steps: int64, shape (H, W); becomes the next pixel's word less this one's, 0 for the last.
    """
    width = words.shape[1]
    for y in range(words.shape[0]):
        source, word, step = picture[y], words[y], steps[y]
        for x in range(width):
            red, green, blue = (
                np.int64(source[3 * x]),
                np.int64(source[3 * x + 1]),
                np.int64(source[3 * x + 2]),
            )
            word[x] = red | (green << 16) | (blue << 32)
        for x in range(width - 1):
            step[x] = word[x + 1] - word[x]
        step[width - 1] = 0


@kernel
def stretch(
    words: npt.NDArray[np.int64], steps: npt.NDArray[np.int64], near: npt.NDArray[np.uint32],
    weights: npt.NDArray[np.int32], grid: int, stretched: npt.NDArray[np.int64],
) -> None:  # fmt: skip
    """Enlarge a packed row: `grid` times the value between pixels near[x] and near[x] + 1, lane by lane."""
    for x in range(near.size):
        place = near[x]
        stretched[x] = words[place] * grid + steps[place] * np.int64(weights[x])


@kernel
def add_layers(
    words: npt.NDArray[np.int64], steps: npt.NDArray[np.int64],
    near_rows: npt.NDArray[np.uint32], row_weights: npt.NDArray[np.int32], row_grids: npt.NDArray[np.int32],
    near_columns: npt.NDArray[np.uint32], column_weights: npt.NDArray[np.int32],
    column_grids: npt.NDArray[np.int32], factors: npt.NDArray[np.float64], picture_factor: float,
    reciprocal: float, stretched: npt.NDArray[np.int64], lanes: npt.NDArray[np.uint16],
    picture_lanes: npt.NDArray[np.uint16], means: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set means = floor((picture_factor * picture + sum of factor * layer) * reciprocal), lane by lane.

    Sums are whole numbers that int32 (one layer class) and float64 (all) hold exactly.

    Args:
        words: int64, shape (H, W), from `pack_rows`.
        steps: int64, shape (H, W), from `pack_rows`.
        near_rows: uint32, shape (L, H): the upper of the two rows between which a layer's row lies.
        row_weights: int32, shape (L, H), of the lower row.
        row_grids: int32, shape (L,), sum of both rows' weights.
        near_columns: uint32, shape (L, W).
        column_weights: int32, shape (L, W).
        column_grids: int32, shape (L,).
        factors: float64, shape (L,), equal ones side by side.
        picture_factor: weight of the picture itself.
        reciprocal: of the denominator, a little too large.
        stretched: int64, shape (L, 2, W), working space: two rows of each layer, at the parity of their
            number.
        lanes: the same memory, uint16, shape (L, 2, W * 4).
        picture_lanes: the memory of `words`, uint16, shape (H, W * 4).
        means: uint8, shape (H, W * 4); overwritten.
    """
    height, count, size = means.shape[0], factors.size, means.shape[1]
    held = np.full((count, 2), -1, np.int64)
    layer_sum = np.zeros(size, np.int32)
    total = np.empty(size, np.float64)
    for y in range(height):
        source, target = picture_lanes[y], means[y]
        for x in range(size):
            total[x] = picture_factor * source[x]
        for layer in range(count):
            upper = np.int64(near_rows[layer, y])
            for row in range(upper, upper + 2):
                if held[layer, row & 1] != row:
                    held[layer, row & 1] = row
                    stretch(
                        words[row], steps[row], near_columns[layer], column_weights[layer],
                        column_grids[layer], stretched[layer, row & 1],
                    )  # fmt: skip
            far = row_weights[layer, y]
            close = np.int32(row_grids[layer] - far)
            above, below = lanes[layer, upper & 1], lanes[layer, (upper + 1) & 1]
            for x in range(size):
                layer_sum[x] += np.int32(close * np.int32(above[x])) + np.int32(far * np.int32(below[x]))
            if layer + 1 == count or factors[layer + 1] != factors[layer]:
                factor = factors[layer]
                for x in range(size):
                    total[x] += factor * layer_sum[x]
                    layer_sum[x] = 0
        for x in range(size):
            target[x] = np.int32(total[x] * reciprocal)


@kernel
def unpack_rows(
    means: npt.NDArray[np.uint8], first: int, second: int, third: int, blurred: npt.NDArray[np.uint8]
) -> None:
    """Copy three of four lanes, whose places are given, to `blurred`, uint8, shape (H, W * 3)."""
    for y in range(means.shape[0]):
        source, target = means[y], blurred[y]
        for x in range(means.shape[1] // 4):
            target[3 * x] = source[4 * x + first]
            target[3 * x + 1] = source[4 * x + second]
            target[3 * x + 2] = source[4 * x + third]


@kernel
def add_layers_of_large_picture(
    picture: npt.NDArray[np.uint8], near_rows: npt.NDArray[np.uint32], row_weights: npt.NDArray[np.int32],
    row_grids: npt.NDArray[np.int32], near_columns: npt.NDArray[np.uint32],
    column_weights: npt.NDArray[np.int32], column_grids: npt.NDArray[np.int32],
    factors: npt.NDArray[np.int64], picture_factor: int, denominator: int, blurred: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set blurred = floor((picture_factor * picture + sum of factor * layer) / denominator) in plain int64.

    Args:
        picture: uint8, shape (H, W * 3).
        near_rows: as for `add_layers`, like all others.
        row_weights: int32, shape (L, H).
        row_grids: int32, shape (L,).
        near_columns: uint32, shape (L, W).
        column_weights: int32, shape (L, W).
        column_grids: int32, shape (L,).
        factors: int64, shape (L,).
        picture_factor: weight of the picture itself.
        denominator: of the mean.
        blurred: uint8, shape (H, W * 3); overwritten.
    """
    height, width = picture.shape
    total = np.empty(width, np.int64)
    for y in range(height):
        for x in range(width):
            total[x] = picture_factor * np.int64(picture[y, x])
        for layer in range(factors.size):
            upper = np.int64(near_rows[layer, y])
            above, below = picture[upper], picture[upper + 1]
            down = np.int64(row_weights[layer, y])
            up = np.int64(row_grids[layer]) - down
            for x in range(width // 3):
                place, right = 3 * np.int64(near_columns[layer, x]), np.int64(column_weights[layer, x])
                left = np.int64(column_grids[layer]) - right
                for channel in range(3):
                    first = up * np.int64(above[place + channel]) + down * np.int64(below[place + channel])
                    second = up * np.int64(above[place + channel + 3]) + down * np.int64(
                        below[place + channel + 3]
                    )
                    total[3 * x + channel] += factors[layer] * (left * first + right * second)
        for x in range(width):
            blurred[y, x] = total[x] // denominator


def zoom_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` blurred away from its centre.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used; zoom blur has no randomness.

    Raises:
        ValueError: more than 46 million pixels, where the exact mean no longer fits 64 bits.
    """
    height, width = image.shape[:2]
    zooms = layers(height, width, severity)
    if 255 * zooms.denominator >= 2**63:
        raise ValueError(f"image has shape {image.shape}, expected at most 46 million pixels for zoom_blur")
    blurred = np.empty(image.shape, np.uint8)
    picture, result = image.reshape(height, -1), blurred.reshape(height, -1)
    if max(height, width) > SMALL:
        add_layers_of_large_picture(
            picture,
            *zooms.rows,
            *zooms.columns,
            zooms.factors,
            zooms.picture_factor,
            zooms.denominator,
            result,
        )
        return blurred
    # A little too large, so that a whole quotient is not missed from below; sums stay under 2**45, so any
    # other quotient is farther from the next whole number.
    reciprocal = (1.0 / zooms.denominator) * (1.0 + 2.0**-48)
    words, steps = np.empty((height, width), np.int64), np.empty((height, width), np.int64)
    stretched = np.empty((zooms.factors.size, 2, width), np.int64)
    means = np.empty((height, width * 4), np.uint8)
    pack_rows(picture, words, steps)
    add_layers(
        words, steps, *zooms.rows, *zooms.columns, zooms.factors.astype(np.float64),
        float(zooms.picture_factor), reciprocal, stretched, stretched.view(np.uint16), words.view(np.uint16),
        means,
    )  # fmt: skip
    unpack_rows(means, *LANES, result)
    return blurred
