"""Make gaussian_kernels.npy: the one-sided weights of truncated Gaussians as integers that sum to 2**15.

Row i holds the weights of SIGMAS[i] at distances 0 ... radius, radius = int(4 sigma + 0.5) as in
scipy.ndimage.gaussian_filter, then zeros. Off-centre weights are rounded to nearest; the centre takes the
rest, so that centre + 2 * (sum of the others) is exactly 2**15. Run: python make_gaussian_kernels.py
"""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

SIGMAS = (0.7, 0.9, 1.0, 1.1, 1.5, 2.0, 3.0, 4.0, 6.0)  # pixels
TOTAL = 2**15


def one_sided_kernel(sigma: float) -> list[int]:
    """Return the weights at distances 0 ... int(4 sigma + 0.5)."""
    radius = int(4 * sigma + 0.5)
    exact = [math.exp(-(distance**2) / (2 * sigma**2)) for distance in range(radius + 1)]
    total = exact[0] + 2 * math.fsum(exact[1:])
    others = [round(weight / total * TOTAL) for weight in exact[1:]]
    return [TOTAL - 2 * sum(others), *others]


def gaussian_kernels() -> npt.NDArray[np.int32]:
    """Return all kernels, int32, shape (9, 25)."""
    table = np.zeros((len(SIGMAS), 25), "<i4")
    for row, sigma in zip(table, SIGMAS, strict=True):
        weights = one_sided_kernel(sigma)
        row[: len(weights)] = weights
    return table


if __name__ == "__main__":
    np.save(Path(__file__).with_name("gaussian_kernels.npy"), gaussian_kernels())
