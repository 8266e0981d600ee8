"""Requests to the worker and its answers, none of which is trusted: length, form and time are checked."""

from __future__ import annotations

import os
import select
import time
from typing import TypeVar

from pydantic import ValidationError

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.worker_process import WorkerProcess
from hzbench.benchmark.errors import CheckpointError

_Kind = TypeVar("_Kind", bound=messages.Message)


class Conversation:
    """The host's ends of the pipes to one worker. The first failure ends the worker."""

    def __init__(self, worker: WorkerProcess, name: str, answer_limit_s: float) -> None:
        """Speak with `worker`.

        Args:
            worker: a started process.
            name: what the checkpoint is called in errors.
            answer_limit_s: seconds that the worker may stay silent.
        """
        self._worker = worker
        self._name = name
        self._answer_limit_s = answer_limit_s
        self._buffer = b""
        self._open = True

    def send(self, message: messages.Message) -> None:
        """Send a request; does not wait for the answer.

        Raises:
            CheckpointError: the worker is gone; the message says why.
        """
        self._check_open()
        try:
            os.write(self._worker.requests, message.model_dump_json().encode() + b"\n")
        except BrokenPipeError:
            while True:  # answers to earlier requests, then why it gave up or what it died of: always raises
                self.receive(messages.Message)

    def receive(self, kind: type[_Kind]) -> _Kind:
        """Wait for the next answer, which must be of the given kind.

        Raises:
            CheckpointError: the worker gave up, died, kept silent, or sent something else.
        """
        line = self._read_line()
        try:
            reply = messages.REPLY.validate_json(line)
        except ValidationError as error:
            raise self.failure("sent an answer that cannot be understood") from error
        if isinstance(reply, messages.Failed):
            self.close()
            raise CheckpointError(f"{self._name}: {printable(reply.message, 1000)}")
        if not isinstance(reply, kind):
            raise self.failure(f"answered '{reply.kind}' out of turn")
        return reply

    def failure(self, what: str) -> CheckpointError:
        """End the worker and return the error to raise."""
        self.close()
        return CheckpointError(f"{self._name}: the process that runs the model {what}. Nothing was scored.")

    def close(self) -> None:
        """End the worker; harmless when repeated."""
        self._open = False
        self._worker.close()

    def _read_line(self) -> bytes:
        self._check_open()
        poll = select.poll()
        poll.register(self._worker.replies, select.POLLIN)
        deadline = time.monotonic() + self._answer_limit_s
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise self.failure(f"gave no answer within {self._answer_limit_s:g} s")
            chunk = os.read(self._worker.replies, messages.MAXIMUM_LINE)
            if not chunk:
                raise self.failure(f"died ({self._worker.death()})")
            self._buffer += chunk
            if len(self._buffer) > 4 * messages.MAXIMUM_LINE:
                raise self.failure("sent an answer that is too long")
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _check_open(self) -> None:
        if not self._open:
            raise CheckpointError(f"{self._name}: the model's session is closed. Start the command again.")
