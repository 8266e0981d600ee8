"""Which rank each of many models can claim: confidence intervals for ranks, all of them right at once.

A model is better than another where their paired difference is significant in a family of all pairs. The
family's error is held by the step-down max-T procedure: the critical value is a quantile of the largest
studentised difference over all pairs not yet told apart, drawn by a multiplier bootstrap of the influences,
so that models that do alike on the same pictures do not pay for the number of pairs. A rank interval is
[1 + significantly better models, N - significantly worse ones].

Source: Romano and Wolf 2005, "Exact and approximate stepdown methods for multiple hypothesis testing", JASA
100; Mogstad, Romano, Shaikh and Wilhelm 2024, "Inference for ranks with applications to mobility across
neighbourhoods and academic achievement across countries", Review of Economic Studies 91.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.bootstrap import LEVEL

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
_NO_SPREAD = 1e-12  # a standard error that rounding alone would leave


class RankInterval(NamedTuple):
    """The ranks that a model may truly have; 1 is the best."""

    low: int
    high: int


def rank_intervals(
    values: Floats,
    influences: Floats,
    strata: npt.NDArray[np.int64],
    seed: str,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> list[RankInterval]:
    """Return the rank interval of each model, by a number of which less is better.

    Args:
        values: the number of each of N models, shape (N,), finite.
        influences: of each cluster of pictures on it, shape (clusters, N), in one order of clusters.
        strata: class of each cluster, shape (clusters,).
        seed: SHA-256 (hexadecimal) that the draws come from; equal seeds give equal intervals.
        level: chance that all intervals hold their models' true ranks at once, at least; a fraction.
        resamples: draws of the bootstrap.
    """
    better = significantly_less(values, influences, strata, seed, level=level, resamples=resamples)
    return [
        RankInterval(1 + int(better[:, model].sum()), len(values) - int(better[model].sum()))
        for model in range(len(values))
    ]


def significantly_less(
    values: Floats,
    influences: Floats,
    strata: npt.NDArray[np.int64],
    seed: str,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> npt.NDArray[np.bool_]:
    """Return which model's number is significantly less than which other's, shape (N, N): [less, more].

    Arguments as `rank_intervals`. Two models with equal outcomes on every picture are never told apart.
    """
    scaled = _scaled(influences, strata)
    errors = _errors_of_differences(scaled)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(errors > _NO_SPREAD, 1.0 / errors, 0.0)
    statistics = np.abs(values[:, None] - values[None, :]) * inverse
    draws = (_multipliers(seed, resamples, len(strata)) @ scaled).astype(np.float32)
    told_apart = np.zeros(statistics.shape, dtype=bool)
    while True:
        critical = _critical_value(draws, np.where(told_apart, 0.0, inverse).astype(np.float32), level)
        fresh = (statistics > critical) & ~told_apart & (inverse > 0)
        if not fresh.any():
            break
        told_apart |= fresh
    less: npt.NDArray[np.bool_] = told_apart & (values[:, None] < values[None, :])
    return less


def _scaled(influences: Floats, strata: npt.NDArray[np.int64]) -> Floats:
    """Centre within strata and make the small-sample correction, so that squares sum to a variance."""
    scaled = np.zeros_like(influences)
    for stratum in np.unique(strata):
        members = strata == stratum
        count = int(members.sum())
        if count > 1:
            centred = influences[members] - influences[members].mean(axis=0)
            scaled[members] = centred * np.sqrt(count / (count - 1))
    return scaled


def _errors_of_differences(scaled: Floats) -> Floats:
    """Return the standard error of each pair's difference, shape (N, N)."""
    products = scaled.T @ scaled
    own = np.diagonal(products)
    return np.asarray(np.sqrt(np.maximum(0.0, own[:, None] + own[None, :] - 2 * products)), dtype=np.float64)


def _multipliers(seed: str, resamples: int, clusters: int) -> Floats:
    """Return independent +1 and -1, shape (resamples, clusters), from raw words that numpy promises to keep.

    Signs keep the spread and the symmetry of a difference. Source: Liu 1988; Davidson and Flachaire 2008.
    """
    words = np.random.Philox(key=int(seed[:32], 16)).random_raw(-(-resamples * clusters // 64))
    bits = np.unpackbits(words.astype("<u8").view(np.uint8))[: resamples * clusters]
    signs: Floats = 2.0 * bits.reshape(resamples, clusters).astype(np.float64) - 1.0
    return signs


def _critical_value(draws: npt.NDArray[np.float32], inverse: npt.NDArray[np.float32], level: float) -> float:
    """Return the `level` quantile of the largest studentised difference; 0 where no pair is left."""
    if not inverse.any():
        return 0.0
    largest = np.empty(len(draws))
    for row, draw in enumerate(draws):
        largest[row] = (np.abs(draw[:, None] - draw[None, :]) * inverse).max()
    return float(np.quantile(largest, level, method="higher"))
