"""Reads a source's CSV file: rows as {column: text}, with the columns that must be there."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from hzbench.benchmark.errors import DataError, closest


def rows(file: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row); an absent cell is an empty text, as is one that says `nan`.

    Args:
        file: UTF-8, separated by commas, with a header.
        required: columns that must be there; others may be there or not.

    Raises:
        DataError: unreadable, not UTF-8, or without a required column; names the file.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="", strict=True)
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            for name in required:
                if name not in columns:
                    hint = closest(name, columns)
                    raise DataError(f"{file}: no column {name!r}.{hint}")
            for row in reader:
                yield reader.line_num, {name: _cell(row[name]) for name in columns}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{file}: cannot be read as a CSV file in UTF-8 ({error})") from error


def _cell(text: str) -> str:
    text = text.strip()
    return "" if text.casefold() in ("nan", "none", "null") else text
