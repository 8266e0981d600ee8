"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return a table's lines: the first column to the left, numbers to the right with thousands apart."""
    numeric = [
        bool(rows) and all(isinstance(row[column], int) for row in rows) for column in range(len(header))
    ]
    return [
        _line([plain(title) for title in header]),
        _line(["---:" if right else "---" for right in numeric]),
        *(_line([_cell(value) for value in row]) for row in rows),
    ]


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else plain(str(value))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def plain(text: str) -> str:
    """Return foreign text so that it stays inside its line and cell, and is no HTML."""
    one_line = " ".join(text.split())
    for mark, safe in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("`", "\\`"), ("[", "\\[")):
        one_line = one_line.replace(mark, safe)
    return one_line


def sentence(text: str) -> str:
    """Return text with a capital and a full stop; the rest stays, unlike with `str.capitalize`."""
    return f"{text[:1].upper()}{text[1:]}."
