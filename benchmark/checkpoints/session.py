"""The host's side of a model: pictures in, logits out, and a plain error whatever the worker does.

Several sessions may run side by side, each with a worker of its own. Everything that a worker says is
distrusted: answers are read with a time limit and checked in length, form, order and shape.
"""

from __future__ import annotations

import mmap
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.checkpoints.admission import FORMATS, Admitted, check_sandbox, open_regular
from hzbench.benchmark.checkpoints.conversation import Conversation
from hzbench.benchmark.checkpoints.messages import BATCH
from hzbench.benchmark.checkpoints.preprocessing import CANONICAL_SIZE, Means, Preprocessing, column_order
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.sandbox import ladder, limits
from hzbench.benchmark.checkpoints.shared_region import create_region
from hzbench.benchmark.checkpoints.worker_process import WorkerProcess
from hzbench.benchmark.errors import CheckpointError

ANSWER_LIMIT_S = 600.0
"""Seconds that a worker may stay silent; 32 pictures take the paper's largest network half a minute."""

WORKER = "hzbench.benchmark.checkpoints.worker"


@dataclass(frozen=True)
class ModelDescription:
    """What the worker says of the opened model.

    Attributes:
        architecture: its name, given or recognised.
        format: what the file is: its format, and how it was quantised.
        params: number of parameters.
        dtype: the type it computes in.
        input_size: pixels on each side of its input.
        sandbox: the layers that confine the worker, or `none`.
        notes: sentences on what was recognised or changed while the file was opened.
    """

    architecture: str
    format: str
    params: int
    dtype: str
    input_size: int
    sandbox: str
    notes: tuple[str, ...]


