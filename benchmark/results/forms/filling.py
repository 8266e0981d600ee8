"""Rows of a form, in any order, put into their places; every place must be filled once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.errors import DataError, closest
from hzbench.benchmark.results.forms.layout import (
    CELL_NUMBERS,
    CLEAN_NAME,
    SOFTMAX,
    SUM_TOLERANCE,
    Asked,
    Filled,
    Values,
)
from hzbench.benchmark.scoring.cells import ALL_CELLS, CORRUPTION_NAMES

TEMPLATE = "See: hzbench score --template FILE"


class Rows(NamedTuple):
    """Some rows of a form.

    Attributes:
        places: how the form's reader names each row, such as `line 12`.
        pictures: pixel digest or path of each.
        corruptions: name of each, or `clean`.
        severities: as text.
        values: probabilities, float64, shape (k, C).
    """

    places: Sequence[str]
    pictures: Sequence[str]
    corruptions: Sequence[str]
    severities: Sequence[str]
    values: npt.NDArray[np.float64]


class Filling:
    """The table of a form while its rows come in; memory is that of the finished table."""

    def __init__(self, asked: Asked, path: Path) -> None:
        """Prepare an empty table for the form at `path`."""
        self._asked = asked
        self._path = path
        self._n = len(asked.test.digests)
        self._numbers: dict[str, int] = {}  # of test pictures, then those of the clean sets
        self._sets: list[tuple[str, int, int]] = []  # name, first number, number after the last
        number = 0
        for name, pictures in (("test", asked.test), *asked.clean.items()):
            self._sets.append((name, number, number + len(pictures.digests)))
            for digest, file in zip(pictures.digests, pictures.paths, strict=True):
                self._numbers.setdefault(digest, number)
                self._numbers.setdefault(file, number)
                number += 1
        width = len(asked.classes)
        self._test = np.empty((len(ALL_CELLS), self._n, width), dtype=np.float32)
        self._clean = np.empty((number - self._n, width), dtype=np.float32)
        self._test_filled = np.zeros(self._test.shape[:2], dtype=np.bool_)
        self._clean_filled = np.zeros(len(self._clean), dtype=np.bool_)

    def put(self, rows: Rows) -> None:
        """Put rows into their places.

        Raises:
            DataError: an unknown picture, corruption or severity, a place that is filled already, or values
                that are no probabilities; names the first such row.
        """
        check_probabilities(rows.values, rows.places, self._path)
        for index, (picture, corruption, severity) in enumerate(
            zip(rows.pictures, rows.corruptions, rows.severities, strict=True)
        ):
            place = rows.places[index]
            number = self._numbers.get(picture)
            if number is None:
                raise DataError(f"{self._path}: {place}: the dataset has no picture {picture[:80]!r}")
            cell = CELL_NUMBERS.get((corruption, int(severity) if severity.isdecimal() else -1))
            if cell is None:
                raise self._unknown_cell(place, corruption, severity)
            if number < self._n:
                self._once(self._test_filled, (cell, number), place)
                self._test[cell, number] = rows.values[index]
            elif cell:
                raise DataError(
                    f"{self._path}: {place}: {ALL_CELLS[cell].title} of a picture that is not in the test "
                    "split; only its clean row is asked for"
                )
            else:
                self._once(self._clean_filled, (number - self._n,), place)
                self._clean[number - self._n] = rows.values[index]

    def finished(self, answers_only: bool) -> Filled:
        """Return the table.

        Raises:
            DataError: rows of the test split are missing, or some but not all rows of a clean set.
        """
        if not self._test_filled.all():
            lacking = [
                (ALL_CELLS[row].title, int(count))
                for row, count in enumerate((~self._test_filled).sum(axis=1))
                if count
            ]
            named = ", ".join(f"{title} ({count})" for title, count in lacking[:3])
            more = f" and {len(lacking) - 3} more cells" if len(lacking) > 3 else ""
            raise DataError(
                f"{self._path}: {int((~self._test_filled).sum())} of {self._test_filled.size} rows of the "
                f"test pictures are missing, in {named}{more}. {TEMPLATE}"
            )
        clean: dict[str, Values] = {}
        for name, first, last in self._sets[1:]:
            filled = self._clean_filled[first - self._n : last - self._n]
            if filled.all() and filled.size:
                clean[name] = self._clean[first - self._n : last - self._n]
            elif filled.any():
                raise DataError(
                    f"{self._path}: {int((~filled).sum())} of {filled.size} rows of {name} are missing. "
                    f"Leave out all of them or none. {TEMPLATE}"
                )
        return Filled(self._test, clean, answers_only)

    def _once(self, filled: npt.NDArray[np.bool_], at: tuple[int, ...], place: str) -> None:
        if filled[at]:
            raise DataError(f"{self._path}: {place}: this picture and cell has a row already")
        filled[at] = True

    def _unknown_cell(self, place: str, corruption: str, severity: str) -> DataError:
        known = (CLEAN_NAME, *CORRUPTION_NAMES)
        if corruption in known:
            return DataError(
                f"{self._path}: {place}: severity {severity[:40]!r} of {corruption}; expected 1 to 5, or 0 "
                "for clean"
            )
        hint = closest(corruption[:80], list(known))
        return DataError(f"{self._path}: {place}: unknown corruption {corruption[:80]!r}.{hint}")


def check_probabilities(values: npt.NDArray[np.floating], places: Sequence[str], path: Path) -> None:
    """Refuse finite rows that are no probabilities; rows that are not finite are kept and count as errors.

    Args:
        values: shape (k, C).
        places: name of each row.
        path: of the form.
    """
    finite = np.isfinite(values).all(axis=1)
    outside = np.flatnonzero(finite & ((values < 0) | (values > 1)).any(axis=1))
    if outside.size:
        raise DataError(
            f"{path}: {places[outside[0]]}: values outside 0 to 1, as logits have them. {SOFTMAX}"
        )
    off = np.flatnonzero(finite & (np.abs(values.sum(axis=1, dtype=np.float64) - 1) > SUM_TOLERANCE))
    if off.size:
        raise DataError(
            f"{path}: {places[off[0]]}: the probabilities sum to {float(values[off[0]].sum()):.4f}, not 1. "
            "Divide each row by its sum, or write softmax outputs"
        )
