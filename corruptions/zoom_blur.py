"""Zoom blur: the mean of a picture and its enlargements, as if the camera moved forward during the exposure.

Every enlargement is bilinear at rational places, so the mean is one exact fraction; its whole part is the
result.
Source: Hendrycks & Dietterich, ICLR 2019.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.enlargement import Enlargement, enlargement
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# Enlargements in percent: first, last, step. The original's numpy.arange(1, 1.11, 0.01) and
# numpy.arange(1, 1.26, 0.02) yield 12 and 13 factors, 1.00 ... 1.11 and 1.00 ... 1.24; this is kept.
# severity            1              2              3              4              5
PERCENT = ((100, 111, 1), (100, 115, 1), (100, 120, 2), (100, 124, 2), (100, 130, 3))

EXACT_IN_FLOAT64 = 2**53
EXACT_BY_RECIPROCAL = 2**46
EXACT_IN_INT32 = 2**31


class Layers(NamedTuple):
    """All enlargements of one severity but the first (100 %), sorted by the product of their denominators."""

    rows: tuple[Enlargement, ...]
    columns: tuple[Enlargement, ...]
    factors: tuple[int, ...]  # what brings each layer to the common denominator
    denominator: int  # of the mean: layers and pictures are summed as numerators over it
    picture_factor: int  # the unchanged picture counts twice: as itself, and as the enlargement by 100 %


@lru_cache(maxsize=32)
def layers(height: int, width: int, severity: int) -> Layers:
    """Return the enlargements of a picture of this size, all brought to one denominator.

    Grids have side - 1 or side cells, so height (height - 1) width (width - 1) is a multiple of every
    denominator.
    """
    first, last, step = PERCENT[severity - 1]
    pairs = [
        (enlargement(height, percent), enlargement(width, percent))
        for percent in range(first + step, last + 1, step)
    ]
    pairs.sort(key=lambda pair: (pair[0].grid, pair[1].grid))
    common = height * (height - 1) * width * (width - 1)
    rows, columns = zip(*pairs, strict=True)
    return Layers(
        rows, columns, tuple(common // (row.grid * column.grid) for row, column in pairs),
        (len(pairs) + 2) * common, 2 * common,
    )  # fmt: skip


@kernel
def stretch_row(
    source: npt.NDArray[np.uint8], near: npt.NDArray[np.int64], weight: npt.NDArray[np.int32], grid: int,
    stretched: npt.NDArray[np.int32],
) -> None:  # fmt: skip
    """Enlarge one row: stretched[x] = grid times the value between source's pixels near[x] and near[x] + 1.

    Args:
        source: uint8, shape (W * 3,).
        near: int64, shape (W,), pixels.
        weight: int32, shape (W,), of the farther pixel, 0 ... grid.
        grid: sum of both weights.
        stretched: int32, shape (W * 3,); overwritten.
    """
    for x in range(near.size):
        place = 3 * near[x]
        far = np.int64(weight[x])
        close = grid - far
        stretched[3 * x] = close * np.int64(source[place]) + far * np.int64(source[place + 3])
        stretched[3 * x + 1] = close * np.int64(source[place + 1]) + far * np.int64(source[place + 4])
        stretched[3 * x + 2] = close * np.int64(source[place + 2]) + far * np.int64(source[place + 5])


@kernel
def add_layers(
    picture: npt.NDArray[np.uint8], near_rows: npt.NDArray[np.int64], row_weights: npt.NDArray[np.int32],
    row_grids: npt.NDArray[np.int64], near_columns: npt.NDArray[np.int64],
    column_weights: npt.NDArray[np.int32], column_grids: npt.NDArray[np.int64],
    factors: npt.NDArray[np.float64], picture_factor: float, denominator: float, by_reciprocal: bool,
    blurred: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set blurred = floor((picture_factor * picture + sum of factor * layer) / denominator).

    All sums are whole numbers that int32 and float64 hold exactly: see `zoom_blur`.

    Args:
        picture: uint8, shape (H, W * 3).
        near_rows: int64, shape (L, H): the upper of the two rows between which a layer's row lies.
        row_weights: int32, shape (L, H), of the lower row.
        row_grids: int64, shape (L,), sum of both rows' weights.
        near_columns: int64, shape (L, W).
        column_weights: int32, shape (L, W).
        column_grids: int64, shape (L,).
        factors: float64, shape (L,).
        picture_factor: weight of the picture itself.
        denominator: of the mean.
        by_reciprocal: whether the sums are small enough to multiply by a reciprocal instead of dividing.
        blurred: uint8, shape (H, W * 3); overwritten.
    """
    height, width = picture.shape
    count = factors.size
    stretched = np.empty((count, 2, width), np.int32)  # two rows of each layer, at the parity of their number
    held = np.full((count, 2), -1, np.int64)
    layer_sum = np.empty(width, np.int32)
    total = np.empty(width, np.float64)
    # A little too large, so that a whole quotient is not missed from below: with sums under 2**46 the excess
    # stays far below the distance of any other quotient to the next whole number.
    reciprocal = (1.0 / denominator) * (1.0 + 2.0**-48)
    for y in range(height):
        source = picture[y]
        for x in range(width):
            total[x] = picture_factor * source[x]
            layer_sum[x] = 0
        for layer in range(count):
            upper = near_rows[layer, y]
            for row in (upper, upper + 1):
                if held[layer, row & 1] != row:
                    held[layer, row & 1] = row
                    stretch_row(
                        picture[row], near_columns[layer], column_weights[layer], column_grids[layer],
                        stretched[layer, row & 1],
                    )  # fmt: skip
            far = row_weights[layer, y]
            close = np.int32(row_grids[layer] - far)
            above, below = stretched[layer, upper & 1], stretched[layer, (upper + 1) & 1]
            for x in range(width):
                layer_sum[x] += close * above[x] + far * below[x]
            if layer + 1 == count or factors[layer + 1] != factors[layer] or not by_reciprocal:
                factor = factors[layer]
                for x in range(width):
                    total[x] += factor * layer_sum[x]
                    layer_sum[x] = 0
        target = blurred[y]
        if by_reciprocal:
            for x in range(width):
                target[x] = np.int32(total[x] * reciprocal)
        else:
            for x in range(width):
                target[x] = np.int32(total[x] / denominator)


