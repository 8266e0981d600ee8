"""Fog: a plasma cloud between the camera and the scene. Source: Hendrycks & Dietterich, ICLR 2019.

The cloud is a diamond-square height map (https://github.com/FLHerne/mapgen, diamondsquare.py) in float64 with
a fixed order of operations.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity                1           2           3           4           5
DENSITY_AND_DECAY = ((1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))

SMALLEST_MAP = 256  # the original's only size; larger pictures take the next power of two
FIRST_AMPLITUDE = 100.0  # divided by the decay from step to step

WIBBLE = 0  # random field: the height map's displacements, in the order in which they are used


def map_side(height: int, width: int) -> int:
    """Return the side of the height map: a power of two, at least 256 and at least the picture's sides."""
    return max(SMALLEST_MAP, 1 << (max(height, width) - 1).bit_length())


@kernel
def displacement(half: np.uint16, amplitude: float) -> float:
    """Return amplitude**2 * u, u in (-1, 1) from 16 random bits; the original squares the amplitude."""
    return amplitude * (amplitude * ((2 * np.int64(half) - 65535) / 65536.0))


@kernel
def height_map(halves: npt.NDArray[np.uint16], decay: float, heights: npt.NDArray[np.float64]) -> None:
    """Fill `heights` with a diamond-square height map that wraps around at its edges.

    Args:
        halves: uint16, uniform, one for each cell but the first.
        decay: the amplitude is divided by it from step to step.
        heights: float64, shape (S, S), S a power of two; overwritten.
    """
    side = heights.shape[0]
    heights[0, 0] = 0.0
    step, amplitude, used = side, FIRST_AMPLITUDE, 0
    while step >= 2:
        half = step // 2
        for y in range(0, side, step):  # centres of squares
            above, below = heights[y], heights[(y + step) & (side - 1)]
            target = heights[y + half]
            for x in range(0, side, step):
                right = (x + step) & (side - 1)
                corners = (above[x] + below[x]) + (above[right] + below[right])
                target[x + half] = corners / 4.0 + displacement(halves[used], amplitude)
                used += 1
        for y in range(0, side, step):  # middles of upper edges
            target, centres, before = heights[y], heights[y + half], heights[(y - half) & (side - 1)]
            for x in range(0, side, step):
                right = (x + step) & (side - 1)
                around = (centres[x + half] + before[x + half]) + (target[x] + target[right])
                target[x + half] = around / 4.0 + displacement(halves[used], amplitude)
                used += 1
        for y in range(0, side, step):  # middles of left edges
            above, target, below = heights[y], heights[y + half], heights[(y + step) & (side - 1)]
            for x in range(0, side, step):
                left = (x - half) & (side - 1)
                around = (target[x + half] + target[left]) + (above[x] + below[x])
                target[x] = around / 4.0 + displacement(halves[used], amplitude)
                used += 1
        step = half
        amplitude = amplitude / decay


@kernel
def extremes(heights: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the smallest and the largest value of a height map, float64, shape (S, S)."""
    side = heights.shape[0]
    low, high = np.empty(side, np.float64), np.empty(side, np.float64)  # of each column: a loop of vectors
    for x in range(side):
        low[x] = heights[0, x]
        high[x] = heights[0, x]
    for y in range(1, side):
        row = heights[y]
        for x in range(row.size):
            low[x] = row[x] if row[x] < low[x] else low[x]
            high[x] = row[x] if row[x] > high[x] else high[x]
    lowest, highest = low[0], high[0]
    for x in range(1, side):
        lowest = low[x] if low[x] < lowest else lowest
        highest = high[x] if high[x] > highest else highest
    return lowest, highest


@kernel
def largest_value(picture: npt.NDArray[np.uint8]) -> int:
    """Return the largest value of a picture, uint8, shape (H, W * 3)."""
    largest = 0
    for y in range(picture.shape[0]):
        row, largest_here = picture[y], 0
        for x in range(row.size):
            largest_here = max(largest_here, int(row[x]))
        largest = max(largest, largest_here)
    return largest


@kernel
def veil(
    picture: npt.NDArray[np.uint8], heights: npt.NDArray[np.float64], density: float,
    fogged: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set fogged = trunc((picture + 255 density cloud) m / (m + 255 density)), at most 255.

    Here m is the picture's largest value, and the cloud is the height map scaled to 0 ... 1.

    Args:
        picture: uint8, shape (H, W * 3).
        heights: float64, shape (S, S), at least (H, W).
        density: light scattered by the densest fog, in units of white.
        fogged: uint8, shape (H, W * 3); overwritten.
    """
    height, width = picture.shape
    lowest, highest = extremes(heights)
    brightest = largest_value(picture)
    white = 255.0 * density
    span = highest - lowest
    factor = brightest / (brightest + white)
    light = np.empty(width, np.float64)
    for y in range(height):
        source, row, target = picture[y], heights[y], fogged[y]
        for x in range(width // 3):
            scattered = white * ((row[x] - lowest) / span)
            light[3 * x] = scattered
            light[3 * x + 1] = scattered
            light[3 * x + 2] = scattered
        for x in range(width):
            value = np.int32((np.float64(source[x]) + light[x]) * factor)
            target[x] = value if value < 255 else 255


def fog(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` behind fog.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness.
    """
    height, width = image.shape[:2]
    density, decay = DENSITY_AND_DECAY[severity - 1]
    side = map_side(height, width)
    heights = np.empty((side, side), np.float64)
    height_map(stream.halves(WIBBLE, side * side - 1), decay, heights)
    fogged = np.empty(image.shape, np.uint8)
    veil(image.reshape(height, -1), heights, density, fogged.reshape(height, -1))
    return fogged
