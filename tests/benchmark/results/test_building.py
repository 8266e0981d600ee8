"""A result document: what it holds, where it is null, and that it follows from its predictions."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn import metrics as sk

from hzbench.benchmark.errors import NotComparableError
from hzbench.benchmark.results.consistency import contradictions
from hzbench.benchmark.results.schema import CellMetrics, Efficiency, Metrics, Result
from hzbench.benchmark.scoring.cells import CORRUPTED_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.headline import HEADLINE_NAMES
from hzbench.benchmark.scoring.integrity import Flag
from hzbench.benchmark.scoring.metrics import METRICS
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference

TOP_LEVEL = [
    "schema",
    "signature",
    "model",
    "data",
    "suite",
    "predictions",
    "reference",
    "clean",
    "cells",
    "corruption_error",
    "mce",
    "mce_unnormalised",
    "relative_mce",
    "mce_balanced",
    "operating_point",
    "mean_sensitivity_hz",
    "mean_specificity_hz",
    "categories",
    "flip_rate",
    "skin_types",
    "skin_type_gaps",
    "extra_tests",
    "intervals",
    "undefined",
    "efficiency",
    "preflight",
    "flags",
    "environment",
    "created",
]


def test_the_document_has_the_documented_keys(result: Result) -> None:
    """In their order, and none more."""
    assert list(result.document()) == TOP_LEVEL


def test_cells_are_the_75_in_published_order(result: Result) -> None:
    """Each with every metric."""
    assert [(cell.corruption, cell.severity) for cell in result.cells] == list(CORRUPTED_CELLS)
    first = list(result.document()["cells"][0])
    assert first[:2] == ["corruption", "severity"]


@pytest.mark.parametrize("name", METRICS)
def test_every_declared_metric_is_a_field_of_the_document(name: str) -> None:
    """A new metric is a dict line, and a field in the schema."""
    assert name in Metrics.model_fields
    assert name in CellMetrics.model_fields


def test_mce_recomputed_from_cells_and_reference_equals_mce(result: Result) -> None:
    """By hand, from the document alone."""
    document = json.loads(json.dumps(result.document()))
    ces = []
    for name in CORRUPTION_NAMES:
        ours = sum(cell["error"] for cell in document["cells"] if cell["corruption"] == name)
        ces.append(ours / sum(document["reference"]["errors"][name]))
        assert document["corruption_error"][name] == pytest.approx(ces[-1])
    assert document["mce"] == pytest.approx(sum(ces) / 15)
    assert contradictions(result) == []


def test_balanced_mce_recomputed_from_cells_and_reference_equals_mce_balanced(result: Result) -> None:
    """The reference's balanced errors are in the document for that."""
    assert result.reference is not None
    ces = []
    for name in CORRUPTION_NAMES:
        ours = sum(cell.balanced_error or 0 for cell in result.cells if cell.corruption == name)
        ces.append(ours / sum(error or 0 for error in result.reference.balanced_errors[name]))
    assert result.mce_balanced == pytest.approx(sum(ces) / 15)


def test_zoster_means_recomputed_from_cells(result: Result) -> None:
    """Means over the 75 cells at the operating point."""
    hits = [cell.operating_sensitivity_hz for cell in result.cells]
    passed = [cell.operating_specificity_hz for cell in result.cells]
    assert result.mean_sensitivity_hz == pytest.approx(np.mean(hits))
    assert result.mean_specificity_hz == pytest.approx(np.mean(passed))


def test_cell_metrics_equal_scikit_learn_on_the_predictions(result: Result, predictions: Predictions) -> None:
    """The 38th cell, for instance."""
    cell, answers = result.cells[37], predictions.answers[38]
    assert cell.error == pytest.approx(1 - sk.accuracy_score(predictions.labels, answers))
    assert cell.f1 == pytest.approx(sk.f1_score(predictions.labels, answers, average="macro"))
    assert cell.kappa == pytest.approx(sk.cohen_kappa_score(predictions.labels, answers))


