"""A form as text, read line by line in bounded memory: header, then one row for each picture and cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from hzbench.benchmark.errors import DataError
from hzbench.benchmark.results.forms.filling import TEMPLATE, Rows
from hzbench.benchmark.results.forms.layout import ANSWER, one_hot

LINE_LIMIT = 1 << 20  # characters of one line
NUMBER_LIMIT = 64  # characters of one number
CHUNK = 4096  # rows that are checked at once


class Lines(Protocol):
    """What is needed of an open text file."""

    def readline(self, size: int = -1, /) -> str:
        """Return the next line, or at most `size` characters of it; nothing at the end."""
        ...


class TableRows:
    """The rows of a table with a header, in chunks.

    Attributes:
        answers_only: the table has the column `answer` and no columns of classes.
    """

    def __init__(self, stream: Lines, classes: Sequence[str], path: Path, unit: str = "line") -> None:
        """Read the header.

        Args:
            stream: of text.
            classes: of the dataset.
            path: named in errors.
            unit: `line` counts the header as 1, `row` counts from 1 after it.

        Raises:
            DataError: not readable, or columns are missing or there twice.
        """
        self._path, self._unit, self._classes = path, unit, tuple(classes)
        self._lines = csv.reader(self._bounded(stream), strict=True)
        self._read = 0  # lines
        header = [name.strip() for name in self._next() or []]
        twice = next((name for name in header if header.count(name) > 1), None)
        if twice is not None:
            raise DataError(f"{path}: the column {twice[:80]!r} is there twice")
        self.answers_only = ANSWER in header and not set(classes) <= set(header)
        values = (ANSWER,) if self.answers_only else self._classes
        missing = [name for name in ("corruption", "severity", *values) if name not in header]
        if "digest" not in header and "path" not in header:
            missing.insert(0, "digest (or path)")
        if missing:
            raise DataError(f"{path}: lacks the columns {', '.join(missing)[:300]}. {TEMPLATE}")
        self._width = len(header)
        self._names = [header.index(name) for name in ("digest", "path") if name in header]
        self._cell = (header.index("corruption"), header.index("severity"))
        self._values = [header.index(name) for name in values]

    def __iter__(self) -> Iterator[Rows]:
        """Yield the rows in the order of the file, at most 4096 at once."""
        more = True
        while more:
            records: list[list[str]] = []
            places: list[str] = []
            while len(records) < CHUNK and (more := (record := self._next()) is not None):
                if not record:
                    continue  # an empty line
                place = f"{self._unit} {self._read if self._unit == 'line' else self._read - 1}"
                if len(record) != self._width:
                    raise DataError(f"{self._path}: {place}: {len(record)} fields; expected {self._width}")
                records.append(record)
                places.append(place)
            if records:
                yield self._rows(records, places)

    def _rows(self, records: list[list[str]], places: list[str]) -> Rows:
        corruption, severity = self._cell
        return Rows(
            places,
            [next((record[i] for i in self._names if record[i]), "") for record in records],
            [record[corruption].strip() for record in records],
            [record[severity].strip() for record in records],
            self._numbers(records, places),
        )

    def _numbers(self, records: list[list[str]], places: list[str]) -> np.ndarray:
        """Return the probabilities, float64, shape (k, C)."""
        texts = [[record[i].strip() for i in self._values] for record in records]
        for place, row in zip(places, texts, strict=True):
            if not all(row):
                raise DataError(f"{self._path}: {place}: not filled in")
        if self.answers_only:
            numbers = {name: number for number, name in enumerate(self._classes)}
            for place, (name,) in zip(places, texts, strict=True):
                if name not in numbers:
                    raise DataError(
                        f"{self._path}: {place}: {name[:80]!r} is no class. Valid names: "
                        f"{', '.join(self._classes)}"
                    )
            return one_hot(np.array([numbers[name] for (name,) in texts]), self._classes).astype(np.float64)
        values = np.empty((len(texts), len(self._values)), dtype=np.float64)
        for index, row in enumerate(texts):
            try:
                if max(map(len, row)) > NUMBER_LIMIT:
                    raise ValueError("a field of many characters")
                values[index] = [float(text) for text in row]
            except ValueError as cause:
                raise DataError(
                    f"{self._path}: {places[index]}: a probability is not a number ({str(cause)[:120]})"
                ) from cause
        return values

    def _next(self) -> list[str] | None:
        try:
            record = next(self._lines, None)
        except (csv.Error, UnicodeDecodeError) as cause:
            text = isinstance(cause, UnicodeDecodeError)  # which the csv module does not count
            line, what = self._lines.line_num + text, "not UTF-8 text" if text else str(cause)[:120]
            raise DataError(f"{self._path}: line {line}: not a readable table ({what})") from cause
        self._read = self._lines.line_num
        return record

    def _bounded(self, stream: Lines) -> Iterator[str]:
        """Yield lines, none of which can fill the memory."""
        number = 0
        while line := stream.readline(LINE_LIMIT):
            number += 1
            if len(line) == LINE_LIMIT:
                raise DataError(
                    f"{self._path}: line {number} has more than {LINE_LIMIT:,} characters; no form has"
                )
            if "\0" in line:
                raise DataError(f"{self._path}: line {number} holds zero bytes: not a table")
            yield line
