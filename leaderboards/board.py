"""Boards: entries gathered, grouped where they are comparable, and sorted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.errors import DataError, UsageError, closest
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.signature import Signature
from hzbench.leaderboards.entry import name_of, open_flags, read_row


class Board(NamedTuple):
    """Entries that may be ranked together, best first."""

    comparison_key: str  # the signature without the program's version
    rows: tuple[Result, ...]
    flagged: tuple[Result, ...] = ()  # comparable, but waiting for review: shown below, not ranked


def shipped_datasets() -> list[str]:
    """Return the datasets that entries are shipped for, such as `sdhz-synth`."""
    folder = _entries_folder()
    return sorted({entry.parent.name for entry in folder.glob("*/*.json")})


def shipped_entries(dataset: str) -> list[Result]:
    """Return the shipped entries of a dataset.

    Raises:
        UsageError: no entries for that name; lists the valid ones.
        DataError: an entry that cannot be read.
    """
    known = shipped_datasets()
    if dataset not in known:
        raise UsageError(f"no entries for the dataset {dataset!r}.{closest(dataset, known)}")
    return collect(_entries_folder() / dataset)


def collect(folder: Path) -> list[Result]:
    """Read every .json file of a folder, in the order of their names.

    Raises:
        DataError: no such folder, or files that are no entries: names the first and counts the others.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    rows: list[Result] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.json")):
        try:
            rows.append(read_row(path))
        except DataError as problem:
            problems.append(str(problem))
    if problems:
        more = f" ({len(problems) - 1} more entries cannot be read)" if len(problems) > 1 else ""
        raise DataError(problems[0] + more)
    return rows


def boards_of(rows: Iterable[Result]) -> list[Board]:
    """Group rows whose signatures agree in all but the program's version; the board with most rows first.

    A row with a flag that nobody has reviewed stands apart.
    """
    groups: dict[str, list[Result]] = {}
    for row in rows:
        groups.setdefault(Signature.parse(row.signature).comparison_key, []).append(row)
    boards = []
    for key, group in groups.items():
        ordered = sorted(group, key=_order)
        ranked = tuple(row for row in ordered if not open_flags(row))
        boards.append(Board(key, ranked, tuple(row for row in ordered if open_flags(row))))
    return sorted(boards, key=lambda board: (-len(board.rows), -len(board.flagged), board.comparison_key))


def _order(row: Result) -> tuple[float, float, str]:
    """Sort by mCE, without one last; then by unnormalised mCE and name."""
    return (math.inf if row.mce is None else row.mce, row.mce_unnormalised, name_of(row))


def _entries_folder() -> Path:
    return Path(str(resources.files("hzbench.leaderboards"))) / "entries"
