"""Intervals: how far a number could move with other pictures of the same kind.

95 % percentile intervals of a bootstrap over pictures, stratified by class. A drawn picture brings all its
76 cells and the reference's answers along, and pictures of one group are drawn together, because neither
cells nor pictures of one person are independent. Source: Efron and Tibshirani 1993, chapters 6, 8 and 13;
Wilson 1927 for plain proportions of few pictures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.headline import HEADLINE_NAMES, Weights, headline
from hzbench.benchmark.scoring.outcomes import Outcomes

LEVEL = 0.95
RESAMPLES = 2000
UNDEFINED_SHARE = 0.01  # no interval is given where a number is undefined in more resamples than this
OF_FOCUS = ("clean.sensitivity_hz", "mean_sensitivity_hz")  # depend on pictures of the focus class alone
OF_OTHERS = ("clean.specificity_hz", "mean_specificity_hz")  # depend on the other pictures alone
_CHUNK = 2_000_000  # weights held at once, so that memory does not grow with resamples x pictures


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def bootstrap_intervals(
    outcomes: Outcomes, seed: str, *, resamples: int = RESAMPLES, level: float = LEVEL
) -> dict[str, Interval | None]:
    """Return the percentile interval of every headline number.

    Args:
        outcomes: what happened to each picture.
        seed: SHA-256 (hexadecimal) that the draws come from; equal seeds give equal intervals.
        resamples: how many times the pictures are drawn anew.
        level: share of resamples inside, a fraction.

    Returns:
        {name: interval}; None where the number is undefined in more than 1 % of the resamples, and where
        drawing anew cannot change it, because it is of one person in each class.
    """
    parts = [headline(outcomes, weights) for weights in resampled_weights(outcomes, seed, resamples)]
    tails = [(1 - level) / 2, (1 + level) / 2]
    intervals: dict[str, Interval | None] = {}
    labels, clusters, is_focus = outcomes.labels, outcomes.clusters, outcomes.labels == outcomes.focus
    fixed = [
        *(OF_FOCUS if cannot_vary(labels, clusters, is_focus) else ()),
        *(OF_OTHERS if cannot_vary(labels, clusters, ~is_focus) else ()),
    ]
    for name in HEADLINE_NAMES:
        if name in fixed:
            intervals[name] = None
            continue
        values = np.concatenate([part[name] for part in parts])
        defined = values[np.isfinite(values)]
        if defined.size < (1 - UNDEFINED_SHARE) * resamples:
            intervals[name] = None
        else:
            low, high = np.quantile(defined, tails)
            intervals[name] = Interval(float(low), float(high))
    return intervals


def cannot_vary(
    labels: npt.NDArray[np.int64], clusters: npt.NDArray[np.int64], members: npt.NDArray[np.bool_]
) -> bool:
    """Return whether the members are one person in each of their classes, whom no drawing anew can change."""
    return np.unique(clusters[members]).size == np.unique(labels[members]).size


def resampled_weights(outcomes: Outcomes, seed: str, resamples: int) -> Iterator[Weights]:
    """Yield how often each picture is drawn: shapes (b, n), b summing to `resamples`.

    As many clusters as a class has are drawn with replacement from that class. The draws are raw words of
    numpy's Philox generator, whose stream numpy promises to keep.
    """
    words = np.random.Philox(key=int(seed[:32], 16))
    strata: list[npt.NDArray[np.int64]] = []  # the cluster numbers of each class
    for label in np.unique(outcomes.labels):
        strata.append(np.unique(outcomes.clusters[outcomes.labels == label]))
    clusters = int(outcomes.clusters.max()) + 1
    step = max(1, _CHUNK // max(clusters, len(outcomes)))
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        drawn = np.zeros((rows, clusters), dtype=np.float32)
        for members in strata:
            drawn[:, members] = _multiplicities(words, rows, members.size)
        yield drawn[:, outcomes.clusters]


def wilson(successes: float, n: float, level: float = LEVEL) -> Interval | None:
    """Return Wilson's score interval of a proportion, honest for few pictures; None for n = 0.

    Both numbers may be fractional, as an effective sample size is.

    >>> [round(end, 4) for end in wilson(0, 20)]
    [0.0, 0.1611]
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}: expected 0 to n")
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return Interval(max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale))


def _multiplicities(words: np.random.Philox, rows: int, size: int) -> npt.NDArray[np.int64]:
    """Draw `size` of `size` things with replacement, `rows` times; return how often each came."""
    raw = words.random_raw(rows * size)
    picks = ((raw >> np.uint64(32)) * np.uint64(size)) >> np.uint64(32)  # uniform to one part in 2**32 / size
    places = np.arange(rows).repeat(size) * size + picks.astype(np.int64)
    return np.bincount(places, minlength=rows * size).reshape(rows, size)
