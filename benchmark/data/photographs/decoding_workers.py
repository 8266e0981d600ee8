"""Processes that answer requests, a JSON line each, and are replaced when one dies of a request."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Request = dict[str, str]
Answer = dict[str, Any]


class Crash(NamedTuple):
    """What came instead of an answer: the process died; `cause` says how."""

    cause: str


class WorkerPool:
    """Worker processes, each with a thread that hands it one request after the other.

    Requests are made when they are needed and answers are handed on as they come, so that memory does not
    grow with their number.
    """

    def __init__(self, module: str, count: int, request: Callable[[int], Request], workers: int) -> None:
        """Prepare to ask `module` (run as `python -m`) the requests 0 to count - 1, `workers` at a time."""
        self._module = module
        self._count = count
        self._request = request
        self._workers = workers
        self._next = iter(range(count))
        self._lock = threading.Condition()
        self._ready: list[tuple[int, Answer | Crash]] = []
        self._failure: BaseException | None = None
        self._stop = False

    def __iter__(self) -> Iterator[tuple[int, Answer | Crash]]:
        """Yield (number of the request, answer) in the order in which the answers come.

        Raises:
            OSError: a worker could not do its work for a reason that is no fault of the request.
        """
        threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(self._workers)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(self._count):
                with self._lock:
                    self._lock.wait_for(lambda: self._ready or self._failure is not None)
                    if self._failure is not None:
                        raise self._failure
                    result = self._ready.pop()
                yield result
        finally:
            self._stop = True
            for thread in threads:
                thread.join()

    def _serve(self) -> None:
        worker = None
        try:
            while not self._stop:
                with self._lock:
                    index = next(self._next, None)
                if index is None:
                    break
                worker = worker or _Worker(self._module)
                answer: Answer | Crash | None = worker.ask(self._request(index))
                if answer is None:
                    answer = Crash(worker.cause())
                    worker.close()
                    worker = None
                with self._lock:
                    self._ready.append((index, answer))
                    self._lock.notify_all()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, and raised there
            with self._lock:
                self._failure = error
                self._lock.notify_all()
        finally:
            if worker is not None:
                worker.close()


class _Worker:
    """One process; its own session, so that an interrupt reaches the parent alone."""

    def __init__(self, module: str) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def ask(self, request: Request) -> Answer | None:
        """Return the answer to one request, or None when the process died."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            return None
        line = stdout.readline()
        if not line:
            return None
        answer: Answer = json.loads(line)
        if "failure" in answer:
            raise OSError(answer["failure"])
        return answer

    def cause(self) -> str:
        """Say how the process ended."""
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
