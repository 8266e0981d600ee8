"""Where an enlarged picture takes its values: bilinear, from a centred crop, at exact rational places.

As the original's clipped zoom with scipy.ndimage.zoom (order 1, corners on corners). Source:
hendrycks/robustness.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Enlargement(NamedTuple):
    """One axis: line j is ((grid - weight[j]) a[near[j]] + weight[j] a[near[j] + 1]) / grid."""

    near: npt.NDArray[np.int64]  # shape (side,): line of the original picture
    weight: npt.NDArray[np.int32]  # shape (side,): 0 ... grid
    grid: int  # denominator of the weights
    first: int  # first line that is read
    lines: int  # how many are read


def enlargement(side: int, percent: int) -> Enlargement:
    """Return where the lines of an enlarged picture lie in the original one.

    The middle n = ceil(100 side / percent) lines are spread over m = round(n percent / 100) lines (a half
    goes to the even number), the first on the first and the last on the last; of these the middle `side`
    are kept.

    Args:
        side: lines of the picture.
        percent: enlargement, at least 100.
    """
    count = -(-100 * side // percent)
    first = (side - count) // 2
    hundredfold = count * percent
    spread = (hundredfold + 50) // 100
    if hundredfold % 100 == 50 and spread % 2 == 1:
        spread -= 1
    grid = spread - 1
    place = (np.arange(side, dtype=np.int64) + (spread - side) // 2) * (count - 1)
    near = np.minimum(place // grid, count - 2)
    return Enlargement(first + near, (place - near * grid).astype(np.int32), grid, first, count)
