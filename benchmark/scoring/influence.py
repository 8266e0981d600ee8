"""How much each picture moves each headline number: what intervals, comparisons, ranks and the gate rest on.

The influence of picture i on a number is its derivative by the picture's weight, all weights being one. A
number that is a ratio of weighted sums is, up to terms that vanish with the square of n, itself plus the sum
of its influences over a resample, so that its variance, and the covariance of two numbers of two models on
the same pictures, follow from one pass over the stored predictions. Classes are strata: a class keeps its
number of pictures, so influences are centred within each; pictures of one group are one cluster.

Source: Hampel 1974, "The influence curve and its role in robust estimation"; Efron and Tibshirani 1993,
chapter 21; for strata and clusters: Cochran 1977, sections 5 and 9A.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import CORRUPTED_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.corruption_error import category_means, grid
from hzbench.benchmark.scoring.headline import headline
from hzbench.benchmark.scoring.outcomes import Outcomes
from hzbench.corruptions.registry import CATEGORIES

Floats = npt.NDArray[np.float64]

INFLUENCE_NAMES: tuple[str, ...] = (
    "clean.acc",
    "clean.sensitivity_hz",
    "clean.specificity_hz",
    "mce",
    "mce_unnormalised",
    "mce_balanced",
    "mean_sensitivity_hz",
    "mean_specificity_hz",
    *(f"corruption_error.{name}" for name in CORRUPTION_NAMES),
    *(f"categories.{name}" for name in CATEGORIES),
)
"""The headline numbers that are smooth functions of weighted sums."""


@dataclass(frozen=True, eq=False)
class Influence:
    """Headline numbers of one model and what each cluster of pictures adds to them.

    Attributes:
        values: {name: the number itself}; NaN where undefined.
        of_clusters: shape (clusters, names in the order of `INFLUENCE_NAMES`); sums to 0 within a class.
        strata: class number of each cluster, shape (clusters,).
    """

    values: dict[str, float]
    of_clusters: Floats
    strata: npt.NDArray[np.int64]

    def column(self, name: str) -> Floats:
        """Return the influences on one number, shape (clusters,)."""
        return self.of_clusters[:, INFLUENCE_NAMES.index(name)]

    def standard_error(self, name: str) -> float:
        """Return the standard error of a number; NaN where it is undefined or a class is one cluster."""
        return math.sqrt(float(stratified_covariance(self.column(name)[:, None], self.strata)[0, 0]))


def influence(outcomes: Outcomes) -> Influence:
    """Return every smooth headline number and the influence of each cluster of pictures on it."""
    numbers = headline(outcomes)
    of_pictures = np.stack([*_influences(outcomes).values()], axis=1)
    clusters = int(outcomes.clusters.max()) + 1
    of_clusters = np.zeros((clusters, of_pictures.shape[1]))
    np.add.at(of_clusters, outcomes.clusters, of_pictures)
    strata = np.zeros(clusters, dtype=np.int64)
    strata[outcomes.clusters] = outcomes.labels
    return Influence({name: float(numbers[name][0]) for name in INFLUENCE_NAMES}, of_clusters, strata)


def stratified_covariance(columns: Floats, strata: npt.NDArray[np.int64]) -> Floats:
    """Return the covariance matrix of numbers from their influences.

    Args:
        columns: influences of clusters, shape (clusters, k); of several models or differences alike.
        strata: class of each cluster, shape (clusters,).

    Returns:
        Shape (k, k). The usual correction g / (g - 1) is made in each stratum of g clusters; a stratum of
        one cluster that moves a number makes its variance NaN, because nothing is known of its spread.
    """
    total = np.zeros((columns.shape[1], columns.shape[1]))
    for stratum in np.unique(strata):
        members = columns[strata == stratum]
        count = len(members)
        centred = members - members.mean(axis=0)
        if count == 1:
            moved = np.abs(members[0]) > 0
            total[np.ix_(moved, moved)] = np.nan
            continue
        total += count / (count - 1) * (centred.T @ centred)
    return total


def _influences(outcomes: Outcomes) -> dict[str, Floats]:
    """Return {name: influence of each picture, shape (n,)} in the order of `INFLUENCE_NAMES`."""
    focus = outcomes.labels == outcomes.focus
    wrong = outcomes.wrong.astype(np.float64)
    answered_focus = (outcomes.clean_answers == outcomes.focus).astype(np.float64)
    # no answer at all is an error, of the one kind or the other
    false_alarm = np.where(outcomes.clean_answers == outcomes.classes, 1.0, answered_focus)
    found = {
        "clean.acc": _of_mean(1.0 - wrong[:, 0], np.ones(len(outcomes), dtype=bool)),
        "clean.sensitivity_hz": _of_mean(answered_focus, focus),
        "clean.specificity_hz": _of_mean(1.0 - false_alarm, ~focus),
    }
    ces, balanced = _of_corruption_errors(outcomes, wrong)
    found["mce"] = ces.mean(axis=1)
    found["mce_unnormalised"] = _of_mean(wrong[:, 1:].mean(axis=1), np.ones(len(outcomes), dtype=bool))
    found["mce_balanced"] = balanced.mean(axis=1)
    if outcomes.called is None:
        called = np.full(len(outcomes), np.nan)
    else:
        called = outcomes.called.astype(np.float64) / len(CORRUPTED_CELLS)
    found["mean_sensitivity_hz"] = _of_mean(called, focus)
    found["mean_specificity_hz"] = _of_mean(1.0 - called, ~focus)
    found |= {f"corruption_error.{name}": ces[:, row] for row, name in enumerate(CORRUPTION_NAMES)}
    found |= {f"categories.{name}": mean for name, mean in category_means(ces).items()}
    return {name: found[name] for name in INFLUENCE_NAMES}


def _of_mean(values: Floats, members: npt.NDArray[np.bool_]) -> Floats:
    """Return the influences on the mean of `values` over the members; pictures outside have none."""
    if not members.any():
        return np.full(values.shape, np.nan)
    return np.where(members, (values - values[members].mean()) / members.sum(), 0.0)


def _of_corruption_errors(outcomes: Outcomes, wrong: Floats) -> tuple[Floats, Floats]:
    """Return the influences on the 15 CEs and on the 15 balanced CEs, shape (n, 15) each.

    CE = sum of w s / sum of w r, where s and r count the errors of model and reference on a picture's five
    cells; its derivative by a weight is (s - CE r) / sum of r. The balanced one is a ratio of sums of class
    means, whose derivative by a weight is the picture's distance from its class mean over the class's size.
    """
    if outcomes.reference_wrong is None:
        nothing = np.full((len(outcomes), len(CORRUPTION_NAMES)), np.nan)
        return nothing, nothing
    own = grid(wrong[:, 1:]).sum(axis=2)
    base = grid(outcomes.reference_wrong[:, 1:]).sum(axis=2) / outcomes.reference_seeds
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = (own - own.sum(axis=0) / base.sum(axis=0) * base) / base.sum(axis=0)
        plain = np.where(base.sum(axis=0) > 0, plain, np.nan)
        own_balanced, own_spread = _class_means(own, outcomes)
        base_balanced, base_spread = _class_means(base, outcomes)
        balanced = (own_spread - own_balanced / base_balanced * base_spread) / base_balanced
        balanced = np.where(base_balanced > 0, balanced, np.nan)
    return plain, balanced


def _class_means(sums: Floats, outcomes: Outcomes) -> tuple[Floats, Floats]:
    """Return the mean over classes of the class means of `sums`, (15,), and the influences on it, (n, 15)."""
    spread = np.zeros_like(sums)
    total = np.zeros(sums.shape[1])
    for label in range(outcomes.classes):
        members = outcomes.labels == label
        mean = sums[members].mean(axis=0) if members.any() else np.full(sums.shape[1], np.nan)
        total += mean / outcomes.classes
        spread[members] = (sums[members] - mean) / (outcomes.classes * max(1, members.sum()))
    return total, spread
