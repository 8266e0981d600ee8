"""Tables on a terminal: the paper's layouts where there is room, one line a category where there is not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table as Drawn
from rich.text import Text

from hzbench.benchmark.results.schema import Result
from hzbench.leaderboards.board import Board
from hzbench.leaderboards.rendering import UNDEFINED, Table, plain
from hzbench.leaderboards.tables import clean_table, corruption_table

WIDTH_WITHOUT_TERMINAL = 160  # columns, for logs and pipes


def print_result(result: Result) -> None:
    """Print one result: both tables, the headline, the zoster line, flags, signature and notice."""
    console = _console()
    for table in (clean_table([result]), corruption_table([result])):
        print_table(console, table._replace(notes=()))
    for line in headline_lines(result):
        console.print(Text(line), soft_wrap=True)


def print_boards(boards: Sequence[Board]) -> None:
    """Print the tables of a leaderboard, one pair for each set of comparable entries."""
    console = _console()
    for board in boards:
        for table in (corruption_table(board.rows), clean_table(board.rows)):
            print_table(console, table)
        console.print(Text(f"Comparable by: {board.comparison_key}"), soft_wrap=True)


def headline_lines(result: Result) -> list[str]:
    """Return what must be read beside the tables, one sentence a line."""
    lines = []
    if result.mce is not None and result.reference is not None:
        seeds = len(result.reference.seeds)
        lines.append(
            f"mCE {_points(result.mce)}{_interval(result, 'mce')}; less is better, 100 is "
            f"{result.reference.name} ({seeds} seed{'s' if seeds > 1 else ''}). "
            f"Relative mCE {_points(result.relative_mce)}, balanced mCE {_points(result.mce_balanced)}."
        )
    else:
        lines.append(
            f"Mean error over the 75 cells {_points(result.mce_unnormalised)} %"
            f"{_interval(result, 'mce_unnormalised')}; no reference, so no mCE."
        )
    name = result.data.focus_class.replace("_", " ").capitalize()
    if result.operating_point is not None:
        lines.append(
            f"{name}: over the 75 corrupted cells {_points(result.mean_sensitivity_hz)} % of cases found"
            f"{_interval(result, 'mean_sensitivity_hz')}, {_points(result.mean_specificity_hz)} % of the "
            f"others passed{_interval(result, 'mean_specificity_hz')}, at the threshold "
            f"{result.operating_point.threshold:.3f} that passes at least "
            f"{_points(result.operating_point.specificity_at_least, 0)} % of the others on clean validation "
            f"pictures."
        )
    else:
        found = _points(result.clean.sensitivity_hz)
        lines.append(f"{name}: {found} % of cases found on clean pictures; no operating point.")
    lines += [f"FLAG {plain(flag.name)}: {plain(flag.message, 300)}" for flag in result.flags]
    lines.append(f"Signature: {result.signature}")
    if result.data.notice:
        lines.append(f"Data: {plain(result.data.notice, 400)}.")
    return lines


def print_table(console: Console, table: Table) -> None:
    """Draw a table, cut into runs of column groups where the terminal is too narrow for all."""
    for groups in _fitting(table, console.width):
        _draw(console, table, groups)
    for note in table.notes:
        console.print(Text(note), soft_wrap=True, style="dim")


def _console() -> Console:
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(width=width or shutil.get_terminal_size().columns, highlight=False)


def _widths(table: Table) -> list[int]:
    """Return the columns' widths in characters, padding included."""
    return [
        max(len(title), *(len(row[i]) for row in table.rows), 1) + 2 for i, title in enumerate(table.header)
    ]


def _fitting(table: Table, width: int) -> list[list[tuple[str, range]]]:
    """Split the column groups into runs that fit: [[(title, columns), ...], ...]; names lead each run."""
    widths = _widths(table)
    spans: list[tuple[str, range]] = []
    start = 0
    for title, count in table.groups:
        spans.append((title, range(start, start + count)))
        start += count
    names = range(table.text_columns)
    first = spans[0]
    spans[0] = (first[0], range(len(names), first[1].stop))
    runs: list[list[tuple[str, range]]] = [[]]
    used = base = sum(widths[i] for i in names)
    for title, columns in spans:
        if not len(columns):
            continue
        needed = sum(widths[i] for i in columns) + 1
        if runs[-1] and used + needed > width - 1:
            runs.append([])
            used = base
        runs[-1].append((title, columns))
        used += needed
    return runs


def _draw(console: Console, table: Table, groups: Sequence[tuple[str, range]]) -> None:
    drawn = Drawn(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for i in range(table.text_columns):
        drawn.add_column(Text(table.header[i]), no_wrap=True)
    order = []
    for position, (title, columns) in enumerate(groups):
        if position:
            drawn.add_column("", no_wrap=True, width=1)
            order.append(-1)
        for i in columns:
            lead = Text(title, style="bold") if i == columns.start and title else Text("")
            drawn.add_column(Text("\n").join([lead, Text(table.header[i])]), justify="right", no_wrap=True)
            order.append(i)
    for row in table.rows:
        names = [Text(plain(row[i])) for i in range(table.text_columns)]
        drawn.add_row(*names, *(Text("" if i < 0 else row[i]) for i in order))
    console.print()
    console.print(drawn)
    console.print()


def _points(fraction: float | None, digits: int = 1) -> str:
    return UNDEFINED if fraction is None else f"{100 * fraction:.{digits}f}"


def _interval(result: Result, path: str) -> str:
    interval = result.intervals.values.get(path)
    level = f"{100 * result.intervals.level:.0f} %"
    return "" if interval is None else f" ({level}: {_points(interval[0])} to {_points(interval[1])})"
