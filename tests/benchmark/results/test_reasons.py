"""Why a number is null, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hzbench.benchmark.results.reasons import reasons_undefined
from hzbench.benchmark.scoring.bootstrap import Interval
from hzbench.benchmark.scoring.predictions import Predictions


def test_a_number_without_an_interval_says_so(predictions: Predictions) -> None:
    """The number itself is there."""
    reasons = reasons_undefined({"relative_mce": 1.2}, {"relative_mce": None}, predictions, None, None)
    assert reasons == {"intervals.values.relative_mce": "undefined in more than 1 % of the resamples"}


def test_a_sensitivity_of_one_person_says_that_it_is(make_predictions: Callable[..., Predictions]) -> None:
    """One picture, or several of one person; two persons are another matter."""
    path = "mean_sensitivity_hz"
    predictions = make_predictions(8)
    for groups, said in ((("p",) * 8, "of one person"), (("",) * 8, "undefined in more than 1 %")):
        reasons = reasons_undefined(
            {path: 0.5}, {path: None}, replace(predictions, groups=groups), None, None
        )
        assert said in reasons[f"intervals.values.{path}"]


def test_a_number_with_an_interval_needs_no_reason(predictions: Predictions) -> None:
    """An empty dictionary says that all is defined."""
    assert reasons_undefined({"mce": 1.0}, {"mce": Interval(0.9, 1.1)}, predictions, None, None) == {}


def test_validation_without_zoster_is_told_from_no_validation(predictions: Predictions) -> None:
    """The remedy differs."""
    labels = np.zeros_like(predictions.validation_labels)
    without = replace(predictions, validation_labels=labels)
    reasons = reasons_undefined({"mean_sensitivity_hz": None}, {}, without, None, None)
    assert "validation lacks pictures with or without herpes_zoster" in reasons["mean_sensitivity_hz"]


def test_kappa_of_a_single_class_says_why(make_predictions: Callable[..., Predictions]) -> None:
    """Nothing but one class and one answer."""
    reasons = reasons_undefined({"clean.kappa": None}, {}, make_predictions(8), None, None)
    assert reasons["clean.kappa"] == "every picture and every answer is of the same class"
