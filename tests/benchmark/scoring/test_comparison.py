"""Paired differences: their coverage by simulation, and what twins and strangers can show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.comparison import degrees_of_freedom, differences
from hzbench.benchmark.scoring.influence import INFLUENCE_NAMES, Influence, influence
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference

STRATA = np.repeat(np.arange(4), (10, 10, 10, 30))


def of_means(columns: np.ndarray) -> Influence:
    """Return a stand-in whose numbers are all the mean of one value a picture, shape (n,)."""
    centred = (columns - columns.mean()) / len(columns)
    values = dict.fromkeys(INFLUENCE_NAMES, float(columns.mean()))
    return Influence(values, np.repeat(centred[:, None], len(INFLUENCE_NAMES), axis=1), STRATA)


def test_a_model_does_not_differ_from_itself(predictions: Predictions, reference: Reference) -> None:
    """The difference is 0, and so are its interval and what could be detected."""
    own = influence(Outcomes.of(predictions, reference, operating_point_of(predictions)))
    for difference in differences(own, own).values():
        assert difference is not None
        assert difference == (0.0, 0.0, 0.0, 0.0, 0.0)
        assert not difference.significant


def test_a_twin_is_told_apart_by_less_than_a_stranger(predictions: Predictions, reference: Reference) -> None:
    """Only pictures on which the two differ add to the spread."""
    point = operating_point_of(predictions)
    outcomes = Outcomes.of(predictions, reference, point)
    twin_wrong, stranger_wrong = outcomes.wrong.copy(), np.roll(outcomes.wrong, 7, axis=0)
    twin_wrong[0, 1:20] = 1 - twin_wrong[0, 1:20]
    own = influence(outcomes)
    twin = differences(influence(replace(outcomes, wrong=twin_wrong)), own)["mce"]
    stranger = differences(influence(replace(outcomes, wrong=stranger_wrong)), own)["mce"]
    assert twin is not None
    assert stranger is not None
    assert 0 < twin.detectable < 0.5 * stranger.detectable


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """95 % intervals over 2,000 draws of 60 pictures: three standard errors are 1.5 points."""
    random, held, found = np.random.default_rng(5), 0, 0
    for _ in range(2000):
        shared = random.normal(size=60)
        first, second = shared + 0.3 * random.normal(size=60) + 0.1, shared + 0.3 * random.normal(size=60)
        difference = differences(of_means(first), of_means(second))["mce"]
        assert difference is not None
        held += difference.low <= 0.1 <= difference.high
        found += difference.significant
    assert held / 2000 == pytest.approx(0.95, abs=0.015)
    assert 0.3 < found / 2000 < 0.6


def test_the_detectable_difference_is_found_four_times_in_five() -> None:
    """A true difference of that size gives a significant one in 80 % of draws."""
    random = np.random.default_rng(6)
    error = 0.2 * np.sqrt(2) / np.sqrt(60)
    detectable = differences(of_means(0.2 * random.normal(size=60)), of_means(np.zeros(60)))["mce"]
    assert detectable is not None
    true = detectable.detectable / detectable.standard_error * error
    found = 0
    for _ in range(2000):
        difference = differences(
            of_means(0.2 * random.normal(size=60) + true), of_means(0.2 * random.normal(size=60))
        )["mce"]
        found += difference is not None and difference.significant
    assert found / 2000 == pytest.approx(0.80, abs=0.03)


def test_other_pictures_are_refused() -> None:
    """Clusters that do not match cannot be paired."""
    one = of_means(np.zeros(60))
    with pytest.raises(ValueError, match="not evaluated on the same pictures"):
        differences(one, replace(one, strata=STRATA[::-1]))


def test_degrees_of_freedom_are_clusters_less_strata() -> None:
    """Four classes cost four means."""
    assert degrees_of_freedom(of_means(np.zeros(60))) == 56
