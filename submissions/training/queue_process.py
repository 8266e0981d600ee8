"""A run of a queue in a process of its own, and what its owner learns of it.

The process is `python -m hzbench.submissions.training.queue_process JSON`. It reports JSON lines on stdout
and ends when its stdin closes, so that it never outlives its owner, however that one dies.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from hzbench.benchmark.errors import HzbenchError
from hzbench.submissions.training.time_left import Pace

REPORT_SECONDS = 0.1
STOP_SECONDS = 10.0


class Outcome(NamedTuple):
    """How a run ended; `error` is one line, None where it went well."""

    error: str | None


class RunProcess:
    """The owner's side."""

    def __init__(
        self, recipe: str, out: Path, seed: int, data: str | Path | None, device: str, threads: int
    ) -> None:
        """Start the process; the arguments are those of `train`."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the run is over
        self._started = time.monotonic()
        order = {
            "recipe": recipe,
            "out": str(out),
            "seed": seed,
            "data": None if data is None else str(data),
            "device": device,
            "threads": threads,
        }
        limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **dict.fromkeys(limits, str(threads))},
            text=True,
        )
        self._reports: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._first: float | None = None
        self._share = 0.0
        self._error: str | None = None
        self._ended: float | None = None

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        return (self._ended or time.monotonic()) - self._started

    def pace(self) -> Pace:
        """Return how far the training steps have come."""
        gained = 0.0 if self._first is None else self._share - self._first
        return Pace(self._share, gained, self.seconds)

    def poll(self, timeout: float) -> Outcome | None:
        """Take in what has been reported, and return how the run ended, None while it goes on.

        Args:
            timeout: seconds to wait for a report.
        """
        try:
            report = self._reports.get(timeout=timeout)
        except queue.Empty:
            return None
        while report is not None:
            self._take(report)
            try:
                report = self._reports.get_nowait()
            except queue.Empty:
                return None
        code = self._process.wait()
        self._ended = time.monotonic()
        if code != 0 and self._error is None:
            self._error = self._reason(code)
        self._close()
        return Outcome(self._error)

    def stop(self) -> None:
        """End the process; its last complete epoch is on the disk."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def _take(self, report: dict[str, Any]) -> None:
        if "error" in report:
            self._error = str(report["error"])
        elif str(report["stage"]).startswith("epoch"):
            self._share = report["done"] / max(report["total"], 1)
            if self._first is None:
                self._first = self._share - 1 / max(report["total"], 1)

    def _listen(self) -> None:
        assert self._process.stdout is not None, "it is a pipe"
        for line in self._process.stdout:
            self._reports.put(json.loads(line))
        self._reports.put(None)

    def _reason(self, code: int) -> str:
        if code < 0:
            name = signal.Signals(-code).name
            return f"its process was ended by {name}" + (" (is memory short?)" if -code == 9 else "")
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"its process ended with code {code}" + (f": {lines[-1].strip()}" if lines else "")

    def _close(self) -> None:
        self._listener.join(STOP_SECONDS)
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()


def main() -> int:
    """Train what the command line orders, and report; return the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner decides
    reports = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing that a library prints may look like a report
    threading.Thread(target=_end_with_owner, daemon=True).start()
    from hzbench.submissions.training.run import train

    order = json.loads(sys.argv[1])
    last = [0.0]

    def report(stage: str, done: int, total: int) -> None:
        if done < total and time.monotonic() - last[0] < REPORT_SECONDS:
            return
        last[0] = time.monotonic()
        print(json.dumps({"stage": stage, "done": done, "total": total}), file=reports, flush=True)

    try:
        train(
            order["recipe"],
            Path(order["out"]),
            seed=order["seed"],
            data=order["data"],
            device=order["device"],
            threads=order["threads"],
            progress=report,
        )
    except (HzbenchError, OSError) as error:
        print(json.dumps({"error": str(error)}), file=reports, flush=True)
        return error.exit_code if isinstance(error, HzbenchError) else HzbenchError.exit_code
    return 0


def _end_with_owner() -> None:
    """Wait until stdin closes: the owner is gone. Epochs that are complete are on the disk."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
