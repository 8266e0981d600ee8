"""Compute batches on this machine: model workers side by side, corruption in threads that feed them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.engines.pictures import Pictures
from hzbench.benchmark.engines.plan import Batch
from hzbench.corruptions import corrupt_cell


class Session(Protocol):
    """What the engine needs of a model worker: slots of shared memory, answered in the order submitted."""

    images: npt.NDArray[np.uint8]  # shape (slots, 32, 224, 224, 3)

    def submit(self, slot: int, count: int) -> None:
        """Ask for the logits of the first `count` pictures of a slot."""
        ...

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        """Wait for the oldest open request and return its slot and logits, shape (count, classes)."""
        ...

    def interrupt(self) -> None:
        """Give up, from any thread: a `collect` that waits ends with an error."""
        ...


Answer = Callable[[Batch, npt.NDArray[np.float32]], None]


def compute(
    sessions: Sequence[Session],
    batches: Iterable[Batch],
    pictures: Pictures,
    answer: Answer,
    *,
    draw: int = 0,
) -> None:
    """Send every batch through a model and hand its logits to `answer`.

    One thread for each session corrupts pictures straight into the session's memory (the kernels release
    the interpreter lock) and keeps all its slots busy, so that a worker never waits for pictures.

    Args:
        sessions: open model workers of the same checkpoint.
        batches: the work, in order; it is drawn from as the sessions become free.
        pictures: the clean pictures.
        answer: called once a batch, from one thread at a time, with logits of shape (k, classes).
        draw: the draw number of the corruptions; 0 is SD-HZ-C itself.

    Raises:
        Exception: the first error of a picture, a worker or `answer`; the other threads stop at
            their next batch, and leave what they submitted uncollected.
    """
    work = _Shared(iter(batches))
    lock = threading.Lock()

    def deliver(batch: Batch, logits: npt.NDArray[np.float32]) -> None:
        with lock:
            answer(batch, logits)

    with ThreadPoolExecutor(len(sessions), thread_name_prefix="hzbench-feeder") as pool:
        try:
            feeders = [pool.submit(_feed, session, work, pictures, deliver, draw) for session in sessions]
            done, _ = wait(feeders, return_when=FIRST_EXCEPTION)
        except BaseException:  # such as Ctrl-C, which need not wait for a slow network's answers
            work.stop()
            for session in sessions:
                session.interrupt()
            raise
    for feeder in (*done, *feeders):
        feeder.result()


class _Shared:
    """An iterator that several threads draw from, and that can be ended early."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches
        self._lock = threading.Lock()
        self.stopped = False

    def take(self) -> Batch | None:
        with self._lock:
            return None if self.stopped else next(self._batches, None)

    def stop(self) -> None:
        self.stopped = True


def _feed(session: Session, work: _Shared, pictures: Pictures, answer: Answer, draw: int) -> None:
    """Keep one session busy until no work is left."""
    free = deque(range(len(session.images)))
    waiting: deque[Batch] = deque()
    try:
        while (batch := work.take()) is not None:
            if not free:
                slot, logits = session.collect()
                free.append(slot)
                answer(waiting.popleft(), logits)
            slot = free.popleft()
            _fill(session.images[slot], batch, pictures, draw)
            session.submit(slot, len(batch.positions))
            waiting.append(batch)
        while waiting and not work.stopped:
            _, logits = session.collect()
            answer(waiting.popleft(), logits)
    except BaseException:
        work.stop()
        raise


def _fill(slot: npt.NDArray[np.uint8], batch: Batch, pictures: Pictures, draw: int) -> None:
    """Write the corrupted pictures of a batch into shared memory, shape (32, H, W, 3)."""
    corruption, severity = batch.cell
    for place, position in enumerate(batch.positions):
        picture = pictures[int(position)]
        if corruption is not None:
            digest = pictures.split.digests[int(position)]
            picture = corrupt_cell(picture, corruption, severity, draw=draw, digest=digest)
        slot[place] = picture
