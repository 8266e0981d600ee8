"""Run a function in a child that was forked from a warm process, so that its crash or hang is only observed.

The parent has PyTorch and onnxruntime imported already; a fork takes some 30 ms where a fresh process takes
seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What became of a call.

    Attributes:
        status: returned, raised, crashed (by a signal) or hung (stopped at its time limit).
        detail: the returned text, the error's type and message, or the signal's name.
        seconds: that it took.
    """

    status: str
    detail: str
    seconds: float


def run(function: Callable[[], str], folder: Path, seconds: float = 60.0, memory: int = 2 << 30) -> Outcome:
    """Call a function in a forked child.

    Args:
        function: returns a short text.
        folder: the child's working and home folder, to be thrown away.
        seconds: of wall time that it may take.
        memory: bytes of address space that it may take beyond what is mapped by now.
    """
    start = time.monotonic()
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _child(function, folder, writer, memory)
    os.close(writer)
    answer, open_end = b"", True
    while open_end and (left := seconds - (time.monotonic() - start)) > 0:
        if select.select([reader], [], [], left)[0]:
            chunk = os.read(reader, 1 << 16)
            answer, open_end = answer + chunk, bool(chunk)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)  # whatever the payload started goes with it
    _, code = os.waitpid(child, 0)
    os.close(reader)
    took = time.monotonic() - start
    if answer:
        status, detail = json.loads(answer)
        return Outcome(status, detail, took)
    if open_end:
        return Outcome("hung", f"after {seconds:g} s", took)
    number = os.WTERMSIG(code) if os.WIFSIGNALED(code) else 0
    return Outcome("crashed", signal.Signals(number).name if number else f"exit {code}", took)


def _child(function: Callable[[], str], folder: Path, writer: int, memory: int) -> None:
    """Limit this process, call the function, tell the parent, and end without any clean-up."""
    try:
        os.setsid()
        os.chdir(folder)
        os.environ["HOME"] = os.environ["TMPDIR"] = str(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            answer = ["returned", function()]
        except BaseException as error:  # noqa: BLE001 - whatever it raises is the outcome
            answer = ["raised", f"{type(error).__name__}: {error}"[:500]]
        os.write(writer, json.dumps(answer).encode())
    finally:
        os._exit(0)
