"""The workers of one model, started when the first of them is needed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.workflows.models import Candidate

SLOTS = 3  # batches in flight a worker: one computed, one waiting, one being filled


class Workers:
    """One worker for each core, or a single one for a card that they would share; a context manager.

    A run whose parts are all known starts none.
    """

    def __init__(
        self,
        candidate: Candidate,
        classes: Sequence[str],
        *,
        device: str = "cpu",
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Describe the workers; nothing is started yet.

        Args:
            candidate: the model.
            classes: of the dataset, in order.
            device: of the model.
            threads: how many workers; None takes one for each core.
            progress: called when the model is loaded.
        """
        self._candidate = candidate
        self._classes = classes
        self._device = device
        self._count = (threads or usable_cores()) if device == "cpu" else 1
        self._progress = progress
        self._stack = ExitStack()
        self._sessions: list[ModelSession] = []

    def __enter__(self) -> Self:
        """Start nothing."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all workers."""
        self._stack.close()

    @property
    def first(self) -> ModelSession:
        """One worker."""
        return self._started(1)[0]

    @property
    def other(self) -> ModelSession:
        """Another worker, a process that has seen other pictures; started if there is only one."""
        return self._started(2)[1]

    @property
    def all(self) -> list[ModelSession]:
        """All workers; those that were not needed so far are started, and load the model side by side."""
        return self._started(self._count)[: self._count]

    def _started(self, count: int) -> list[ModelSession]:
        if not self._sessions and self._progress is not None:
            self._progress("loading the model", 0, 1)
        while len(self._sessions) < count:
            session = ModelSession(
                self._candidate.checkpoint,
                self._candidate.architecture,
                self._candidate.preprocessing,
                len(self._classes),
                SLOTS,
                classes=self._classes,
                device=self._device,
                dtype=self._candidate.dtype,
            )
            self._sessions.append(self._stack.enter_context(session))
        return self._sessions
