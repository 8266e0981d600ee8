"""The change of a number from the cells known so far, and how far it may still be from the whole.

A number is a weighted sum of a picture's cells, averaged over pictures. With the reference's errors as fixed
weights the change of mCE is one: w_c = 1 / (15 R_c) for each of the five cells of corruption c, R_c being the
sum of the reference's five errors.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.influence import stratified_covariance

Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """A change, and its two kinds of uncertainty.

    Attributes:
        value: candidate less baseline.
        sampling: standard error from the cells that are not known yet; 0 when all are.
        population: standard error of the change among all such pictures, sampling included.
    """

    value: float
    sampling: float
    population: float


def estimate(
    differences: Floats,
    known: npt.NDArray[np.bool_],
    weights: Floats,
    labels: npt.NDArray[np.int64],
    clusters: npt.NDArray[np.int64],
) -> Estimate:
    """Return the change of a number.

    Args:
        differences: candidate's error less the baseline's, -1, 0 or 1, shape (n, 75); read where known.
        known: which cells are, shape (n, 75); as many in each row, k of the cells that have a weight.
        weights: of the cells, shape (75,); a cell of weight 0 is not part of the number.
        labels: class of each picture, shape (n,).
        clusters: pictures that are not independent, numbered from 0, shape (n,); all of one class.
    """
    part = weights > 0
    known, contributions = known[:, part], np.where(known, differences * weights, 0.0)[:, part]
    cells, pictures = contributions.shape[1], contributions.shape[0]
    each = known.sum(axis=0)
    means = contributions.sum(axis=0) / np.maximum(each, 1)
    value = float(means.sum()) if each.all() else float("nan")
    share = float(known.mean())
    residuals = np.where(known, contributions - means, 0.0)
    free = max(1, int(known.sum()) - cells)
    # one more difference of the largest weight than was seen: nothing seen is not nothing there
    spread = (float((residuals**2).sum()) + float(weights.max()) ** 2) / free
    sampling = math.sqrt(cells / share * (1.0 - share) * spread / pictures)
    # by picture: what it adds to the sum of the means
    of_pictures = (residuals / np.maximum(each, 1)).sum(axis=1)
    of_clusters = np.zeros(int(clusters.max()) + 1)
    np.add.at(of_clusters, clusters, of_pictures)
    strata = np.zeros(of_clusters.size, dtype=np.int64)
    strata[clusters] = labels
    variance = float(stratified_covariance(of_clusters[:, None], strata)[0, 0])
    return Estimate(value, sampling, math.sqrt(max(variance, 0.0)) if math.isfinite(variance) else math.inf)


def mce_weights(reference_errors: Floats) -> Floats:
    """Return the weight of each of the 75 cells in the change of mCE.

    Args:
        reference_errors: the reference's errors, fractions, shape (15, 5).

    Returns:
        Shape (75,), in the order of `CORRUPTED_CELLS`.

    Raises:
        ValueError: a corruption under which the reference makes no error.
    """
    sums = reference_errors.sum(axis=1)
    if not (sums > 0).all():
        raise ValueError("the reference makes no error under a corruption, so its CE is undefined")
    return np.repeat(1.0 / (len(sums) * sums), reference_errors.shape[1])