def test_every_number_lies_inside_its_interval(result: Result) -> None:
    """And every headline number has an entry."""
    document = result.document()
    assert set(result.intervals.values) == set(HEADLINE_NAMES)
    for path, interval in result.intervals.values.items():
        value: Any = document
        for part in path.split("."):
            value = value[part]
        if interval is not None:
            assert interval[0] <= value <= interval[1], path


def test_equal_inputs_give_equal_documents(
    predictions: Predictions, reference: Reference, result: Result, make_result: Callable[..., Result]
) -> None:
    """Nothing is drawn from a clock or a global random state."""
    assert make_result(predictions, reference).document() == result.document()


def test_environment_efficiency_and_creation_touch_nothing_else(
    predictions: Predictions, reference: Reference, result: Result, make_result: Callable[..., Result]
) -> None:
    """A second run differs in these alone."""
    other = make_result(
        predictions,
        reference,
        environment={"torch": "9"},
        efficiency=Efficiency(params=5, macs=7, latency_ms={"p50": 1, "p90": 2, "p99": 3}),
        created="2027-01-01T00:00:00Z",
    ).document()
    changed = {key for key, value in result.document().items() if other[key] != value}
    assert changed == {"environment", "efficiency", "created"}


@pytest.fixture(scope="module")
def bare_predictions(make_predictions: Callable[..., Predictions]) -> Predictions:
    """Predictions with one broken row, some skin types and no validation pictures."""
    predictions = make_predictions(48, validation=0, skin_types=("I",) * 40 + ("VI",) * 8)
    probabilities = predictions.probabilities.copy()
    probabilities[0, 0] = np.nan
    return replace(predictions, probabilities=probabilities)


@pytest.fixture(scope="module")
def bare_result(bare_predictions: Predictions, make_result: Callable[..., Result]) -> Result:
    """Their result without a reference, with a flag that the run raised."""
    return make_result(bare_predictions, None, flags=[Flag("batch_dependence", "differs by 0.1")])


def test_without_a_reference_what_needs_one_is_null_and_says_so(bare_result: Result) -> None:
    """The unnormalised errors are there all the same."""
    assert bare_result.mce is bare_result.relative_mce is bare_result.mce_balanced is None
    assert bare_result.reference is None
    assert set(bare_result.corruption_error.values()) == {None}
    assert bare_result.mce_unnormalised > 0
    assert bare_result.undefined["mce"] == "no reference was given"
    assert "|ref:none|" in bare_result.signature
    assert contradictions(bare_result) == []


def test_without_validation_the_zoster_means_are_null_and_say_so(bare_result: Result) -> None:
    """No threshold is invented from test pictures."""
    assert bare_result.operating_point is bare_result.mean_sensitivity_hz is None
    assert bare_result.undefined["mean_sensitivity_hz"].startswith("no operating point")
    assert bare_result.clean.operating_sensitivity_hz is None
    assert bare_result.clean.sensitivity_hz is not None


def test_flags_of_the_run_and_of_the_predictions_stand_together(bare_result: Result) -> None:
    """The run's come first."""
    assert [flag.name for flag in bare_result.flags] == ["batch_dependence", "not_finite"]


def test_flags_of_stored_predictions_are_not_doubled(
    bare_predictions: Predictions, bare_result: Result, make_result: Callable[..., Result]
) -> None:
    """Scoring again finds what the stored flags say already."""
    assert make_result(bare_predictions, None, flags=bare_result.flags) == bare_result


def test_skin_types_are_reported_where_known(bare_result: Result) -> None:
    """Three groups, two of them too small."""
    assert bare_result.skin_types["I-II"].error is not None
    assert bare_result.skin_types["V-VI"].error is None
    assert bare_result.skin_types["V-VI"].n == 8


