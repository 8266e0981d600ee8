"""Numbers of parts of the pictures."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.scoring.bootstrap import wilson
from hzbench.benchmark.scoring.operating_point import OperatingPoint
from hzbench.benchmark.scoring.subgroups import condition_members, subgroup

# four zoster pictures (class 1) and three others; answers: zoster 1, 1, 0, tied; others 0, 1, 2
LABELS = np.array([1, 1, 1, 1, 0, 0, 2])
ROWS = [(0.1, 0.8, 0.1), (0.3, 0.4, 0.3), (0.6, 0.3, 0.1), (0.5, 0.5, 0.0)]
ROWS += [(0.9, 0.05, 0.05), (0.2, 0.7, 0.1), (0.2, 0.36, 0.44)]
PROBABILITIES = np.array(ROWS, dtype=np.float32)


def test_shares_are_those_counted_by_hand() -> None:
    """A tied row is an error, and finds nothing."""
    numbers = subgroup(LABELS, PROBABILITIES, 1, OperatingPoint(0.35, 1.0, 1.0))
    assert (numbers.n, numbers.n_hz) == (7, 4)
    assert numbers.error == pytest.approx(3 / 7)
    assert numbers.sensitivity_hz == pytest.approx(2 / 4)
    assert numbers.specificity_hz == pytest.approx(2 / 3)
    assert numbers.operating_sensitivity_hz == pytest.approx(3 / 4)
    assert numbers.operating_specificity_hz == pytest.approx(1 / 3)
    assert numbers.error_interval == wilson(3, 7)
    assert numbers.sensitivity_hz_interval == wilson(2, 4)
    assert numbers.specificity_hz_interval == wilson(2, 3)
    assert numbers.operating_specificity_hz_interval == wilson(1, 3)


def test_a_set_without_zoster_has_no_sensitivity_but_false_alarms() -> None:
    """1 - specificity is their share."""
    numbers = subgroup(LABELS[4:], PROBABILITIES[4:], 1, None)
    assert numbers.sensitivity_hz is numbers.sensitivity_hz_interval is None
    assert numbers.specificity_hz == pytest.approx(2 / 3)
    assert numbers.operating_specificity_hz is None  # no operating point


def test_a_row_that_is_not_finite_is_wrong_in_every_way() -> None:
    """For a zoster picture it misses, for another it is a false alarm."""
    broken = np.full((2, 3), np.nan, dtype=np.float32)
    numbers = subgroup(np.array([1, 0]), broken, 1, OperatingPoint(0.5, 1.0, 1.0))
    assert numbers.error == 1
    assert numbers.sensitivity_hz == numbers.specificity_hz == 0
    assert numbers.operating_sensitivity_hz == numbers.operating_specificity_hz == 0


def test_shares_of_few_pictures_are_kept_back_where_asked() -> None:
    """The counts remain."""
    numbers = subgroup(LABELS, PROBABILITIES, 1, None, smallest=4)
    assert numbers.error is not None
    assert numbers.sensitivity_hz is not None
    assert numbers.specificity_hz is numbers.specificity_hz_interval is None
    assert numbers.n == 7


def test_two_factors_give_their_margins() -> None:
    """Each picture counts once in its condition, once for each of its factors."""
    members = condition_members(["dim/near", "dim/far", "", "bright/near", "dim/near"])
    assert list(members) == ["dim/near", "dim/far", "bright/near", "dim/*", "bright/*", "*/near", "*/far"]
    assert members["dim/*"].tolist() == [True, True, False, False, True]
    assert members["*/near"].tolist() == [True, False, False, True, True]


@pytest.mark.parametrize("conditions", [["near", "far"], ["dim/near", "far"], ["dim/near"] * 3])
def test_no_margins_where_they_would_say_nothing(conditions: list[str]) -> None:
    """One factor, mixed ones, or a single condition."""
    assert list(condition_members(conditions)) == list(dict.fromkeys(conditions))
