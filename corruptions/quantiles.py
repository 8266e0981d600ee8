"""Turn 16-bit uniform values into normally distributed ones by table look-up."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.shipped_tables import load_table

ONE = 2**28  # one standard deviation in the units of the table


@lru_cache(maxsize=1)
def normal_quantiles() -> npt.NDArray[np.int32]:
    """Return the normal quantile of (u + 0.5) / 65536 for every u, int32, shape (65536,), units of 2**-28.

    Standard deviation 0.99999, extremes +-4.325. Read-only.
    """
    upper = load_table("normal_quantiles").astype(np.int32)
    quantiles = np.concatenate([-upper[::-1], upper])
    quantiles.setflags(write=False)
    return quantiles