class ModelSession:
    """A submitted model in its own process; a context manager.

    `__enter__` starts the worker and returns at once, so that several can load side by side. Write pictures
    into `images[slot]`, `submit(slot, count)`, and `collect()` the answers in the same order; up to `slots`
    requests may be under way. A session is not for several threads at once.

    Attributes:
        images: uint8, shape (slots, 32, 224, 224, 3), shared with the worker; a slot may be written from its
            `collect()` until its next `submit()`.
    """

    images: npt.NDArray[np.uint8]

    def __init__(
        self,
        checkpoint: Admitted,
        architecture: str | None,
        preprocessing: Preprocessing,
        num_classes: int,
        slots: int,
        threads: int = 1,
        *,
        classes: Sequence[str] | None = None,
        device: str = "cpu",
        dtype: str = "float32",
        answer_limit_s: float = ANSWER_LIMIT_S,
        memory_limit: int | None = None,
        writable: str | None = None,
    ) -> None:
        """Describe the session; nothing is started yet.

        Args:
            checkpoint: the admitted file.
            architecture: a name, or None to recognise it from the weights.
            preprocessing: what the model expects of a picture.
            num_classes: the dataset's classes.
            slots: batches that may be under way at once.
            threads: of the worker.
            classes: the dataset's classes in order; given, logits are put into that order.
            device: "cpu", "cuda" or "mps".
            dtype: "float32", or "bfloat16" for a file of weights.
            answer_limit_s: seconds that the worker may stay silent.
            memory_limit: bytes that the worker may take beyond what its libraries take; None takes what any
                honest model of the file's size can do with, and no limit on a graphics card, whose driver
                reserves address space without using it.
            writable: a folder that the worker may write; only for tests that look for traces of what ran.

        Raises:
            CheckpointError: the model's declared classes are not the dataset's.
        """
        if memory_limit is None and device == "cpu":
            memory_limit = limits.memory_budget(checkpoint.bytes, preprocessing.size)
        self._checkpoint = checkpoint
        self._writable = writable
        self._columns = None if classes is None else column_order(preprocessing.classes, classes)
        self._options: dict[str, Any] = {
            "architecture": architecture,
            "preprocessing": preprocessing,
            "num_classes": num_classes,
            "slots": slots,
            "threads": threads,
            "device": device,
            "dtype": dtype,
            "memory_limit": memory_limit,
        }
        self._answer_limit_s = answer_limit_s
        self._logits_shape = (slots, BATCH, num_classes)
        self._pending: deque[tuple[int, int]] = deque()
        self._description: ModelDescription | None = None
        self._worker: WorkerProcess | None = None
        self._conversation: Conversation | None = None
        self._logits_fd = -1

    def __enter__(self) -> Self:
        """Start the worker and return without waiting for it.

        Raises:
            CheckpointError: the file has gone, or is a program and there is no sandbox to hold it.
            UsageError: the sandbox that the environment asks for is not to be had.
        """
        check_sandbox(self._checkpoint)
        self._sandbox = ladder.choose()
        slots = self._logits_shape[0]
        images_shape = (slots, BATCH, CANONICAL_SIZE, CANONICAL_SIZE, 3)
        images_fd = create_region("images", int(np.prod(images_shape)))
        self._logits_fd = create_region("logits", 4 * int(np.prod(self._logits_shape)))
        self.images = np.frombuffer(mmap.mmap(images_fd, 0), np.uint8).reshape(images_shape)
        try:
            with open_regular(self._checkpoint.path) as stream:
                descriptors = (stream.fileno(), images_fd, self._logits_fd)
                self._worker = WorkerProcess(
                    descriptors,
                    self._options["threads"],
                    WORKER,
                    self._sandbox,
                    device=self._options["device"],
                    writable=self._writable,
                )
                name = printable(self._checkpoint.path.name, 120)
                self._conversation = Conversation(self._worker, name, self._answer_limit_s)
                opening = messages.Open(
                    checkpoint=stream.fileno(),
                    images=images_fd,
                    logits=self._logits_fd,
                    format=self._checkpoint.format,
                    sha256=self._checkpoint.sha256,
                    bytes=self._checkpoint.bytes,
                    **self._options,
                )
                self._conversation.send(opening)
        except BaseException:
            self.close()
            raise
        finally:
            os.close(images_fd)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker."""
        self.close()

    @property
    def pid(self) -> int:
        """The worker's process number, 0 when there is none."""
        return self._worker.pid if self._worker else 0

    @property
    def pending(self) -> int:
        """How many submitted batches have not been collected."""
        return len(self._pending)

    @property
    def description(self) -> ModelDescription:
        """The opened model; waits until it is loaded.

        Raises:
            CheckpointError: it could not be loaded.
        """
        if self._description is None:
            ready = self._running.receive(messages.Ready)
            if ready.sandbox != self._sandbox.name:
                raise self._running.failure("is not confined as it was asked to be")
            self._description = ModelDescription(
                architecture=printable(ready.architecture, 120),
                format=printable(ready.format, 120) or FORMATS[self._checkpoint.format].title,
                params=ready.params,
                dtype=ready.dtype,
                input_size=ready.input_size,
                sandbox=ready.sandbox,
                notes=tuple(printable(note) for note in ready.notes),
            )
        return self._description

    def submit(self, slot: int, count: int, normalisation: Means | None = None) -> None:
        """Have the worker run the model over the first `count` pictures of `images[slot]`; does not wait.

        Args:
            slot: which pictures.
            count: how many of them, from the first on.
            normalisation: mean and deviation of the channels in place of the declared ones.

        Raises:
            CheckpointError: the worker is gone.
            ValueError: a slot or count out of range, or a slot under way.
        """
        if not 0 <= slot < self._logits_shape[0] or not 1 <= count <= BATCH:
            raise ValueError(
                f"slot {slot} with {count} pictures; slots are 0-{self._logits_shape[0] - 1}, at most {BATCH}"
            )
        if any(slot == taken for taken, _ in self._pending):
            raise ValueError(f"slot {slot} is still under way: collect it first")
        self._running.send(messages.Forward(slot=slot, count=count, normalisation=normalisation))
        self._pending.append((slot, count))

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        """Wait for the oldest submitted batch.

        Returns:
            its slot, and its logits, shape (count, classes), in the dataset's order of classes if that was
            given. They may be infinite or NaN.

        Raises:
            CheckpointError: the model could not be loaded or failed, its process died, or it did not answer.
            ValueError: nothing was submitted.
        """
        if not self._pending:
            raise ValueError("no batch is under way: submit one first")
        _ = self.description  # the first answer says whether the checkpoint could be opened
        done = self._running.receive(messages.Done)
        slot, count = self._pending.popleft()
        if (done.slot, done.count) != (slot, count):
            raise self._running.failure("answered another batch than the one that was asked for")
        _, batch, classes = self._logits_shape
        # read, not mapped: the host's copy cannot change any more
        raw = os.pread(self._logits_fd, 4 * count * classes, 4 * slot * batch * classes)
        logits = np.frombuffer(raw, np.float32).reshape(count, classes)
        return slot, logits.copy() if self._columns is None else logits[:, self._columns]

    def efficiency(self, latency: bool = True) -> dict[str, Any]:
        """Measure the model's cost; see `hzbench.benchmark.checkpoints.efficiency`.

        Args:
            latency: measure the time of one picture too, about 5 seconds.

        Returns:
            keys params, macs, macs_fvcore, macs_uncounted, latency_ms (p50, p90, p99), latency_ratio,
            repeat_ratio, zeros_ratio and threads; None where a value was not measured or cannot be.

        Raises:
            CheckpointError: as `collect`.
            ValueError: batches are still under way.
        """
        if self._pending:
            raise ValueError("batches are still under way: collect them first")
        _ = self.description
        self._running.send(messages.Measure(latency=latency))
        return self._running.receive(messages.Efficiency).model_dump(exclude={"kind"})

    def interrupt(self) -> None:
        """Kill the worker, from any thread, so that a `collect` that waits fails at once; then `close`."""
        if self._worker is not None:
            self._worker.kill()

    def close(self) -> None:
        """End the worker and free its memory; harmless when repeated."""
        if self._worker is not None:
            self._worker.close()
        if self._logits_fd >= 0:
            os.close(self._logits_fd)
            self._logits_fd = -1
        self._pending.clear()

    @property
    def _running(self) -> Conversation:
        if self._conversation is None:
            raise CheckpointError(f"{self._checkpoint.path.name}: the model's session is not open.")
        return self._conversation
