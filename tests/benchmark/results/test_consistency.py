"""What can be found out about a document whose numbers were changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from hzbench.benchmark.results.consistency import contradictions
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.predictions import Predictions


@pytest.mark.parametrize(
    "path", ["mce", "mce_unnormalised", "relative_mce", "mce_balanced", "mean_sensitivity_hz"]
)
def test_a_headline_number_that_was_polished_is_found(result: Result, path: str) -> None:
    """It no longer follows from the cells beside it."""
    polished = result.model_copy(update={path: getattr(result, path) - 0.01})
    assert [problem.partition(" ")[0] for problem in contradictions(polished)] == [path]


@pytest.fixture(scope="module")
def toned(
    make_predictions: Callable[..., Predictions],
    make_extra_test: Callable[..., ExtraPredictions],
    make_result: Callable[..., Result],
) -> Result:
    """A result with skin types and an additional test set."""
    extra = make_extra_test(("dim/near", "dim/far", "bright/near", "bright/far") * 5)
    predictions = make_predictions(80, skin_types=("I", "V") * 40)
    return make_result(replace(predictions, extra_tests=(extra,)), None)


def test_honest_sections_contradict_nothing(toned: Result) -> None:
    """Conditions make up their set, gaps are those between the groups."""
    assert contradictions(toned) == []


def test_a_gap_between_skin_types_that_was_closed_is_found(toned: Result) -> None:
    """It no longer follows from the groups beside it."""
    gap = toned.skin_type_gaps["error"].model_copy(update={"gap": 0.0})
    closed = toned.model_copy(update={"skin_type_gaps": {"error": gap}})
    assert [problem.partition(" ")[0] for problem in contradictions(closed)] == ["skin_type_gaps.error.gap"]


def test_a_condition_that_was_polished_is_found(toned: Result) -> None:
    """The whole set no longer follows from its conditions."""
    one = toned.extra_tests["hz-w"]
    first = one.by_condition[0].model_copy(update={"error": (one.by_condition[0].error or 0) / 2 + 0.3})
    changed = one.model_copy(update={"by_condition": (first, *one.by_condition[1:])})
    polished = toned.model_copy(update={"extra_tests": {"hz-w": changed}})
    assert [problem.partition(" ")[0] for problem in contradictions(polished)] == ["extra_tests.hz-w.error"]
