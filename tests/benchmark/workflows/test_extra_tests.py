"""Additional test sets from a dataset to a result, and again from the stored predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.data.catalogue import list_datasets
from hzbench.benchmark.data.dataset import open_dataset
from hzbench.benchmark.data.index import SPLITS
from hzbench.benchmark.errors import DataError, NotComparableError, UsageError
from hzbench.benchmark.results.documents import predictions_path, read_predictions, write_result
from hzbench.benchmark.workflows import scoring
from hzbench.benchmark.workflows.answering import limited
from hzbench.benchmark.workflows.inputs import estimated_skin_types, open_for_scoring, usual_extra_tests
from hzbench.benchmark.workflows.scoring import score_predictions

NOT_FROM_PREDICTIONS = {"environment", "efficiency", "preflight", "created"}


@pytest.fixture(scope="module")
def beside(evaluate: Callable[..., Any], extended: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One evaluation of the dataset that has an additional test set, none being named."""
    return evaluate(tmp_path_factory.mktemp("beside") / "r.json", data=str(extended), limit=4)


def test_a_built_dataset_reports_what_it_has(beside: Any) -> None:
    """By condition, and by no more than the limit."""
    one = beside.result.extra_tests["hz-w"]
    assert [(part.condition, part.n) for part in one.by_condition] == [("dim", 2), ("bright", 2)]
    assert one.n == one.n_hz == 4
    stored = read_predictions(predictions_path(beside.path)).predictions.extra_tests[0]
    found = float((stored.probabilities.argmax(axis=1) == 1).mean())
    assert one.sensitivity_hz == pytest.approx(found)
    assert np.allclose(stored.probabilities.sum(axis=1), 1, atol=1e-5)


def test_scoring_the_stored_predictions_gives_the_same_sections(
    beside: Any, extended: Path, tmp_path: Path
) -> None:
    """The predictions file carries the additional test sets."""
    scored = score_predictions(predictions_path(beside.path), data=str(extended), out=tmp_path / "s.json")
    first, second = (one.model_dump(exclude=NOT_FROM_PREDICTIONS) for one in (beside.result, scored.result))
    assert first == second


def test_predictions_of_a_set_with_other_conditions_are_refused(
    beside: Any, extended: Path, tmp_path: Path
) -> None:
    """A picture cannot move from one condition to another unnoticed."""
    stored = read_predictions(predictions_path(beside.path)).predictions
    moved = replace(stored.extra_tests[0], conditions=("dim",) * 4)
    write_result(tmp_path / "r.json", beside.result, replace(stored, extra_tests=(moved,)))
    with pytest.raises(NotComparableError, match="2 of 4 pictures of hz-w"):
        score_predictions(tmp_path / "r.npz", data=str(extended))


def test_predictions_of_another_set_of_that_name_are_refused(
    beside: Any, extended: Path, tmp_path: Path
) -> None:
    """Its digest stands in the file."""
    stored = read_predictions(predictions_path(beside.path)).predictions
    other = replace(stored.extra_tests[0], split_digest="0" * 64)
    write_result(tmp_path / "r.json", beside.result, replace(stored, extra_tests=(other,)))
    with pytest.raises(NotComparableError, match="additional test set hz-w"):
        score_predictions(tmp_path / "r.npz", data=str(extended))


def test_a_limit_keeps_every_condition(extended: Path) -> None:
    """As it keeps every class."""
    split = open_dataset(extended).split("hz-w")
    assert sorted(limited(split, 2).conditions) == ["bright", "dim"]
    assert limited(split, 2).digest == split.digest


@pytest.mark.parametrize("name", SPLITS)
def test_an_ordinary_split_is_no_additional_test_set(extended: Path, name: str) -> None:
    """Training pictures above all."""
    with pytest.raises(UsageError, match="not an additional test set"):
        open_for_scoring(str(extended), extra_tests=(name,))


def test_an_unknown_additional_test_set_lists_the_splits(extended: Path) -> None:
    """With the closest one."""
    with pytest.raises(DataError, match="Did you mean 'hz-w'"):
        open_for_scoring(str(extended), extra_tests=("hzw",))


def test_an_embedded_dataset_runs_over_none_unless_asked(extended: Path) -> None:
    """Whatever of it lies rendered in the cache; a built one runs over all."""
    dataset = open_dataset(extended)
    assert usual_extra_tests(dataset, "sdhz-synth") == ()
    assert usual_extra_tests(dataset, str(extended)) == ("hz-w",)


def test_predictions_of_a_folder_ask_for_the_folder(beside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, before an embedded dataset is rendered."""
    monkeypatch.setattr(scoring, "open_for_scoring", None)  # calling it would render
    with pytest.raises(UsageError, match=r"hzbench score .*r\.npz --data FOLDER"):
        score_predictions(predictions_path(beside.path))


def test_predictions_of_an_older_embedded_dataset_say_so(beside: Any, tmp_path: Path) -> None:
    """Its name alone does not tell the version."""
    stored = read_predictions(predictions_path(beside.path)).predictions
    data = beside.result.data.model_copy(update={"name": "sdhz-synth", "label": "sdhz-synth-none"})
    write_result(tmp_path / "r.json", beside.result.model_copy(update={"data": data}), stored)
    with pytest.raises(UsageError, match="older or newer"):
        score_predictions(tmp_path / "r.npz")


def test_estimated_skin_types_are_counted(beside: Any, extended: Path) -> None:
    """The pictures come without skin types, so those there are were estimated from the pixels."""
    split = open_dataset(extended).split("test")
    known = {digest for digest, skin in zip(split.digests, split.skin_types, strict=True) if skin}
    assert estimated_skin_types(split) == known
    scored = read_predictions(predictions_path(beside.path)).predictions.digests
    assert beside.result.data.skin_types_estimated == len(known & set(scored))


def test_predictions_of_an_embedded_dataset_find_it_by_themselves(
    beside: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the additional test sets that they are of."""
    stored = read_predictions(predictions_path(beside.path)).predictions
    label = list_datasets()[0].label
    data = beside.result.data.model_copy(update={"name": "sdhz-synth", "label": label})
    write_result(tmp_path / "r.json", beside.result.model_copy(update={"data": data}), stored)
    asked = []

    def opened(data: str, progress: object, extra_tests: Sequence[str]) -> Any:
        asked.append((data, tuple(extra_tests)))
        raise DataError("far enough")

    monkeypatch.setattr(scoring, "open_for_scoring", opened)
    with pytest.raises(DataError, match="far enough"):
        score_predictions(tmp_path / "r.npz")
    assert asked == [(label, ("hz-w",))]
