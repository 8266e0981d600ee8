"""Flags that predictions alone raise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.integrity import prediction_flags
from hzbench.benchmark.scoring.predictions import Predictions


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
    """A quarter for each class is no answer."""
    probabilities = predictions.probabilities.copy()
    probabilities[0, 3] = 0.25
    (flag,) = prediction_flags(replace(predictions, probabilities=probabilities))
    assert flag.name == "tied_outputs"
    assert "1 of 3648 predictions, in 1 of 76 cells (clean)" in flag.message


@pytest.mark.parametrize("jitter", [0.0, 1e-8])
def test_a_constant_output_is_flagged(predictions: Predictions, jitter: float) -> None:
    """Also where it moves in the last bits only."""
    row = np.array([0.1, 0.2, 0.3, 0.4])
    probabilities = np.tile(row, (76, 48, 1)) + jitter * np.arange(48)[None, :, None] / 48
    flags = prediction_flags(replace(predictions, probabilities=probabilities.astype(np.float32)))
    assert [flag.name for flag in flags] == ["constant_output", "one_answer"]
    assert "76 of 76 cells (clean, gaussian_noise 1, gaussian_noise 2 and 73 more)" in flags[0].message
    assert "answered other" in flags[1].message
