"""Smooth random fields and the few functions that kernels may use in place of libm."""

import math

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws

Plane = npt.NDArray[np.float64]

LATTICE = 256  # the noise repeats after this many cells


def noise_table(draws: Draws) -> Plane:
    """Return a (256, 256) table of uniform values in [-1, 1) for `smooth_noise`."""
    words = draws.words(LATTICE * LATTICE).astype(np.float64)
    table: Plane = (words / 2147483648.0 - 1.0).reshape(LATTICE, LATTICE)
    return table


@kernel
def smooth_noise(
    table: Plane,
    x: float,
    y: float,
) -> float:
    """Return value noise in (-1, 1) at (x, y), cells of size 1, smoothstep interpolation."""
    column = math.floor(x)
    row = math.floor(y)
    fx = x - column
    fy = y - row
    fx = fx * fx * (3.0 - 2.0 * fx)
    fy = fy * fy * (3.0 - 2.0 * fy)
    left = column & 255
    right = (column + 1) & 255
    top = row & 255
    bottom = (row + 1) & 255
    upper: float = table[top, left] + (table[top, right] - table[top, left]) * fx
    lower: float = table[bottom, left] + (table[bottom, right] - table[bottom, left]) * fx
    return upper + (lower - upper) * fy


@kernel
def decay(
    x: float,
) -> float:
    """Return 1 / (1 + x/16 + x^2/512)^16, which is exp(-x) to 4 % for x from -1 to 4."""
    t = 1.0 + x * 0.0625 + x * x * 0.001953125
    t = t * t
    t = t * t
    t = t * t
    t = t * t
    return 1.0 / t


@kernel
def smoothstep(
    low: float,
    high: float,
    x: float,
) -> float:
    """Return 0 below `low`, 1 above `high`, and a smooth rise between."""
    t = (x - low) / (high - low)
    if t <= 0.0:
        return 0.0
    if t >= 1.0:
        return 1.0
    return t * t * (3.0 - 2.0 * t)
