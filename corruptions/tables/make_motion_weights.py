"""Make motion_weights.npy: the one-sided Gaussian weights of motion blur as integers that sum to 2**23.

Row k holds the weights of TRAILS[k] = (radius, sigma) at distances 0 ... 2 radius, then zeros; weight i is in
proportion to exp(-i**2 / (2 sigma**2)). All are rounded down, and the largest remainders are rounded up until
the sum is exactly 2**23 (equal remainders: the nearer tap first). Source of radius and sigma: D. Hendrycks,
T. Dietterich, ICLR 2019, motion blur (the first five) and snow. Run: python make_motion_weights.py
"""

from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import numpy.typing as npt

TRAILS = ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15), (10, 4), (12, 4), (12, 8), (12, 12))  # pixels
TOTAL = 2**23
LONGEST = 44  # 41 taps, then zeros up to a multiple of four


def trail_weights(radius: int, sigma: int) -> list[int]:
    """Return the weights at distances 0 ... 2 radius."""
    with localcontext() as context:
        context.prec = 40
        exact = [(Decimal(-i * i) / (2 * sigma * sigma)).exp() for i in range(2 * radius + 1)]
        scaled = [weight / sum(exact) * TOTAL for weight in exact]
        weights = [int(weight) for weight in scaled]
        by_remainder = sorted(range(len(weights)), key=lambda i: (weights[i] - scaled[i], i))
        for i in by_remainder[: TOTAL - sum(weights)]:
            weights[i] += 1
    return weights


def motion_weights() -> npt.NDArray[np.int32]:
    """Return all weights, int32, shape (9, 44), units of 2**-23."""
    table = np.zeros((len(TRAILS), LONGEST), "<i4")
    for row, (radius, sigma) in zip(table, TRAILS, strict=True):
        weights = trail_weights(radius, sigma)
        row[: len(weights)] = weights
    return table


if __name__ == "__main__":
    np.save(Path(__file__).with_name("motion_weights.npy"), motion_weights())
