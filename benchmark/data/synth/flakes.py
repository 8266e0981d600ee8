"""Cells of scale and crust: the plates that dead skin and dried serum break into."""

import math

from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane


@kernel
def cell(table: Plane, x: float, y: float) -> tuple[float, float, float, int, int]:
    """Return the cell at (x, y) of a tiling by random points, one in each unit square.

    Returns:
        (border, dx, dy, column, row): the gap to the next cell (0 on the border), the way to the cell's
        own point, and its square, which names it.
    """
    column = math.floor(x)
    row = math.floor(y)
    best, second = 9.0, 9.0
    near_x, near_y = 0.0, 0.0
    near_column, near_row = 0, 0
    for j in range(row - 1, row + 2):
        for i in range(column - 1, column + 2):
            dx = i + 0.5 + 0.42 * table[j & 255, i & 255] - x
            dy = j + 0.5 + 0.42 * table[(j + 71) & 255, (i + 13) & 255] - y
            squared = dx * dx + dy * dy
            if squared < best:
                second = best
                best = squared
                near_x, near_y = dx, dy
                near_column, near_row = i, j
            elif squared < second:
                second = squared
    return math.sqrt(second) - math.sqrt(best), near_x, near_y, near_column, near_row