def test_a_flawless_reference_leaves_the_ce_null_with_its_name(
    predictions: Predictions, reference: Reference, make_result: Callable[..., Result]
) -> None:
    """CE of fog is undefined, and so is a mean that needs it; the others stay."""
    answers = reference.answers.copy()
    first = 1 + 5 * CORRUPTION_NAMES.index("fog")
    answers[:, first : first + 5] = reference.labels
    result = make_result(predictions, replace(reference, answers=answers))
    assert result.corruption_error["fog"] is None
    assert result.corruption_error["snow"] is not None
    assert result.mce is None
    assert result.undefined["mce"] == "the reference makes no error under fog"
    assert result.undefined["relative_mce"] == "the reference gets no worse than clean under fog"
    assert contradictions(result) == []


def test_a_missing_class_leaves_macro_numbers_null_with_its_name(
    predictions: Predictions, reference: Reference, make_result: Callable[..., Result]
) -> None:
    """No tinea among the pictures."""
    some = predictions.cut(np.flatnonzero(predictions.labels != 2))
    result = make_result(some, reference)
    assert result.clean.f1 is result.clean.auroc is result.mce_balanced is None
    assert result.undefined["mce_balanced"] == "no test picture of tinea"
    assert result.undefined["clean.auroc"] == "no test picture of tinea"
    assert result.mce is not None
    assert result.clean.f1_hz is not None


def test_a_subset_is_divided_by_the_reference_on_the_same_pictures(
    predictions: Predictions, reference: Reference, make_result: Callable[..., Result]
) -> None:
    """The reference is cut, its digest stays that of the whole."""
    some = predictions.cut(range(12))
    result = make_result(some, reference)
    assert result.reference is not None
    for name, row in reference.errors(some.digests).items():
        assert list(result.reference.errors[name]) == pytest.approx(row)
    assert result.reference.digest == reference.digest
    assert "|n:12|" in result.signature


@pytest.mark.parametrize(
    "changes",
    [
        {"data_digest": "e" * 64},
        {"specification": 99},
        {"digests": tuple(f"{number:064x}" for number in range(900, 948))},
    ],
)
def test_a_reference_of_something_else_is_not_comparable(
    predictions: Predictions,
    reference: Reference,
    make_result: Callable[..., Result],
    changes: dict[str, Any],
) -> None:
    """And the command that makes the right one is named."""
    with pytest.raises(NotComparableError, match="hzbench reference build --data invented") as caught:
        make_result(predictions, replace(reference, **changes))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_model_that_says_nothing_gives_a_whole_document(
    predictions: Predictions, reference: Reference, make_result: Callable[..., Result]
) -> None:
    """All NaN: every answer is wrong, nothing in the document is NaN."""
    silent = replace(predictions, probabilities=np.full_like(predictions.probabilities, np.nan))
    document = make_result(silent, reference).document()
    json.dumps(document, allow_nan=False)
    assert document["clean"]["acc"] == 0.0
    assert document["mce"] > 1


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_the_schema_refuses_nan_and_infinity(result: Result, value: float) -> None:
    """Undefined is null."""
    with pytest.raises(ValidationError):
        Result.model_validate(result.document() | {"mce": value})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mce": 0.5}, "mce is 0.5"),
        ({"mce_unnormalised": 0.01}, "mce_unnormalised is 0.01"),
        ({"signature": "hzbench:1"}, "signature has the fields"),
    ],
)
def test_numbers_that_do_not_follow_are_found(result: Result, change: dict[str, Any], problem: str) -> None:
    """A prettier mCE in the document contradicts its own cells."""
    (found,) = contradictions(result.model_copy(update=change))
    assert found.startswith(problem)


def test_a_signature_that_belongs_to_other_data_is_found(result: Result) -> None:
    """It is rebuilt from the document."""
    forged = result.signature.replace("n:48", "n:480")
    (found,) = contradictions(result.model_copy(update={"signature": forged}))
    assert found.startswith("signature is")


def test_cells_out_of_order_are_found(result: Result) -> None:
    """Published order, or no check of sums means anything."""
    (found,) = contradictions(result.model_copy(update={"cells": result.cells[::-1]}))
    assert "published order" in found
