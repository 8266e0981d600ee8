"""Snow: flakes blown along a trail, over a whitened picture. Source: Hendrycks & Dietterich, ICLR 2019."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.enlargement import Enlargement, enlargement
from hzbench.corruptions.image import Image
from hzbench.corruptions.motion_kernel import direction, motion_trail
from hzbench.corruptions.quantiles import normal_quantiles
from hzbench.corruptions.random_stream import RandomStream


class Weather(NamedTuple):
    """Parameters of one severity; light in percent of white, lengths in pixels."""

    mean: int  # of the noise from which flakes are made
    deviation: int  # of the same
    enlargement: int  # of the noise, percent
    threshold: int  # darker places carry no snow
    radius: int  # half of a flake's trail
    sigma: int  # of the trail's weights
    mix: int  # percent of the picture that is not whitened


# severity 1 ... 5
WEATHER = (
    Weather(10, 30, 300, 50, 10, 4, 80),
    Weather(20, 30, 200, 50, 12, 4, 70),
    Weather(55, 30, 400, 90, 12, 8, 70),
    Weather(55, 30, 450, 85, 12, 8, 65),
    Weather(55, 30, 250, 85, 12, 12, 55),
)

NOISE_ONE = 2**20  # one percent of white, in units of the noise

FLAKES = 0  # random field: 16 bits for each value of the noise that the enlargement reads, row by row
WIND = 1  # random field: one word, the direction of the trails


@kernel
def flakes(
    noise: npt.NDArray[np.int64], near_rows: npt.NDArray[np.int64], row_weights: npt.NDArray[np.int32],
    row_grid: int, near_columns: npt.NDArray[np.uint32], column_weights: npt.NDArray[np.int32],
    column_grid: int, threshold: int, white: int, layer: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Enlarge the noise, drop what lies below the threshold and keep the whole part of 255 times the rest.

    Args:
        noise: int64, shape (h, w).
        near_rows: int64, shape (H,): the upper of the two rows of `noise` between which a row lies.
        row_weights: int32, shape (H,), of the lower row, 0 ... row_grid.
        row_grid: sum of both rows' weights.
        near_columns: uint32, shape (W,).
        column_weights: int32, shape (W,).
        column_grid: sum of both columns' weights.
        threshold: in units of the noise times both grids.
        white: the value of white, in the same units.
        layer: uint8, shape (H, W); overwritten.
    """
    height, width = layer.shape
    column, step = np.empty(noise.shape[1], np.int64), np.empty(noise.shape[1], np.int64)
    scale = 255.0 / white
    for y in range(height):
        above, below = noise[near_rows[y]], noise[near_rows[y] + 1]
        far = np.int64(row_weights[y])
        for x in range(column.size):
            column[x] = (row_grid - far) * above[x] + far * below[x]
        for x in range(column.size - 1):
            step[x] = column[x + 1] - column[x]
        target = layer[y]
        for x in range(width):
            place = near_columns[x]
            value = column[place] * column_grid + step[place] * np.int64(column_weights[x])
            if value < threshold:
                target[x] = 0
            elif value >= white:
                target[x] = 255
            else:
                # The float may miss the whole part of the exact quotient by one; the remainder tells.
                whole = int(value * scale)
                rest = 255 * value - whole * white
                target[x] = whole + (rest >= white) - (rest < 0)


@kernel
def cover(
    picture: npt.NDArray[np.uint8], layer: npt.NDArray[np.uint8], mix: int, snowy: npt.NDArray[np.uint8]
) -> None:
    """Whiten the picture and add the snow layer, once as it is and once turned by 180 degrees.

    Args:
        picture: uint8, shape (H, W * 3).
        layer: uint8, shape (H, W).
        mix: percent of the picture that stays; the rest is max(picture, 1.5 gray + 127.5) with
            gray = 0.299 red + 0.587 green + 0.114 blue.
        snowy: uint8, shape (H, W * 3); overwritten.
    """
    height, width = layer.shape
    veil, fallen = (
        np.empty(width * 3, np.int32),
        np.empty(width * 3, np.int32),
    )  # each pixel's three times over
    stays, whitens = np.int32(mix), np.int32(100 - mix)
    # A little too large, so that a whole quotient is not missed from below; quotients are 1 / 200000 apart.
    reciprocal = (1.0 / 200000.0) * (1.0 + 2.0**-40)
    for y in range(height):
        source, target = picture[y], snowy[y]
        flake, turned = layer[y], layer[height - 1 - y]
        for x in range(width):
            red, green, blue = (
                np.int32(source[3 * x]),
                np.int32(source[3 * x + 1]),
                np.int32(source[3 * x + 2]),
            )
            white = np.int32(3 * (299 * red + 587 * green + 114 * blue) + 255000)  # units of 1/2000
            here = np.int32(flake[x]) + np.int32(turned[width - 1 - x])
            veil[3 * x] = white
            veil[3 * x + 1] = white
            veil[3 * x + 2] = white
            fallen[3 * x] = here
            fallen[3 * x + 1] = here
            fallen[3 * x + 2] = here
        for x in range(width * 3):
            light = np.int32(2000 * np.int32(source[x]))
            brighter = veil[x] if veil[x] > light else light
            whitened = np.int32(np.int32(stays * light) + np.int32(whitens * brighter))
            value = np.int32(np.int32(whitened * reciprocal) + fallen[x])
            target[x] = value if value < 255 else 255


def snow_layer(height: int, width: int, severity: int, stream: RandomStream) -> npt.NDArray[np.uint8]:
    """Return the flakes before they are blown, uint8, shape (height, width).

    Only that part of the noise is drawn which the enlargement reads; the original draws all of it.
    """
    weather = WEATHER[severity - 1]
    rows: Enlargement = enlargement(height, weather.enlargement)
    columns: Enlargement = enlargement(width, weather.enlargement)
    drawn = stream.halves(FLAKES, rows.lines * columns.lines)
    quantiles = (normal_quantiles()[drawn] + 128) >> 8  # units of 2**-28 become units of 2**-20
    noise = weather.mean * NOISE_ONE + weather.deviation * quantiles.astype(np.int64)
    layer = np.empty((height, width), np.uint8)
    unit = NOISE_ONE * rows.grid * columns.grid  # one percent of white
    flakes(
        noise.reshape(rows.lines, columns.lines),
        rows.near - rows.first, rows.weight, rows.grid,
        (columns.near - columns.first).astype(np.uint32), columns.weight, columns.grid,
        weather.threshold * unit, 100 * unit, layer,
    )  # fmt: skip
    return layer


def snow(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` in falling snow.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness.
    """
    height, width = image.shape[:2]
    weather = WEATHER[severity - 1]
    cosine, sine = direction(int(stream.words(WIND, 1)[0]))
    # A quarter turn to the left of motion blur's directions: between 45 and 135 degrees upward.
    blown = motion_trail(
        snow_layer(height, width, severity, stream), 1, weather.radius, weather.sigma, sine, -cosine
    )
    snowy = np.empty(image.shape, np.uint8)
    cover(image.reshape(height, -1), blown, weather.mix, snowy.reshape(height, -1))
    return snowy
