"""Make motion_directions.npy: cosine and sine of 4,096 directions between -45 and 45 degrees.

Row j holds (cos, sin) of the angle (2 j + 1 - 4096) * 45 / 4096 degrees: the middles of 4,096 equal parts,
0.022 degrees wide. Units of 2**-30, rounded to nearest. Run: python make_motion_directions.py
"""

from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import numpy.typing as npt

DIRECTIONS = 4096
PI = Decimal("3.14159265358979323846264338327950288419716939937510")


def sine_and_cosine(angle: Decimal) -> tuple[Decimal, Decimal]:
    """Return (sin, cos) of an angle in radians, by their Taylor series to 40 digits."""
    sums = [Decimal(0), Decimal(0)]
    term = Decimal(1)
    for order in range(40):
        sums[order % 2] += -term if order % 4 >= 2 else term
        term = term * angle / (order + 1)
    return sums[1], sums[0]


def motion_directions() -> npt.NDArray[np.int32]:
    """Return cosines and sines, int32, shape (4096, 2), units of 2**-30."""
    with localcontext() as context:
        context.prec = 45
        rows = []
        for j in range(DIRECTIONS):
            sine, cosine = sine_and_cosine((2 * j + 1 - DIRECTIONS) * PI / 4 / DIRECTIONS)
            rows.append((round(cosine * 2**30), round(sine * 2**30)))
    return np.array(rows, "<i4")


if __name__ == "__main__":
    np.save(Path(__file__).with_name("motion_directions.npy"), motion_directions())
