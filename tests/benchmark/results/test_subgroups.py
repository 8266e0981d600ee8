"""The sections of a result about skin types and additional test sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.skin_type_gaps import skin_type_gaps


@pytest.fixture(scope="module")
def extended(
    predictions: Predictions,
    make_extra_test: Callable[..., ExtraPredictions],
    make_result: Callable[..., Result],
) -> Result:
    """The result of predictions with two additional test sets, one of them without zoster."""
    conditions = ("dim/near", "dim/far", "bright/near") * 30
    tones = ("I",) * 30 + ("V",) * 12
    sets = (
        make_extra_test(conditions),
        make_extra_test(("",) * 42, "alarms", labels=np.zeros(42, dtype=np.int64), skin_types=tones),
    )
    return make_result(replace(predictions, extra_tests=sets), None)


def test_additional_test_sets_are_reported_by_condition(extended: Result) -> None:
    """Zoster sensitivity with its interval, for each condition and each factor."""
    one = extended.extra_tests["hz-w"]
    names = [part.condition for part in one.by_condition]
    assert names == ["dim/near", "dim/far", "bright/near", "dim/*", "bright/*", "*/near", "*/far"]
    assert one.n == one.n_hz == 90
    assert one.specificity_hz is None
    whole = sum((part.sensitivity_hz or 0) * part.n_hz for part in one.by_condition[:3])
    assert one.sensitivity_hz == pytest.approx(whole / 90)
    for part in one.by_condition:
        assert part.sensitivity_hz_interval is not None
        assert part.sensitivity_hz_interval[0] <= part.sensitivity_hz <= part.sensitivity_hz_interval[1]
        assert part.operating_sensitivity_hz is not None


def test_a_set_without_zoster_is_reported_by_its_false_alarms(extended: Result) -> None:
    """Also by skin type, but not for few pictures."""
    one = extended.extra_tests["alarms"]
    assert one.sensitivity_hz is None
    assert one.specificity_hz is not None
    assert one.by_condition == ()
    assert one.skin_types["I-II"].specificity_hz is not None
    assert one.skin_types["V-VI"].n == 12
    assert one.skin_types["V-VI"].specificity_hz is one.skin_types["V-VI"].error is None


def test_additional_test_sets_change_no_other_number(
    extended: Result, predictions: Predictions, make_result: Callable[..., Result]
) -> None:
    """Nor the signature, nor an interval."""
    without = make_result(predictions, None)
    assert without.extra_tests == {}
    assert extended.model_copy(update={"extra_tests": {}}) == without


def test_documents_written_before_these_sections_still_open(result: Result) -> None:
    """Published entries stay what they are."""
    document = result.document()
    del document["extra_tests"], document["skin_type_gaps"]
    opened = Result.model_validate_json(json.dumps(document), strict=True)
    assert opened.mce == result.mce
    assert opened.extra_tests == opened.skin_type_gaps == {}


def test_gaps_between_skin_types_stand_beside_the_groups(
    make_predictions: Callable[..., Predictions], make_result: Callable[..., Result]
) -> None:
    """As the scoring gives them."""
    predictions = make_predictions(80, skin_types=("I", "V") * 40)
    result = make_result(predictions, None)
    expected = {name: gap._asdict() for name, gap in skin_type_gaps(predictions).items()}
    assert {name: gap.model_dump() for name, gap in result.skin_type_gaps.items()} == expected
    assert set(expected) == {"error", "corrupted_error"}
