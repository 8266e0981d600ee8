"""The association of two labellings: none, complete, and corrected for chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats.contingency import association as cramers_v

from hzbench.benchmark.data.checking.association import association


def test_what_goes_together_completely_is_one() -> None:
    """Each source has one class."""
    assert association(["a"] * 30 + ["b"] * 50, ["x"] * 30 + ["y"] * 50) == 1.0


def test_independent_labels_are_zero() -> None:
    """Exactly balanced."""
    assert association(["a", "a", "b", "b"] * 20, ["x", "y"] * 40) == 0.0


@pytest.mark.parametrize("labels", [["a"] * 9, []])
def test_one_label_says_nothing(labels: list[str]) -> None:
    """With one source there is nothing to tell apart."""
    assert association(labels, ["x", "y", "z"] * (len(labels) // 3)) is None


def test_chance_is_taken_off() -> None:
    """Over random labels the plain Cramer's V is far from 0, this one near it."""
    random = np.random.default_rng(3)
    plain, corrected = [], []
    for _ in range(60):
        first, second = random.integers(0, 6, 80), random.integers(0, 4, 80)
        table = np.array([[((first == i) & (second == j)).sum() for j in range(4)] for i in range(6)])
        plain.append(cramers_v(table, method="cramer"))
        corrected.append(association([str(x) for x in first], [str(x) for x in second]))
    assert np.mean(plain) > 0.2
    assert np.mean(corrected) < 0.08


def test_with_many_pictures_it_is_cramers_v() -> None:
    """The correction fades; scipy's plain V is the oracle."""
    table = np.array([[900, 100, 50], [200, 700, 300]])
    first = [str(i) for i in range(2) for j in range(3) for _ in range(table[i, j])]
    second = [str(j) for i in range(2) for j in range(3) for _ in range(table[i, j])]
    assert association(first, second) == pytest.approx(cramers_v(table, method="cramer"), abs=0.005)
