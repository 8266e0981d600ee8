"""index.csv: one row a picture, in the order that the digests of a dataset are taken."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from hzbench.benchmark.errors import DataError

INDEX_NAME = "index.csv"
SPLITS = ("train", "val", "test")
SKIN_TYPES = ("I", "II", "III", "IV", "V", "VI")  # Fitzpatrick


class IndexRow(NamedTuple):
    """One picture of a dataset.

    Attributes:
        path: of the PNG, relative to the dataset's folder, with forward slashes.
        label: class name.
        split: `train`, `val`, `test`, or the name of an additional test set.
        group: what never crosses splits: a person, a case; unique for a picture that stands alone.
        source: the collection it came from.
        skin_type: Fitzpatrick type `I` to `VI`, or empty.
        pixel_digest: SHA-256 of the canonical pixels, 64 hex digits.
        skin_type_source: `given` with the pictures, `estimated` from them, or empty.
        condition: under which the picture of an additional test set was taken, one factor or two with a
            slash between them (`dim/long shot`); empty for every other picture.
    """

    path: str
    label: str
    split: str
    group: str
    source: str
    skin_type: str
    pixel_digest: str
    skin_type_source: str = ""
    condition: str = ""


COLUMNS = IndexRow._fields
FIRST_COLUMNS = COLUMNS[: COLUMNS.index("pixel_digest") + 1]  # of an index from before the others came
GIVEN, ESTIMATED = "given", "estimated"
SKIN_TYPE_SOURCES = ("", GIVEN, ESTIMATED)


def is_extra_test(split: str) -> bool:
    """Return whether a split is an additional test set: neither `train` nor `val` nor `test`."""
    return split not in SPLITS


def split_digest(rows: Iterable[IndexRow]) -> str:
    """Return the SHA-256 of one split, from a line for each row, in order.

    The line is `pixel digest,label`; in an additional test set, which the root digest leaves out,
    `pixel digest,label,condition,group,skin type`.
    """
    digest = hashlib.sha256()
    for row in rows:
        line = f"{row.pixel_digest},{row.label}"
        if is_extra_test(row.split):
            line += f",{row.condition},{row.group},{row.skin_type}"
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def root_digest(rows: Iterable[IndexRow], header: Sequence[str]) -> str:
    """Return the SHA-256 of a dataset: a JSON line of `header`, then one of each row without its path.

    A row's line has its label to its pixel digest, and then `estimated` where its skin type is. Rows of
    additional test sets do not count, so that a dataset keeps its digest when it gets one; each has its own,
    see `split_digest`.
    """
    digest = hashlib.sha256()
    counted = (_counted(row) for row in rows if not is_extra_test(row.split))
    for line in (list(header), *counted):
        digest.update((json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return digest.hexdigest()


def _counted(row: IndexRow) -> list[str]:
    fields = list(row[1 : len(FIRST_COLUMNS)])
    return [*fields, ESTIMATED] if row.skin_type_source == ESTIMATED else fields


def index_text(rows: Iterable[IndexRow]) -> str:
    """Return the text of index.csv."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return stream.getvalue()


def read_index(file: Path, classes: Sequence[str]) -> list[IndexRow]:
    """Read and check index.csv.

    Args:
        file: the index.
        classes: the labels that a row may have.

    Raises:
        DataError: the file is absent, has other columns, or a row is malformed; names the line.
    """
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.reader(stream, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: the dataset's index cannot be read ({error})") from error
    columns = tuple(lines[0]) if lines else ()
    if columns not in (COLUMNS, FIRST_COLUMNS):
        raise DataError(f"{file}: columns {lines[0] if lines else []}; expected {','.join(COLUMNS)}")
    rows = []
    seen: set[str] = set()
    for number, fields in enumerate(lines[1:], start=2):
        if len(fields) != len(columns):
            raise DataError(f"{file}: line {number} has {len(fields)} fields; expected {len(columns)}")
        row = IndexRow(*fields)
        problem = _problem(row, classes) or ("its path appears twice" if row.path in seen else "")
        if problem:
            raise DataError(f"{file}: line {number} ({row.path}): {problem}")
        seen.add(row.path)
        rows.append(row)
    return rows


def _problem(row: IndexRow, classes: Sequence[str]) -> str:
    path = PurePosixPath(row.path)
    if not row.path or path.is_absolute() or ".." in path.parts or "\\" in row.path:
        return "the path leaves the dataset's folder"
    if row.label not in classes:
        return f"label {row.label!r} is not one of {', '.join(classes)}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", row.split):
        return f"{row.split!r} is not the name of a split"
    if row.skin_type and row.skin_type not in SKIN_TYPES:
        return f"skin type {row.skin_type!r} is not one of {', '.join(SKIN_TYPES)}"
    if row.skin_type_source not in (SKIN_TYPE_SOURCES if row.skin_type else ("",)):
        return (
            f"skin type {row.skin_type!r} is {row.skin_type_source!r}; expected given, estimated or nothing"
        )
    if not re.fullmatch(r"[0-9a-f]{64}", row.pixel_digest):
        return "the pixel digest is not 64 hex digits"
    if not row.group:
        return "the group is empty"
    if row.condition and not is_extra_test(row.split):
        return f"a picture of {row.split} has the condition {row.condition!r}; only additional test sets have"
    return condition_problem(row.condition)


def condition_problem(condition: str) -> str:
    """Return what keeps a text from being a condition, or an empty text.

    >>> condition_problem("dim/long shot")
    ''
    """
    factors = condition.split("/") if condition else []
    if len(factors) > 2 or any(not factor or factor != factor.strip(" *") for factor in factors):
        return f"condition {condition!r}; expected one factor, or two with a slash between them"
    if not condition.isprintable() or "," in condition or len(condition) > 100:
        return f"condition {condition!r}; expected at most 100 printable characters without commas"
    return ""
