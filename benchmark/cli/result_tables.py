"""Tables on a terminal: the paper's layouts where there is room, cut between column groups where not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import typer

from hzbench.benchmark.cli.subgroup_tables import (
    extra_test_table,
    few_pictures,
    interval,
    points,
    skin_type_tables,
)
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.workflows.boards import tables_of
from hzbench.leaderboards.board import Board
from hzbench.leaderboards.rendering import Table, plain
from hzbench.leaderboards.tables import clean_table, corruption_table

WIDTH_WITHOUT_TERMINAL = 200  # characters, for logs and pipes
BETWEEN_COLUMNS = "  "
BETWEEN_GROUPS = " │ "


class Span(NamedTuple):
    """Columns that stand under one title."""

    title: str
    columns: tuple[int, ...]


def print_result(result: Result) -> None:
    """Print one result: its tables, the headline, the zoster line, flags, signature and notice."""
    tables = [clean_table([result]), corruption_table([result])]
    tables += [extra_test_table(name, one) for name, one in result.extra_tests.items()]
    tables += skin_type_tables(result)
    for table in tables:
        _print_lines(["", *table_lines(table, _width()), *table.notes])
    _print_lines(["", *headline_lines(result)])


def print_boards(boards: Sequence[Board], *, published: bool = False) -> None:
    """Print the tables of a leaderboard, one pair for each set of comparable entries.

    Args:
        boards: to print.
        published: put the paper's rows below, marked.
    """
    for board in boards:
        for table in tables_of(board, published=published):
            _print_lines(["", *table_lines(table, _width()), *table.notes])
        typer.echo(f"Comparable by: {board.comparison_key}")


def print_table(table: Table) -> None:
    """Print one table after an empty line, cut to the terminal's width."""
    _print_lines(["", *table_lines(table, _width())])


def headline_lines(result: Result) -> list[str]:
    """Return what must be read beside the tables, one sentence a line."""
    lines = []
    if result.mce is not None and result.reference is not None:
        seeds = len(result.reference.seeds)
        lines.append(
            f"mCE {points(result.mce)}{_interval(result, 'mce')}; less is better, 100 is "
            f"{result.reference.name} ({seeds} seed{'s' if seeds > 1 else ''}). "
            f"Balanced mCE {points(result.mce_balanced)}, relative mCE {points(result.relative_mce)}"
            f"{_why(result, 'relative_mce')}."
        )
    else:
        lines.append(
            f"Mean error over the 75 cells {points(result.mce_unnormalised)} %"
            f"{_interval(result, 'mce_unnormalised')}; no reference, so no mCE."
        )
    name = result.data.focus_class.replace("_", " ").capitalize()
    if result.operating_point is not None:
        lines.append(
            f"{name}: over the 75 corrupted cells {points(result.mean_sensitivity_hz)} % of cases found"
            f"{_interval(result, 'mean_sensitivity_hz')}, {points(result.mean_specificity_hz)} % of the "
            f"others passed{_interval(result, 'mean_specificity_hz')}, at the threshold "
            f"{result.operating_point.threshold:.3f} that passes at least "
            f"{points(result.operating_point.specificity_at_least, 0)} % of the others on clean validation "
            f"pictures."
        )
    else:
        found = points(result.clean.sensitivity_hz)
        lines.append(f"{name}: {found} % of cases found on clean pictures; no operating point.")
    if few := few_pictures(result):
        lines.append(few)
    if result.efficiency.macs_uncounted:
        lines.append(f"MACs leave out: {plain(', '.join(result.efficiency.macs_uncounted), 200)}.")
    lines += [f"FLAG {plain(flag.name)}: {plain(flag.message, 300)}" for flag in result.flags]
    lines.append(f"Signature: {result.signature}")
    if result.data.notice:
        notice = plain(result.data.notice, 400)
        lines.append(f"{notice[:1].upper()}{notice[1:]}.")
    return lines


def table_lines(table: Table, width: int) -> list[str]:
    """Return a table as lines of at most `width` characters, unless one group of columns alone is wider.

    The columns of text lead each run of groups, so that a row can be read wherever the table is cut.
    """
    lines: list[str] = []
    for spans in _runs(table, width):
        if lines:
            lines.append("")
        lines += _lines_of(table, spans)
    return lines


def _lines_of(table: Table, spans: Sequence[Span]) -> list[str]:
    """Return one run of groups: titles, header, rule, rows."""
    widths = _widths(table)

    def line(cells: Sequence[str]) -> str:
        parts = []
        for span in spans:
            texts = (
                f"{cells[i]:<{widths[i]}}" if i < table.text_columns else f"{cells[i]:>{widths[i]}}"
                for i in span.columns
            )
            parts.append(BETWEEN_COLUMNS.join(texts).ljust(_span_width(span, widths)))
        return BETWEEN_GROUPS.join(parts).rstrip()

    titles = BETWEEN_GROUPS.join(span.title.ljust(_span_width(span, widths)) for span in spans).rstrip()
    body = [line(row) for row in table.rows]
    rule = "─" * max(len(one) for one in (line(table.header), *body))
    ranked = len(body) - table.apart
    below = ["┄" * len(rule), *body[ranked:]] if table.apart else []
    return [titles, line(table.header), rule, *body[:ranked], *below]


def _runs(table: Table, width: int) -> list[list[Span]]:
    """Split the groups of columns into runs that fit."""
    widths = _widths(table)
    names = Span("", tuple(range(table.text_columns)))
    groups: list[Span] = []
    start = 0
    for title, count in table.groups:
        columns = tuple(i for i in range(start, start + count) if i >= table.text_columns)
        groups += [Span(title, columns)] if columns else []
        start += count
    runs = [[names]]
    for group in groups:
        used = sum(_span_width(span, widths) + len(BETWEEN_GROUPS) for span in runs[-1])
        if len(runs[-1]) > 1 and used + _span_width(group, widths) > width:
            runs.append([names])
        runs[-1].append(group)
    return runs


def _widths(table: Table) -> list[int]:
    return [max(len(title), *(len(row[i]) for row in table.rows), 0) for i, title in enumerate(table.header)]


def _span_width(span: Span, widths: Sequence[int]) -> int:
    columns = sum(widths[i] for i in span.columns) + len(BETWEEN_COLUMNS) * (len(span.columns) - 1)
    return max(columns, len(span.title))


def _width() -> int:
    if sys.stdout is None or not sys.stdout.isatty():  # None: closed by the caller (>&-)
        return WIDTH_WITHOUT_TERMINAL
    return shutil.get_terminal_size().columns


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _why(result: Result, path: str) -> str:
    """Return in brackets why a number is undefined; nothing where it is defined."""
    reason = result.undefined.get(path)
    return "" if reason is None else f" ({plain(reason, 200)})"


def _interval(result: Result, path: str) -> str:
    ends = result.intervals.values.get(path)
    if ends is None:
        reason = result.undefined.get(f"intervals.values.{path}")
        return "" if reason is None else f" (no interval: {plain(reason, 200)})"
    return f" ({100 * result.intervals.level:.0f} %: {interval(ends)})"
