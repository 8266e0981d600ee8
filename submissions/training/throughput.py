"""How far loading slows a training down: steps with it and without it, one after the other in one run."""

from __future__ import annotations

import itertools
import json
import statistics
import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import NamedTuple

import torch

from hzbench.submissions.methods.method import Batch
from hzbench.submissions.training.loop import Run

STEPS = 2
ROUNDS = 2


class Throughput(NamedTuple):
    """Pictures a second.

    Attributes:
        images_per_second: of steps on batches that are loaded and augmented meanwhile.
        limit: of the same steps on a batch that is held in memory: forward, backward and optimiser alone.
    """

    images_per_second: float
    limit: float

    @property
    def ratio(self) -> float:
        """The share of the limit that is reached; 1 means that loading costs nothing."""
        return self.images_per_second / self.limit

    def sentence(self) -> str:
        """Return the figures in words."""
        return (
            f"{self.images_per_second:.3g} images per second, {100 * self.ratio:.0f} % of the "
            f"{self.limit:.3g} that forward and backward passes alone reach"
        )

    def line(self) -> str:
        """Return the last line of a log."""
        figures = {"images_per_second": self.images_per_second, "limit": self.limit, "ratio": self.ratio}
        return json.dumps({"throughput": figures}) + "\n"


def read_throughput(log: Path) -> Throughput | None:
    """Return the figures at the end of a log; None where it has none, as logs of former versions."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    figures = json.loads(lines[-1]).get("throughput") if lines else None
    return Throughput(figures["images_per_second"], figures["limit"]) if figures else None


def measure_throughput(run: Run) -> Throughput:
    """Measure a finished run's network; its weights are of no use afterwards.

    Both kinds of steps take turns, so that whatever else the machine does slows both. How steady the figures
    are depends on that.

    Args:
        run: after `complete`.
    """
    run.student.train()
    loaded, held = [], []
    pictures = 0
    for _ in range(ROUNDS):
        batches = _endless(run)
        batch = next(batches)
        run.step(batch, 0.0)  # meanwhile the next batches are loaded, as they are in the middle of an epoch
        loaded.append(_seconds_a_step(run, itertools.islice(batches, STEPS)))
        batches.close()  # nothing is loaded any more
        held.append(_seconds_a_step(run, itertools.repeat(batch, STEPS)))
        pictures = len(batch.labels)
    return Throughput(pictures / statistics.median(loaded), pictures / statistics.median(held))


def _endless(run: Run) -> Generator[Batch, None, None]:
    # From the last epoch on: a teacher's logits on its views are there already.
    for epoch in itertools.count(max(0, len(run.history) - 1)):
        yield from run.loader.batches(epoch)


def _seconds_a_step(run: Run, batches: Iterable[Batch]) -> float:
    _wait(run.device)
    started = time.perf_counter()
    for batch in batches:
        run.step(batch, 0.0)
    _wait(run.device)
    return (time.perf_counter() - started) / STEPS


def _wait(device: torch.device) -> None:
    """Wait until a GPU has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
