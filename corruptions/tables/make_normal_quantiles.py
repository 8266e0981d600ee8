"""Make normal_quantiles.npy: the normal distribution's upper half at 32,768 equally likely places.

Entry i is the quantile at probability (32768 + i + 0.5) / 65536 in units of 2**-28, rounded to nearest. The
lower half is its mirror image. Source of the algorithm: M. J. Wichura, AS 241 (Python's
statistics.NormalDist). Run: python make_normal_quantiles.py
"""

from pathlib import Path
from statistics import NormalDist

import numpy as np
import numpy.typing as npt


def normal_quantiles() -> npt.NDArray[np.int32]:
    """Return the upper half of the quantiles, int32, shape (32768,), units of 2**-28."""
    normal = NormalDist()
    places = ((32768 + i + 0.5) / 65536 for i in range(32768))
    return np.array([round(normal.inv_cdf(place) * 2**28) for place in places], "<i4")


if __name__ == "__main__":
    np.save(Path(__file__).with_name("normal_quantiles.npy"), normal_quantiles())
