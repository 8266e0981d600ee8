"""Predictions as a table that anyone can fill in: one row for each picture and cell, one column a class."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from hzbench.benchmark.durable import write_text
from hzbench.benchmark.errors import DataError, UsageError, closest
from hzbench.benchmark.scoring.cells import ALL_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.predictions import Predictions

CLEAN_NAME = "clean"  # what the column `corruption` says of a clean picture, with severity 0
SUM_TOLERANCE = 1e-3  # how far the probabilities of a row may sum from 1
_KEYS = ("digest", "path", "corruption", "severity")
_ROW_OF_CELL = {
    f"{cell.corruption or CLEAN_NAME}\t{cell.severity}": row for row, cell in enumerate(ALL_CELLS)
}


class Pictures(Protocol):
    """The pictures of a split, in index order."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Pixel digests."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """File names."""
        ...

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        """Class numbers."""
        ...

    @property
    def groups(self) -> tuple[str, ...]:
        """Persons or lesions."""
        ...

    @property
    def skin_types(self) -> tuple[str, ...]:
        """Fitzpatrick types."""
        ...


def write_form(path: Path, pictures: Pictures, classes: Sequence[str], validation: Pictures | None) -> int:
    """Write an empty form as CSV and return its number of rows.

    Args:
        path: where to.
        pictures: the test pictures, each with 76 rows.
        classes: one column each, in the order of the dataset.
        validation: clean validation pictures, one row each, which fix the operating point; or None.

    Raises:
        UsageError: a class is named like one of the form's own columns.
    """
    taken = sorted(set(_KEYS) & set(classes))
    if taken:
        raise UsageError(f"a class named {taken[0]!r} cannot have a column of its own; rename the class")
    rows = [*_form_rows(pictures, validation)]
    form = pd.DataFrame(rows, columns=list(_KEYS)).assign(**dict.fromkeys(classes, ""))
    buffer = io.StringIO()
    form.to_csv(buffer, index=False, lineterminator="\n")
    write_text(path, buffer.getvalue())
    return len(rows)


def read_form(
    path: Path,
    pictures: Pictures,
    classes: Sequence[str],
    focus_class: str,
    validation: Pictures | None = None,
    *,
    specification: int,
    draw: int = 0,
) -> Predictions:
    """Read a filled-in form: rows in any order, pictures named by pixel digest or by path.

    Args:
        path: a .csv file.
        pictures: the test pictures; the truth comes from here, never from the form.
        classes: class names in the order of the dataset.
        focus_class: one of them.
        validation: the clean validation pictures; without rows for them there is no operating point.
        specification: version of the corruptions that the pictures were corrupted by.
        draw: their draw number.

    Raises:
        UsageError: a format other than CSV.
        DataError: names what is missing, unknown or twice, and what to do.
    """
    form = _read_csv(path, classes)
    place = _pictures_of_rows(form, pictures, validation, path)
    cells = _cells_of_rows(form, path)
    probabilities = _probabilities(form, classes, path)
    in_test = place < len(pictures.digests)
    table = _filled(
        (len(ALL_CELLS), len(pictures.digests)), cells[in_test], place[in_test], probabilities[in_test], path
    )
    of_validation = None
    if validation is not None and not in_test.all():
        if cells[~in_test].any():
            raise DataError(f"{path}: holds corrupted validation pictures; only clean ones are asked for")
        rows = place[~in_test] - len(pictures.digests)
        of_validation = _filled(
            (1, len(validation.digests)), cells[~in_test], rows, probabilities[~in_test], path
        )[0]
    return Predictions(
        classes=tuple(classes),
        focus_class=focus_class,
        digests=pictures.digests,
        labels=pictures.labels,
        groups=pictures.groups,
        skin_types=pictures.skin_types,
        probabilities=table,
        validation_labels=None if of_validation is None or validation is None else validation.labels,
        validation_probabilities=of_validation,
        specification=specification,
        draw=draw,
    )


def _form_rows(pictures: Pictures, validation: Pictures | None) -> Iterator[tuple[str, str, str, int]]:
    for cell in ALL_CELLS:
        for digest, name in zip(pictures.digests, pictures.paths, strict=True):
            yield digest, name, cell.corruption or CLEAN_NAME, cell.severity
    if validation is not None:
        for digest, name in zip(validation.digests, validation.paths, strict=True):
            yield digest, name, CLEAN_NAME, 0


def _read_csv(path: Path, classes: Sequence[str]) -> pd.DataFrame:
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path}: predictions are read from .csv or from a .npz that hzbench evaluate wrote")
    try:
        form = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError as cause:
        raise DataError(f"{path}: no such file") from cause
    except (ValueError, OSError) as cause:  # pandas' parser errors are ValueErrors
        raise DataError(f"{path}: not a readable CSV table ({str(cause).strip()[:200]})") from cause
    missing = [name for name in ("corruption", "severity", *classes) if name not in form.columns]
    if "digest" not in form.columns and "path" not in form.columns:
        missing.insert(0, "digest (or path)")
    if missing:
        raise DataError(
            f"{path}: lacks the columns {', '.join(missing)}. See: hzbench score --template form.csv"
        )
    return form


