"""Boundaries against published ones, and against simulated tests."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest

from hzbench.benchmark.regression import spending
from hzbench.benchmark.regression.spending import obrien_fleming_spent, upper_boundaries


def test_the_boundaries_are_those_of_lan_and_demets() -> None:
    """Five equal steps at 0.025, as the R package gsDesign prints them for sfLDOF."""
    published = [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]
    assert upper_boundaries([0.2, 0.4, 0.6, 0.8, 1.0], 0.025) == pytest.approx(published, abs=2e-4)


def test_one_look_is_the_plain_test() -> None:
    """Nothing was spent before."""
    assert upper_boundaries([1.0], 0.05) == pytest.approx([1.6449], abs=1e-4)


def test_simulated_tests_cross_as_often_as_was_spent() -> None:
    """40,000 Brownian motions at uneven looks: three standard errors are 0.33 points."""
    fractions = np.array([0.11, 0.3, 0.35, 0.7, 0.9, 1.0])
    boundaries = upper_boundaries(fractions.tolist(), 0.05)
    steps = np.sqrt(np.diff(fractions, prepend=0.0))
    sums = np.cumsum(np.random.default_rng(1).normal(size=(40_000, 6)) * steps, axis=1)
    crossed = (sums / np.sqrt(fractions) >= boundaries).any(axis=1).mean()
    assert crossed == pytest.approx(0.05, abs=0.0033)


def test_an_early_look_spends_nothing() -> None:
    """A boundary that cannot be crossed, rather than one that is wrong."""
    first, second = upper_boundaries([0.01, 1.0], 0.05)
    assert math.isinf(first)
    assert second == pytest.approx(1.6449, abs=1e-4)


def test_all_is_spent_at_the_end() -> None:
    """And nothing before the start."""
    assert obrien_fleming_spent(1.0, 0.05) == pytest.approx(0.05)
    assert obrien_fleming_spent(0.0, 0.05) == 0.0


@pytest.mark.parametrize("fractions", [[0.5, 0.5], [0.6, 0.2], [0.0, 1.0], [0.5, 1.2]])
def test_fractions_must_rise(fractions: list[float]) -> None:
    """A look without new information is a mistake of the caller's."""
    with pytest.raises(ValueError, match="must rise"):
        upper_boundaries(fractions, 0.05)


def test_the_examples_hold() -> None:
    """Those of the docstrings."""
    assert doctest.testmod(spending).failed == 0
