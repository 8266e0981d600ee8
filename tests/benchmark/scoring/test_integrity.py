"""Flags that predictions alone raise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.integrity import prediction_flags
from hzbench.benchmark.scoring.predictions import NO_ANSWER, Predictions


def test_ordinary_predictions_raise_no_flag(predictions: Predictions) -> None:
    """A flag means something."""
    assert prediction_flags(predictions) == []


def test_values_that_are_not_finite_are_counted_and_placed(predictions: Predictions) -> None:
    """NaN for two pictures of fog 2."""
    probabilities = predictions.probabilities.copy()
    probabilities[47, :2] = np.nan
    (flag,) = prediction_flags(replace(predictions, probabilities=probabilities))
    assert flag.name == "not_finite"
    assert flag.message.startswith("2 of 3648 predictions, in 1 of 76 cells (fog 2)")


def test_ties_are_counted_and_placed(predictions: Predictions) -> None:
    """A quarter for each class is no answer: every picture of one cell is more than 1 % of all."""
    probabilities = predictions.probabilities.copy()
    probabilities[4] = 0.5 * np.array([1, 1, 0, 0]) * np.ones((48, 1)) + 1e-3 * np.arange(48)[:, None]
    (flag,) = prediction_flags(replace(predictions, probabilities=probabilities))
    assert flag.name == "tied_outputs"
    assert "48 of 3648 predictions, in 1 of 76 cells (gaussian_noise 4)" in flag.message


def test_a_few_ties_are_errors_and_no_flag(predictions: Predictions) -> None:
    """Coarse numbers tie now and then; the answer is lost all the same."""
    probabilities = predictions.probabilities.copy()
    probabilities[:36, 3] = 0.25
    tied = replace(predictions, probabilities=probabilities)
    assert prediction_flags(tied) == []
    assert (tied.answers[:36, 3] == NO_ANSWER).all()


@pytest.mark.parametrize("jitter", [0.0, 1e-8])
def test_a_constant_output_is_flagged(predictions: Predictions, jitter: float) -> None:
    """Also where it moves in the last bits only."""
    row = np.array([0.1, 0.2, 0.3, 0.4])
    probabilities = np.tile(row, (76, 48, 1)) + jitter * np.arange(48)[None, :, None] / 48
    flags = prediction_flags(replace(predictions, probabilities=probabilities.astype(np.float32)))
    assert [flag.name for flag in flags] == ["constant_output", "one_answer"]
    assert "76 of 76 cells (clean, gaussian_noise 1, gaussian_noise 2 and 73 more)" in flags[0].message
    assert "answered other" in flags[1].message
