"""The threshold on P(herpes zoster), fixed on clean validation pictures, and what it gives on corrupted ones.

The answer with the highest probability is one way to use a classifier; a clinic that must not miss zoster
sets a threshold instead. It is set before any test picture is seen: the highest sensitivity at a
specificity of at least 0.90 on clean validation pictures.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SPECIFICITY_AT_LEAST = 0.90


class OperatingPoint(NamedTuple):
    """A threshold and what it reached where it was fixed."""

    threshold: float  # zoster is called at or above this probability
    sensitivity: float  # on the validation pictures, fraction
    specificity: float  # on the validation pictures, fraction


def focus_scores(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.int64], focus: int
) -> npt.NDArray[np.float64]:
    """Return P(focus class), with rows that are not finite on the wrong side of every threshold.

    Args:
        probabilities: shape (..., n, C).
        labels: shape (n,).
        focus: class number of the focus class.

    Returns:
        Shape (..., n); -inf for a picture of the focus class without a finite row, +inf for another one.
    """
    worst = np.where(labels == focus, -np.inf, np.inf)
    finite = np.isfinite(probabilities).all(axis=-1)
    return np.where(finite, probabilities[..., focus].astype(np.float64), worst)


def choose_operating_point(
    scores: npt.NDArray[np.float64],
    is_focus: npt.NDArray[np.bool_],
    specificity_at_least: float = SPECIFICITY_AT_LEAST,
) -> OperatingPoint | None:
    """Return the threshold with the highest sensitivity whose specificity is high enough.

    Only scores of focus pictures are candidates: between two of them the sensitivity is the same, and the
    higher end has the better specificity, so that ties fall to the highest threshold. Where no candidate is
    specific enough, the threshold lies just above all scores and nothing is called zoster.

    Args:
        scores: `focus_scores` of the validation pictures, shape (m,).
        is_focus: which pictures are of the focus class, shape (m,).
        specificity_at_least: share of other pictures that must stay below the threshold.

    Returns:
        None where the validation pictures lack the focus class or any other class.
    """
    positive, negative = np.sort(scores[is_focus]), np.sort(scores[~is_focus])
    if positive.size == 0 or negative.size == 0:
        return None
    candidates = np.unique(positive[np.isfinite(positive)])
    below = np.searchsorted(negative, candidates, side="left") / negative.size
    allowed = np.flatnonzero(below >= specificity_at_least)
    if allowed.size:
        threshold, specificity = float(candidates[allowed[0]]), float(below[allowed[0]])
    else:
        finite = scores[np.isfinite(scores)]
        threshold = math.nextafter(float(finite.max()) if finite.size else 1.0, math.inf)
        specificity = float(np.mean(negative < threshold))
    return OperatingPoint(threshold, float(np.mean(positive >= threshold)), specificity)


def sensitivity_and_specificity(
    scores: npt.NDArray[np.float64], is_focus: npt.NDArray[np.bool_], threshold: float
) -> tuple[float | None, float | None]:
    """Return both shares at a threshold, from scores of shape (n,); None where no picture is of that kind."""
    called = scores >= threshold
    hit, passed = called[is_focus], ~called[~is_focus]
    return (float(hit.mean()) if hit.size else None, float(passed.mean()) if passed.size else None)