def add_layers_of_large_picture(image: Image, all_layers: Layers) -> Image:
    """Return the same as `add_layers` for a picture whose sums exceed float64's whole numbers, in int64."""
    total = all_layers.picture_factor * image.astype(np.int64)
    for row, column, factor in zip(all_layers.rows, all_layers.columns, all_layers.factors, strict=True):
        far = column.weight.astype(np.int64)[:, None]
        wide = (column.grid - far) * image[:, column.near] + far * image[:, column.near + 1]
        far = row.weight.astype(np.int64)[:, None, None]
        total += factor * ((row.grid - far) * wide[row.near] + far * wide[row.near + 1])
    return (total // all_layers.denominator).astype(np.uint8)


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
    all_layers = layers(height, width, severity)
    largest_sum = 255 * all_layers.denominator
    if largest_sum >= 2**63:
        raise ValueError(f"image has shape {image.shape}, expected at most 46 million pixels for zoom_blur")
    if largest_sum >= EXACT_IN_FLOAT64:
        return add_layers_of_large_picture(image, all_layers)
    rows, columns = all_layers.rows, all_layers.columns
    fits_int32 = 255 * len(rows) * height * width < EXACT_IN_INT32
    blurred = np.empty(image.shape, np.uint8)
    add_layers(
        image.reshape(height, -1),
        np.array([row.near for row in rows]),
        np.array([row.weight for row in rows]),
        np.array([row.grid for row in rows]),
        np.array([column.near for column in columns]),
        np.array([column.weight for column in columns]),
        np.array([column.grid for column in columns]),
        np.array(all_layers.factors, np.float64),
        float(all_layers.picture_factor),
        float(all_layers.denominator),
        largest_sum < EXACT_BY_RECIPROCAL and fits_int32,
        blurred.reshape(height, -1),
    )
    return blurred
