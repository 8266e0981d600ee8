"""Result documents and predictions as files: written whole or not at all, read without trust."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from hzbench.benchmark.durable import json_bytes, replacing, write_bytes
from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.schema import SCHEMA, DataInfo, FlagInfo, ModelInfo, Result, Strict, SuiteInfo
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference

SIZE_LIMIT = 8 * 1024**2  # bytes of a result document; a usual one has 100 kB
PREDICTIONS_LIMIT = 1024**3  # bytes of a predictions file
REFERENCE_LIMIT = 256 * 1024**2  # bytes of a reference document


class PredictionsNote(Strict):
    """What a predictions file says about its origin, so that it can be scored without anything else."""

    model: ModelInfo
    data: DataInfo
    suite: SuiteInfo
    flags: tuple[FlagInfo, ...]


class StoredPredictions(NamedTuple):
    """Predictions and what they are of."""

    predictions: Predictions
    note: PredictionsNote


def predictions_path(path: Path) -> Path:
    """Return where the predictions of the result at `path` lie: beside it, ending in .npz."""
    return path.with_suffix(".npz")


def write_result(path: Path, result: Result, predictions: Predictions) -> Path:
    """Write the predictions and the result document; return where the predictions are.

    Both are on the disk before the first of them takes its name, so that a full disk leaves neither, or the
    older pair.

    Raises:
        UsageError: `path` ends in .npz, where the predictions go.
        OSError: the folder cannot be written; older files are then intact.
    """
    beside = predictions_path(path)
    if beside == path:
        raise UsageError(f"{path} would be overwritten by the predictions; give the result a name in .json")
    note = PredictionsNote(model=result.model, data=result.data, suite=result.suite, flags=result.flags)
    with replacing(path) as document, replacing(beside) as stored:
        document.write(json_bytes(result.document()))
        document.flush()
        os.fsync(document.fileno())
        stored.write(predictions.to_bytes(note.model_dump_json()))
    return beside


def read_result(path: Path) -> Result:
    """Read a result document.

    Raises:
        DataError: not readable, not a result, or one that contradicts the schema; names the first problem.
    """
    text = read_text(path, SIZE_LIMIT)
    found = parse_json(text, path).get("schema")
    if found != SCHEMA:
        raise DataError(
            f"{path}: schema is {str(found)[:80]!r}, expected {SCHEMA!r}: not a result of hzbench"
        )
    return validated(Result, text, path)


def read_predictions(path: Path) -> StoredPredictions:
    """Read a predictions file that `write_result` wrote.

    Raises:
        DataError: not readable, damaged or contradicting itself.
    """
    try:
        predictions, note = Predictions.from_bytes(_read(path, PREDICTIONS_LIMIT))
    except ValueError as cause:
        raise DataError(f"{path}: {cause}. Make it anew with: hzbench evaluate MODEL --out FILE") from cause
    return StoredPredictions(predictions, validated(PredictionsNote, note, path))


def write_reference(path: Path, reference: Reference) -> None:
    """Write a reference document durably."""
    write_bytes(path, reference.to_json().encode("ascii"))


def read_reference(path: Path) -> Reference:
    """Read a reference document.

    Raises:
        DataError: not readable or contradicting itself.
    """
    text = read_text(path, REFERENCE_LIMIT)
    parse_json(text, path)
    try:
        return Reference.from_json(text)
    except ValueError as cause:
        raise DataError(f"{path}: {cause}. Make one with: hzbench reference build --data DATA") from cause


def result_json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a result document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA} | (
        Result.model_json_schema(by_alias=True, mode="serialization")
    )


def read_text(path: Path, limit: int) -> str:
    """Read a text file of at most `limit` bytes.

    Raises:
        DataError: missing, too large or not UTF-8.
    """
    try:
        return _read(path, limit).decode("utf-8")
    except UnicodeDecodeError as cause:
        raise DataError(f"{path}: not UTF-8 text (byte {cause.start})") from cause


def parse_json(text: str, path: Path) -> dict[str, Any]:
    """Parse an untrusted JSON object: no NaN, no infinity, no key twice, no nesting without end.

    Raises:
        DataError: names what is wrong.
    """
    try:
        document = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_unique_keys
        )
    except RecursionError as cause:
        raise DataError(f"{path}: JSON nested too deeply") from cause
    except ValueError as cause:
        raise DataError(f"{path}: not valid JSON ({str(cause)[:200]})") from cause
    if not isinstance(document, dict):
        raise DataError(f"{path}: holds a JSON {type(document).__name__}, expected an object")
    return document


_Model = TypeVar("_Model", bound=BaseModel)


def validated(model: type[_Model], text: str, path: Path) -> _Model:
    """Validate JSON text strictly (no number as a string) against a schema.

    Raises:
        DataError: names the first field that is wrong, and how many are.
    """
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as cause:
        errors = cause.errors(include_url=False, include_input=False, include_context=False)
        place = ".".join(str(part) for part in errors[0]["loc"])[:120] or "document"
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise DataError(f"{path}: {place!r}: {errors[0]['msg'][:200]}{more}") from cause


def _read(path: Path, limit: int) -> bytes:
    try:
        if not path.is_file():
            raise DataError(f"{path}: no such file")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as cause:
        raise DataError(f"{path}: {cause.strerror or cause}") from cause
    if len(content) > limit:
        raise DataError(f"{path}: larger than {limit // 1024**2} MiB, which no such file is")
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number; undefined values are null")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is too large for a number")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {twice[:80]!r} occurs twice")
    return document
