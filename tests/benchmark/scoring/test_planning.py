"""Detectable differences: from a spread, and to a number of pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.influence import Influence, influence
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.planning import PLANNED, detectable
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference


@pytest.fixture
def models(predictions: Predictions, reference: Reference) -> list[Influence]:
    """Return a model and its near twin."""
    outcomes = Outcomes.of(predictions, reference, operating_point_of(predictions))
    wrong = outcomes.wrong.copy()
    wrong[0, 1:20] = 1 - wrong[0, 1:20]
    return [influence(outcomes), influence(replace(outcomes, wrong=wrong))]


def test_pairs_on_the_same_pictures_see_more(models: list[Influence]) -> None:
    """Two near twins most of all."""
    found = detectable(models, 48)["mce"]
    assert found is not None
    assert found.paired is not None
    assert 0 < found.paired < found.unpaired
    assert found.pictures_unpaired is None


def test_unpaired_is_the_textbook_formula(models: list[Influence]) -> None:
    """2.80 standard errors of a difference of independent numbers."""
    found = detectable(models[:1], 48)["mce"]
    assert found is not None
    assert found.unpaired == pytest.approx(2.8016 * np.sqrt(2) * models[0].standard_error("mce"), rel=1e-4)
    assert found.paired is None


def test_half_the_difference_needs_four_times_the_pictures(models: list[Influence]) -> None:
    """The difference that these pictures can show needs these pictures."""
    seen = detectable(models, 48)["mce"]
    assert seen is not None
    same, half = (detectable(models, 48, wanted)["mce"] for wanted in (seen.unpaired, seen.unpaired / 2))
    assert same is not None
    assert half is not None
    assert same.pictures_unpaired == pytest.approx(48, abs=1)
    assert half.pictures_unpaired == pytest.approx(192, abs=1)


def test_a_number_without_a_spread_is_not_planned(predictions: Predictions) -> None:
    """No reference, no mCE; the others are there."""
    own = influence(Outcomes.of(predictions, None, operating_point_of(predictions)))
    found = detectable([own], 48)
    assert found["mce"] is None
    assert set(found) == set(PLANNED)
    assert found["mean_sensitivity_hz"] is not None
