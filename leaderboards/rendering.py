"""Tables as Markdown and CSV, in which no name can become a link, a formula, markup or a new row."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import NamedTuple

UNDEFINED = "–"  # what tables show for null
LONGEST_TEXT = 80  # characters of a name that tables show
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets may run; see OWASP, CSV injection


class Table(NamedTuple):
    """A table as texts."""

    title: str
    groups: tuple[tuple[str, int], ...]  # title and width of each run of columns; "" for none
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: int  # how many columns from the left hold text; the others hold numbers
    notes: tuple[str, ...]  # sentences that must be shown below
    apart: int = 0  # how many of the last rows are not ranked with the others


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return untrusted text as one visible line: no control or formatting characters, cut to a length."""
    spaced = " ".join(text.split())
    # Cc, Cf, Cs: control, formatting (such as right-to-left override) and lone surrogates.
    visible = "".join(one for one in spaced if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    return visible if len(visible) <= longest else visible[: longest - 1] + "…"


def to_markdown(table: Table) -> str:
    """Return a GitHub-flavoured Markdown table with its notes; a group is named in its first column."""
    lines = [_line([_markdown(title) for title in _grouped_header(table)])]
    lines.append(_line([":--"] * table.text_columns + ["--:"] * (len(table.header) - table.text_columns)))
    lines += [_line([_markdown(cell) for cell in row]) for row in table.rows]
    lines += [part for note in table.notes for part in ("", _markdown(note))]  # a blank line before each
    return "\n".join(lines) + "\n"


def to_csv(table: Table) -> str:
    """Return CSV with one header line; notes are left out, undefined cells are empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.header)
    for row in table.rows:
        writer.writerow([_csv(cell) for cell in row])
    return buffer.getvalue()


def _grouped_header(table: Table) -> list[str]:
    titles = list(table.header)
    first = 0
    for group, width in table.groups:
        if group:
            titles[first] = f"{group}: {titles[first]}"
        first += width
    return titles


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _markdown(text: str) -> str:
    """Escape what Markdown or HTML would interpret."""
    one_line = plain(text, 10_000)
    escaped = re.sub(r"([\\`*\[\]|!~$#])", r"\\\1", one_line.replace("&", "&amp;"))
    escaped = escaped.replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    # Addresses become links by themselves, unless the character that marks them is spelled out.
    return re.sub(r"(?i)(https?|ftp|mailto|www|xmpp)([:.])", lambda m: f"{m[1]}&#{ord(m[2])};", escaped)


def _csv(text: str) -> str:
    if text == UNDEFINED:
        return ""
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
