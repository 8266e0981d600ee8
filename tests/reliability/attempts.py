"""Evaluations in processes of their own, forked from one that has imported everything."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple

from instant_model import instant_model
from workplace import Workplace

PRELOADED = ["__main__", "attempts", "preloaded"]
PATIENCE_S = 600.0

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(PRELOADED)


class Ended(NamedTuple):
    """How an attempt ended.

    Attributes:
        code: exit code, negative for the signal that ended it.
        lines: what it said to stderr.
    """

    code: int
    lines: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The line that a failed command prints, "" where there are several, none, or a traceback."""
        own = [line for line in self.lines if line.startswith("hzbench: ")]
        return own[0] if len(own) == 1 and not any("Traceback" in line for line in self.lines) else ""


class Attempt:
    """`hzbench evaluate` in a process of its own."""

    def __init__(
        self,
        place: Workplace,
        *options: str,
        environment: dict[str, str] | None = None,
        instant: bool = False,
    ) -> None:
        """Start it, and wait until its command line begins to run.

        Args:
            place: where to evaluate.
            options: of the command.
            environment: variables to set.
            instant: with a model that answers in no time, without a worker.
        """
        self._said = place.folder / "stderr.txt"
        began, beginning = _context.Pipe(duplex=False)
        arguments = ["evaluate", str(place.checkpoint), "--data", str(place.data), "--out", str(place.out)]
        arguments += ["--no-latency", "--threads", "1", "--limit", "4", *options]
        self._process = _context.Process(
            target=_evaluate, args=(place, arguments, self._said, beginning, environment or {}, instant)
        )
        self._process.start()
        beginning.close()
        assert began.poll(PATIENCE_S), "the process did not start"
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def send(self, number: int) -> None:
        """Send a signal, if it has not ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self) -> Ended:
        """Wait until it ends."""
        self._process.join(PATIENCE_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
            raise AssertionError("the process hung")
        lines = self._said.read_text(encoding="utf-8", errors="replace").splitlines()
        return Ended(self._process.exitcode, tuple(lines))


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs (Linux)."""
    found = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += [int(child), *descendants(int(child))]
    return found


def workers_running(place: Workplace) -> list[int]:
    """Return the processes that run the quick worker of a workplace, zombies left out."""
    running = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if place.worker.encode() in (entry / "cmdline").read_bytes():
                    running.append(int(entry.name))
    return running


def workers_end(place: Workplace) -> bool:
    """Return whether all workers of a workplace end within a minute."""
    deadline = time.monotonic() + 60
    while workers_running(place):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _evaluate(
    place: Workplace,
    arguments: list[str],
    said: Path,
    beginning: multiprocessing.connection.Connection,
    environment: dict[str, str],
    instant: bool,
) -> None:
    """Run the command line in this process, its output in files."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the server that forked us ignores it
    os.environ.update(environment)
    place.enter()
    model = instant_model(place.folder / "scored.json") if instant else contextlib.nullcontext()
    with said.open("w", encoding="utf-8") as errors, Path(os.devnull).open("w") as nowhere, model:
        os.dup2(errors.fileno(), 2)
        os.dup2(nowhere.fileno(), 1)
        sys.argv = ["hzbench", *arguments]
        from hzbench.benchmark.cli import main

        beginning.send(True)
        main()
