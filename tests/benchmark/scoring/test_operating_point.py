"""The threshold on P(zoster) and what it gives."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.scoring.operating_point import (
    choose_operating_point,
    focus_scores,
    sensitivity_and_specificity,
)


def chosen(positive: list[float], negative: list[float]) -> tuple[float, float, float]:
    """Return threshold, sensitivity and specificity of the point chosen on these scores."""
    scores = np.array(positive + negative)
    point = choose_operating_point(scores, np.arange(scores.size) < len(positive))
    assert point is not None
    return tuple(point)


TEN = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.95]


@pytest.mark.parametrize(
    ("positive", "negative", "threshold", "sensitivity", "specificity"),
    [
        ([0.5, 0.6, 0.9], TEN, 0.5, 1.0, 0.9),  # all found at exactly 0.90
        ([0.38, 0.6, 0.9], TEN, 0.6, 2 / 3, 0.9),  # 0.38 would let two of ten pass
        ([0.5, 0.99], [0.0, 0.95], 0.99, 0.5, 1.0),  # one of two is not 0.90
        ([0.4, 0.6], TEN, 0.6, 0.5, 0.9),  # a score shared with a negative calls it too
        ([0.6, 0.6, 0.6], TEN, 0.6, 1.0, 0.9),
    ],
)
def test_the_threshold_has_the_highest_sensitivity_that_is_specific_enough(
    positive: list[float], negative: list[float], threshold: float, sensitivity: float, specificity: float
) -> None:
    """Worked out by hand; ties fall to the highest threshold."""
    assert chosen(positive, negative) == pytest.approx((threshold, sensitivity, specificity))


def test_no_candidate_specific_enough_calls_nothing() -> None:
    """A model that is surest of zoster where there is none gets sensitivity 0."""
    threshold, sensitivity, specificity = chosen([0.1], [1.0, 1.0, 0.0])
    assert threshold > 1.0
    assert (sensitivity, specificity) == (0.0, 1.0)


@pytest.mark.parametrize("is_focus", [[True, True], [False, False]])
def test_without_both_kinds_of_pictures_there_is_no_point(is_focus: list[bool]) -> None:
    """None, not a guess."""
    assert choose_operating_point(np.array([0.1, 0.9]), np.array(is_focus)) is None


@pytest.mark.parametrize("seed", range(5))
def test_the_point_equals_a_search_over_all_thresholds(seed: int) -> None:
    """A slow search finds nothing better."""
    random = np.random.default_rng(seed)
    scores, is_focus = np.round(random.random(60), 2), random.random(60) < 0.3
    point = choose_operating_point(scores, is_focus)
    assert point is not None
    reached = [
        sensitivity_and_specificity(scores, is_focus, threshold) for threshold in np.linspace(0, 1.01, 203)
    ]
    assert point.sensitivity == max(hit for hit, passed in reached if passed is not None and passed >= 0.9)
    assert sensitivity_and_specificity(scores, is_focus, point.threshold) == point[1:]


def test_rows_that_are_not_finite_are_on_the_wrong_side_of_any_threshold() -> None:
    """Missed if zoster, a false alarm if not."""
    rows = np.array([[np.nan, 0.9], [np.nan, 0.1], [0.4, 0.6]])
    assert focus_scores(rows, np.array([1, 0, 1]), 1).tolist() == [-np.inf, np.inf, 0.6]


def test_shares_without_pictures_are_none() -> None:
    """No zoster pictures, no sensitivity."""
    assert sensitivity_and_specificity(np.array([0.3]), np.array([False]), 0.5) == (None, 1.0)
