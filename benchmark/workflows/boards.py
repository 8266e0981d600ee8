"""`hzbench leaderboard`: entries that can be compared, ranked, as text."""

from __future__ import annotations

from pathlib import Path

from hzbench.benchmark.errors import UsageError, closest
from hzbench.leaderboards.board import Board, boards_of, collect, shipped_datasets, shipped_entries
from hzbench.leaderboards.published_rows import with_published_clean, with_published_corruptions
from hzbench.leaderboards.rendering import Table, to_csv, to_markdown
from hzbench.leaderboards.tables import clean_table, corruption_table, with_flagged, with_signatures

FORMATS = ("table", "md", "csv")


def find_boards(data: str, entries: Path | None = None) -> list[Board]:
    """Return the boards of a dataset: entries with equal signatures together, best first.

    Args:
        data: a dataset's name, with or without its version.
        entries: a folder of result documents in place of the shipped entries.

    Raises:
        UsageError: no entries for that dataset.
        DataError: an entry that cannot be read.
    """
    if entries is not None:
        rows = collect(entries)
        if not rows:
            raise UsageError(f"{entries}: no result documents (*.json) there")
    else:
        versions = [name for name in shipped_datasets() if data in (name, name.rpartition("-")[0])]
        rows = shipped_entries(versions[-1] if versions else data)
    return boards_of(rows)


def tables_of(board: Board, *, published: bool = False) -> tuple[Table, Table]:
    """Return a board's tables, on corrupted and on clean pictures.

    Args:
        board: entries that can be ranked together.
        published: put the paper's rows below, marked.
    """
    rows = (*board.rows, *board.flagged)
    corrupted, clean = (
        with_flagged(make(rows), rows, len(board.flagged)) for make in (corruption_table, clean_table)
    )
    if published:
        return with_published_corruptions(corrupted), with_published_clean(clean)
    return corrupted, clean


def leaderboard_text(data: str, export: str, entries: Path | None = None, *, published: bool = False) -> str:
    """Return the boards as Markdown, or as one CSV table whose last column tells which rows compare.

    Args:
        data: a dataset's name, with or without its version.
        export: md or csv.
        entries: a folder of result documents in place of the shipped entries.
        published: put the paper's rows below, marked.
    """
    if export not in FORMATS:
        raise UsageError(f"unknown format {export!r}.{closest(export, list(FORMATS))}")
    boards = find_boards(data, entries)
    if export == "csv":
        rows = [row for board in boards for row in board.rows]
        flagged = [row for board in boards for row in board.flagged]
        rows += flagged
        table = with_signatures(with_flagged(corruption_table(rows), rows, len(flagged)), rows)
        return to_csv(with_published_corruptions(table) if published else table).rstrip("\n")
    parts = []
    for board in boards:
        tables = tables_of(board, published=published)
        parts += [f"### {table.title}\n\n{to_markdown(table)}" for table in tables]
        parts.append(f"Comparable by: `{board.comparison_key}`\n")
    return "\n".join(parts).rstrip("\n")