def _pictures_of_rows(
    form: pd.DataFrame, pictures: Pictures, validation: Pictures | None, path: Path
) -> npt.NDArray[np.int64]:
    """Return the picture number of each row; validation pictures are numbered after the test pictures."""
    key = "digest" if "digest" in form.columns and (form["digest"] != "").all() else "path"
    if key not in form.columns:
        raise DataError(f"{path}: {int((form['digest'] == '').sum())} rows have no digest")
    names = [*(pictures.digests if key == "digest" else pictures.paths)]
    if validation is not None:
        names += validation.digests if key == "digest" else validation.paths
    numbers: dict[str, int] = {}
    for number, name in enumerate(names):
        numbers.setdefault(name, number)
    place = form[key].map(numbers)
    unknown = place.isna().to_numpy()
    if unknown.any():
        first = str(form[key].to_numpy()[unknown][0])[:80]
        raise DataError(
            f"{path}: {int(unknown.sum())} rows name a {key} that the dataset lacks (first: {first!r})"
        )
    return np.asarray(place.to_numpy(), dtype=np.int64)


def _cells_of_rows(form: pd.DataFrame, path: Path) -> npt.NDArray[np.int64]:
    """Return the cell number of each row."""
    keys = form["corruption"].str.strip() + "\t" + form["severity"].str.strip()
    cells = keys.map(_ROW_OF_CELL)
    unknown = cells.isna().to_numpy()
    if unknown.any():
        name, _, severity = str(keys.to_numpy()[unknown][0])[:80].partition("\t")
        if name in (*CORRUPTION_NAMES, CLEAN_NAME):
            raise DataError(f"{path}: severity {severity!r} of {name}; expected 1 to 5, or 0 for clean")
        raise DataError(
            f"{path}: unknown corruption {name!r}.{closest(name, [CLEAN_NAME, *CORRUPTION_NAMES])}"
        )
    return np.asarray(cells.to_numpy(), dtype=np.int64)


def _probabilities(form: pd.DataFrame, classes: Sequence[str], path: Path) -> npt.NDArray[np.float64]:
    """Return the probabilities of each row, shape (rows, C); no empty row, no logits, no text."""
    texts = form[list(classes)]
    empty = (texts == "").to_numpy().any(axis=1)
    if empty.any():
        raise DataError(f"{path}: {int(empty.sum())} of {len(form)} rows are not filled in")
    try:
        values = texts.to_numpy(dtype=str).astype(np.float64)
    except ValueError as cause:
        raise DataError(f"{path}: a probability is not a number ({str(cause)[:120]})") from cause
    finite = np.isfinite(values).all(axis=1)  # other rows are kept: they count as errors
    outside = finite & ((values < 0) | (values > 1)).any(axis=1)
    if outside.any():
        raise DataError(
            f"{path}: {int(outside.sum())} rows hold values outside 0 to 1, as logits do. "
            "Write probabilities: numpy.exp(z) / numpy.exp(z).sum() over the classes of each row"
        )
    off = finite & (np.abs(values.sum(axis=1) - 1) > SUM_TOLERANCE)
    if off.any():
        raise DataError(
            f"{path}: the probabilities of {int(off.sum())} rows do not sum to 1 "
            f"(first: {values[off][0].sum():.4f}). Divide each row by its sum, or write softmax outputs"
        )
    return values


def _filled(
    shape: tuple[int, int],
    cells: npt.NDArray[np.int64],
    pictures: npt.NDArray[np.int64],
    probabilities: npt.NDArray[np.float64],
    path: Path,
) -> npt.NDArray[np.float32]:
    """Put rows in their places, shape (cells, pictures, C); every place must be filled once."""
    times = np.zeros(shape, dtype=np.int64)
    np.add.at(times, (cells, pictures), 1)
    if (times > 1).any():
        row = int(np.argwhere(times > 1)[0][0])
        raise DataError(
            f"{path}: {int((times > 1).sum())} pictures occur twice, first in {ALL_CELLS[row].title}"
        )
    if (times == 0).any():
        lacking = [
            (ALL_CELLS[row].title, int(count)) for row, count in enumerate((times == 0).sum(axis=1)) if count
        ]
        named = ", ".join(f"{title} ({count})" for title, count in lacking[:3])
        more = f" and {len(lacking) - 3} more cells" if len(lacking) > 3 else ""
        raise DataError(
            f"{path}: {int((times == 0).sum())} of {times.size} rows are missing, in {named}{more}. "
            "See: hzbench score --template form.csv"
        )
    table = np.empty((*shape, probabilities.shape[1]), dtype=np.float32)
    table[cells, pictures] = probabilities
    return table
