"""Make elastic_kernels.npy: the one-sided weights of the Gaussians that smooth elastic displacements.

Row i holds the weights of SIGMAS[i] at distances 0 ... radius, radius = int(3 sigma + 0.5) (512, 59 and 7),
then zeros; off-centre weights are rounded to nearest, the centre takes the rest, so that centre + 2 * (sum
of the others) is exactly 2**24. The sigmas are 244 times 0.7, 0.08 and 0.01: the published code has 244
where 224 was meant, and ImageNet-C was made with it. Run: python make_elastic_kernels.py
"""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

SIGMAS = (170.8, 19.52, 2.44)  # pixels: severity 1, severity 2, severities 3-5
TOTAL = 2**24


def one_sided_kernel(sigma: float) -> list[int]:
    """Return the weights at distances 0 ... int(3 sigma + 0.5)."""
    radius = int(3 * sigma + 0.5)
    exact = [math.exp(-(distance**2) / (2 * sigma**2)) for distance in range(radius + 1)]
    total = exact[0] + 2 * math.fsum(exact[1:])
    others = [round(weight / total * TOTAL) for weight in exact[1:]]
    return [TOTAL - 2 * sum(others), *others]


def elastic_kernels() -> npt.NDArray[np.int32]:
    """Return all kernels, int32, shape (3, 513)."""
    table = np.zeros((len(SIGMAS), 513), "<i4")
    for row, sigma in zip(table, SIGMAS, strict=True):
        weights = one_sided_kernel(sigma)
        row[: len(weights)] = weights
    return table


if __name__ == "__main__":
    np.save(Path(__file__).with_name("elastic_kernels.npy"), elastic_kernels())
