"""How the command line speaks: data to stdout, progress and errors to stderr, errors as exit codes."""

from __future__ import annotations

import functools
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import typer

from hzbench.benchmark.durable import Progress
from hzbench.benchmark.durations import duration, seconds_left
from hzbench.benchmark.errors import HzbenchError, Terminated

P = ParamSpec("P")
R = TypeVar("R")

LARGEST_DRAW = 10**12 - 1  # what a signature can hold
INTERRUPTED = 130
TERMINATED = 143  # what a shell reports of a command that SIGTERM ended
READER_GONE = 141  # what a shell reports of a command that SIGPIPE ended


def say(text: str) -> None:
    """Print one line of information to stderr, where it cannot mix with data."""
    typer.echo(text, err=True)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command: an hzbench error becomes one line on stderr and its exit code, never a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except HzbenchError as error:
            say(f"hzbench: {one_line(str(error))}{_kept(error)}")
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt as error:
            kept = _kept(error) or " Nothing half-written was left behind; run the same command again."
            say(f"hzbench: interrupted.{kept}")
            raise typer.Exit(TERMINATED if isinstance(error, Terminated) else INTERRUPTED) from None
        except BrokenPipeError:
            _discard_output()
            raise typer.Exit(READER_GONE) from None
        except OSError as error:
            advice = "Check the path, its permissions and the free space."
            say(f"hzbench: {one_line(str(error))}. {advice}{_kept(error)}")
            raise typer.Exit(HzbenchError.exit_code) from None

    return run


def _kept(error: BaseException) -> str:
    """Return the sentences that a workflow noted on an error, on what is kept and how to continue."""
    return "".join(f" {one_line(note)}" for note in getattr(error, "__notes__", ()))


def prepare_streams() -> None:
    """Print what the terminal's encoding lacks as `?`, so that no letter of a name or table is an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _discard_output() -> None:
    """Send what is still to be written to stdout nowhere: its reader (`| head`) is gone."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def one_line(text: str) -> str:
    """Return text as one printable line: hostile names cannot move the cursor or forge lines."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


@contextmanager
def progress_bar(quiet: bool = False, *, own_estimate: bool = False) -> Iterator[Progress | None]:
    """Show a bar with the stage, its share done and the time left on stderr while a block runs.

    Args:
        quiet: show nothing at all.
        own_estimate: the stage says how much time is left; leave out the bar's own guess.

    Yields:
        A callback (stage, done, total); on a terminal it draws a bar, elsewhere a line for every tenth, with
        the time left where that is known. What is done when a stage begins tells nothing of its pace.
    """
    if quiet:
        yield None
        return
    if sys.stderr is None or not sys.stderr.isatty():  # None: closed by the caller (2>&-)
        yield _tenths(own_estimate)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}", justify="left", markup=False),  # names may hold brackets
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        *(() if own_estimate else (TextColumn("left"), TimeRemainingColumn())),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("starting", total=None)

        stage_now = [""]

        def show(stage: str, done: int, total: int) -> None:
            family = stage.split(":")[0]
            if family != stage_now[0]:
                stage_now[0] = family
                bar.reset(task, total=total, completed=done)
            bar.update(task, description=f"{stage:<28}", completed=done, total=total)

        yield show


def _tenths(own_estimate: bool, clock: Callable[[], float] = time.monotonic) -> Progress:
    """Return a callback that prints a line whenever another tenth of a stage is done."""
    last: dict[str, int] = {}
    begun: dict[str, tuple[float, int]] = {}  # when each stage began, and what was done by then

    def show(stage: str, done: int, total: int) -> None:
        family = stage.split(":")[0]
        start, known = begun.setdefault(family, (clock(), done))
        tenth = 10 * done // max(total, 1)
        if last.get(family) != tenth:
            last[family] = tenth
            left = None if own_estimate else seconds_left(done - known, total - done, clock() - start)
            say(
                f"{stage}, {done} of {total} done"
                + (f", about {duration(left)} left" if left and left >= 1 else "")
            )

    return show
