"""Results, predictions and references as files."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.documents import (
    SIZE_LIMIT,
    read_predictions,
    read_reference,
    read_result,
    result_json_schema,
    write_reference,
    write_result,
)
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference


@pytest.fixture
def stored(result: Result, predictions: Predictions, tmp_path: Path) -> Path:
    """A result in a folder that did not exist."""
    path = tmp_path / "a" / "b" / "result.json"
    write_result(path, result, predictions)
    return path


def test_a_result_survives_its_file(stored: Path, result: Result) -> None:
    """Every number to the last bit."""
    assert read_result(stored) == result


def test_predictions_lie_beside_the_result_and_say_what_they_are(
    stored: Path, result: Result, predictions: Predictions
) -> None:
    """Model, data and suite come with them, so that they can be scored alone."""
    found = read_predictions(stored.with_suffix(".npz"))
    assert found.predictions.digest == predictions.digest == result.predictions.digest
    assert found.note.model == result.model
    assert found.note.data == result.data
    assert found.note.suite == result.suite


def test_stored_predictions_give_the_same_document(
    stored: Path, result: Result, reference: Reference, make_result: Callable[..., Result]
) -> None:
    """Every number can be recomputed from the file."""
    found = read_predictions(stored.with_suffix(".npz"))
    again = make_result(
        found.predictions,
        reference,
        model=found.note.model,
        data=found.note.data,
        suite=found.note.suite,
        flags=found.note.flags,
    )
    assert again == result


def test_the_same_result_gives_the_same_bytes(
    stored: Path, result: Result, predictions: Predictions, tmp_path: Path
) -> None:
    """Both files."""
    other = tmp_path / "other.json"
    write_result(other, result, predictions)
    assert other.read_bytes() == stored.read_bytes()
    assert other.with_suffix(".npz").read_bytes() == stored.with_suffix(".npz").read_bytes()


def test_a_result_may_not_take_the_place_of_its_predictions(
    result: Result, predictions: Predictions, tmp_path: Path
) -> None:
    """Nothing is written then."""
    with pytest.raises(UsageError, match="overwritten by the predictions"):
        write_result(tmp_path / "result.npz", result, predictions)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_older_pair(
    stored: Path,
    make_result: Callable[..., Result],
    predictions: Predictions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A document never stands beside the predictions of another one, and no temporary file is left."""
    before = {path.name: path.read_bytes() for path in stored.parent.iterdir()}
    part = predictions.cut(range(1, len(predictions)))
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    newer = make_result(part, None)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*result\.(json|npz)'"):
        write_result(stored, newer, part)
    assert calls
    assert {path.name: path.read_bytes() for path in stored.parent.iterdir()} == before


def test_the_document_follows_its_json_schema(result: Result) -> None:
    """Same keys, none optional at the top."""
    schema = result_json_schema()
    assert schema["$id"] == "hzbench.result/1"
    assert list(schema["properties"]) == list(result.document())
    assert schema["additionalProperties"] is False
    json.dumps(schema)


def changed(**changes: Any) -> Callable[[dict[str, Any]], str]:
    """Return a function that changes a document's top level and dumps it."""
    return lambda document: json.dumps(document | changes)


def first_cell(**changes: Any) -> Callable[[dict[str, Any]], str]:
    """Return a function that changes a document's first cell and dumps it."""

    def change(document: dict[str, Any]) -> str:
        document["cells"][0] |= changes
        return json.dumps(document)

    return change


HOSTILE: dict[str, tuple[Callable[[dict[str, Any]], str], str]] = {
    "empty": (lambda _: "", "not valid JSON"),
    "truncated": (lambda document: json.dumps(document)[:5000], "not valid JSON"),
    "a list": (lambda _: "[]", "holds a JSON list, expected an object"),
    "another document": (lambda _: '{"schema": "x"}', "schema is 'x', expected 'hzbench.result/1'"),
    "deep": (lambda _: "[" * 200_000, "nested too deeply"),
    "deep objects": (lambda _: '{"a":' * 200_000, "nested too deeply"),
    "NaN": (lambda document: json.dumps(document | {"mce": float("nan")}), "NaN is not a JSON number"),
    "infinity": (
        lambda document: json.dumps(document).replace('"mce": ', '"mce": 1e999, "x": '),
        "too large",
    ),
    "huge integer": (lambda _: '{"schema": ' + "9" * 5000 + "}", "not valid JSON"),
    "key twice": (lambda _: '{"schema": 1, "schema": 2}', "key 'schema' occurs twice"),
    "unknown key": (changed(extra=1), "'extra': Extra inputs"),
    "number as text": (changed(mce="0.5"), "'mce': Input should be a valid number"),
    "fraction above one": (first_cell(error=37.5), "'cells.0.error'"),
    "cell missing": (lambda document: json.dumps(document | {"cells": document["cells"][1:]}), "'cells'"),
    "long text": (changed(created="x" * 5000), "'created'"),
    "digest": (
        lambda document: json.dumps(document | {"predictions": {"digest": "../../etc"}}),
        "'predictions",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_damaged_or_hostile_document_is_one_line(result: Result, tmp_path: Path, kind: str) -> None:
    """Which names the file and the first thing that is wrong."""
    make, said = HOSTILE[kind]
    path = tmp_path / "hostile.json"
    path.write_text(make(result.document()))
    with pytest.raises(DataError) as caught:
        read_result(path)
    message = str(caught.value)
    assert said in message
    assert message.startswith(str(path))
    assert "\n" not in message
    assert len(message) < len(str(path)) + 500


def test_a_document_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Memory is bounded."""
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (SIZE_LIMIT + 1))
    with pytest.raises(DataError, match="larger than 8 MiB"):
        read_result(path)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    """Missing, and a folder."""
    with pytest.raises(DataError, match="no such file"):
        read_result(tmp_path / "missing.json")
    with pytest.raises(DataError, match="no such file"):
        read_predictions(tmp_path)


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    """A picture renamed."""
    path = tmp_path / "picture.json"
    path.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(DataError, match="not UTF-8"):
        read_result(path)


def test_damaged_predictions_are_one_line(stored: Path) -> None:
    """Truncated, with the command that makes them anew."""
    beside = stored.with_suffix(".npz")
    beside.write_bytes(beside.read_bytes()[:1000])
    with pytest.raises(DataError, match="hzbench evaluate") as caught:
        read_predictions(beside)
    assert "\n" not in str(caught.value)


def test_predictions_without_a_note_are_refused(predictions: Predictions, tmp_path: Path) -> None:
    """A file that does not say what it is of cannot be compared with anything."""
    path = tmp_path / "bare.npz"
    path.write_bytes(predictions.to_bytes())
    with pytest.raises(DataError, match=r"bare\.npz"):
        read_predictions(path)


def test_a_reference_survives_its_file(reference: Reference, tmp_path: Path) -> None:
    """And a damaged one names the command that makes it."""
    path = tmp_path / "references" / "invented-0.json"
    write_reference(path, reference)
    again = read_reference(path)
    assert again.digest == reference.digest
    np.testing.assert_array_equal(again.answers, reference.answers)
    path.write_text(path.read_text().replace('"labels"', '"label"'))
    with pytest.raises(DataError, match="hzbench reference build"):
        read_reference(path)
