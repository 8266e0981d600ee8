"""A form of any kind in, predictions out; and the empty form. What a file is, is told from its content."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hzbench.benchmark.durable import write_text
from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.forms.arrays import read_arrays, write_digests
from hzbench.benchmark.results.forms.filling import Filling
from hzbench.benchmark.results.forms.layout import (
    ANSWER,
    CLEAN_NAME,
    KEYS,
    SIZE_LIMIT,
    SUFFIXES,
    Asked,
    Filled,
    Pictures,
)
from hzbench.benchmark.results.forms.parquet import parquet_rows, write_parquet
from hzbench.benchmark.results.forms.table_rows import TableRows
from hzbench.benchmark.scoring.cells import ALL_CELLS

_HEAD = 4096  # bytes that tell what a file is


def form_kind(path: Path) -> str | None:
    """Return `.csv`, `.parquet` or `.npy` for a file of predictions, None for anything else."""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"\x93NUMPY"):
        return ".npy"
    if head.startswith(b"PAR1"):
        return ".parquet"
    header = head.decode("utf-8-sig", "ignore").split("\n", 1)[0]
    names = {name.strip().strip('"') for name in header.split(",")}
    return ".csv" if path.suffix.lower() == ".csv" or {"corruption", "severity"} <= names else None


def write_form(path: Path, asked: Asked, *, answers: bool = False) -> int:
    """Write an empty form and return its number of rows.

    Args:
        path: where to; the ending tells the kind. Of `.npy` the lists of digests are written, which go beside
            the arrays.
        asked: the test pictures, each with 76 rows, and sets of clean ones, one row a picture.
        answers: ask for the answered class alone rather than a probability for each class.

    Raises:
        UsageError: another ending, or a class named like one of the form's own columns.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise UsageError(f"{path}: a form is one of {', '.join(SUFFIXES)}; give it such a name")
    if kind == ".npy":
        return write_digests(path, asked)
    taken = sorted({*KEYS, ANSWER} & set(asked.classes))
    if taken:
        raise UsageError(f"a class named {taken[0]!r} cannot have a column of its own; rename the class")
    header = (*KEYS, *((ANSWER,) if answers else asked.classes))
    if kind == ".parquet":
        return write_parquet(path, header, _rows(asked))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    empty = ("",) * (len(header) - len(KEYS))
    count = 0
    for row in _rows(asked):
        writer.writerow((*row, *empty))
        count += 1
    write_text(path, buffer.getvalue())
    return count


def read_form(path: Path, asked: Asked) -> Filled:
    """Read a filled-in form: rows in any order, pictures named by pixel digest or by path.

    Args:
        path: a .csv, .parquet or .npy file.
        asked: the pictures; the truth is never read from a form.

    Raises:
        UsageError: a file of another kind.
        DataError: names the line, what is wrong there, and what to do.
    """
    kind = form_kind(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    if kind is None:
        raise UsageError(
            f"{path}: neither a form ({', '.join(SUFFIXES)}) nor a .npz that hzbench evaluate wrote"
        )
    if path.stat().st_size > SIZE_LIMIT:
        raise DataError(f"{path}: larger than {SIZE_LIMIT >> 30} GiB, which no form is")
    if kind == ".npy":
        return read_arrays(path, asked)
    filling = Filling(asked, path)
    opened = _csv_rows if kind == ".csv" else parquet_rows
    with opened(path, asked.classes) as rows:
        for chunk in rows:
            filling.put(chunk)
        answers_only = rows.answers_only
    return filling.finished(answers_only)


@contextmanager
def _csv_rows(path: Path, classes: Sequence[str]) -> Iterator[TableRows]:
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        yield TableRows(stream, classes, path)


def _rows(asked: Asked) -> Iterator[tuple[str, str, str, int]]:
    """Return the keys of every row: the test pictures cell by cell, then each clean set."""
    for cell in ALL_CELLS:
        for digest, name in _named(asked.test):
            yield digest, name, cell.corruption or CLEAN_NAME, cell.severity
    for pictures in asked.clean.values():
        for digest, name in _named(pictures):
            yield digest, name, CLEAN_NAME, 0


def _named(pictures: Pictures) -> Iterator[tuple[str, str]]:
    return zip(pictures.digests, pictures.paths, strict=True)
