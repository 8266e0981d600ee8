"""The process that runs a submitted model: `python -m hzbench.benchmark.checkpoints.worker REQUESTS REPLIES`.

It is given two pipes, the open checkpoint and two regions of shared memory; it has no labels and no names of
pictures. It is confined before it starts, by `sandbox.launch`, and more so once its libraries
are loaded. It ends when the host's end of the request pipe closes, whatever the host died of.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import select
import sys
import threading
import traceback
import warnings
from typing import IO, TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.checkpoints.preprocessing import CANONICAL_SIZE, Means, Preprocessing
from hzbench.benchmark.checkpoints.sandbox import confining, limits
from hzbench.benchmark.errors import CheckpointError

if TYPE_CHECKING:
    from hzbench.benchmark.checkpoints.exporting import Exporter
    from hzbench.benchmark.checkpoints.runner import Runner


def main(arguments: list[str]) -> int:
    """Serve requests until the host closes the pipe; return the exit code."""
    requests_fd, replies_fd = int(arguments[0]), int(arguments[1])
    threading.Thread(target=_end_with_host, args=(requests_fd,), daemon=True).start()
    with os.fdopen(requests_fd, "rb") as requests, os.fdopen(replies_fd, "wb", buffering=0) as replies:
        first = _receive(requests)
        if not isinstance(first, messages.Open):
            return 0
        try:
            _serve(first, requests, replies)
        except CheckpointError as error:
            _reply(replies, messages.Failed(message=str(error)[:2000]))
            return 1
        except Exception as error:  # noqa: BLE001 - a stranger's model may raise anything; it is reported
            traceback.print_exc()
            _reply(replies, messages.Failed(message=_explain(error, first.memory_limit)))
            return 1
    return 0


def _serve(first: messages.Open, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Open the checkpoint, then answer one request after the other until there are no more."""
    runner = _open(first)
    images = np.frombuffer(mmap.mmap(first.images, 0, access=mmap.ACCESS_READ), np.uint8)
    images = images.reshape(first.slots, messages.BATCH, CANONICAL_SIZE, CANONICAL_SIZE, 3)
    logits = np.frombuffer(mmap.mmap(first.logits, 0), np.float32)
    logits = logits.reshape(first.slots, messages.BATCH, first.num_classes)
    _reply(
        replies,
        messages.Ready(
            architecture=runner.architecture,
            format=runner.format,
            params=runner.params,
            dtype=runner.dtype,
            input_size=runner.input_size,
            sandbox=confining.reached(),
            notes=runner.notes,
        ),
    )
    exporter: Exporter | None = None
    while (request := _receive(requests)) is not None:
        if isinstance(request, messages.Forward):
            answer = _answer(runner, images[request.slot, : request.count], request.normalisation)
            if answer.shape != (request.count, first.num_classes):
                shape = "x".join(map(str, answer.shape))
                raise CheckpointError(
                    f"the model's output has shape {shape} for {request.count} pictures, "
                    f"{request.count}x{first.num_classes} was expected. Evaluate a plain classifier."
                )
            logits[request.slot, : request.count] = answer
            _reply(replies, messages.Done(slot=request.slot, count=request.count))
        elif isinstance(request, messages.Measure):
            from hzbench.benchmark.checkpoints.efficiency import measure

            _reply(replies, measure(runner, request.latency))
        elif not isinstance(request, messages.Open):
            from hzbench.benchmark.checkpoints.exporting import Exporter

            exporter = exporter or Exporter(runner, first, images)
            _reply(replies, exporter.answer(request))


def _answer(
    runner: Runner, pictures: npt.NDArray[np.uint8], normalisation: Means | None
) -> npt.NDArray[np.float32]:
    """Return the logits of pictures, normalised as declared or otherwise."""
    if normalisation is None:
        return runner.forward(pictures)
    import torch

    from hzbench.benchmark.checkpoints.normalising import Normaliser

    mean, std = normalisation
    other = Preprocessing.model_construct(input_size=runner.input_size, mean=mean, std=std)
    with torch.inference_mode():
        logits = runner.network(Normaliser(other, runner.device)(torch.from_numpy(pictures)))
        array: npt.NDArray[np.float32] = logits.to("cpu", torch.float32).numpy()
    return array


def _open(request: messages.Open) -> Runner:
    """Take in the checkpoint, make sure that it is the admitted one, and load it."""
    import torch

    from hzbench.benchmark.checkpoints.runners import runner_class
    from hzbench.benchmark.checkpoints.torchvision_import import import_torchvision

    import_torchvision()
    runner = runner_class(request.format)
    torch.set_num_threads(request.threads)
    warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
    confining.seal(request.memory_limit)  # all that is needed is loaded; what comes now is a stranger's
    with os.fdopen(request.checkpoint, "rb") as stream:
        data = stream.read(request.bytes + 1)
    if hashlib.sha256(data).hexdigest() != request.sha256:
        raise CheckpointError("the file changed after it was checked. Run the command again.")
    opened = runner(
        data,
        request.format,
        request.architecture,
        request.preprocessing,
        request.num_classes,
        request.device,
    )
    if request.dtype != "float32":
        from hzbench.benchmark.checkpoints.torch_runner import TorchRunner

        if not isinstance(opened, TorchRunner):
            raise CheckpointError(f"only a state_dict's network can be computed in {request.dtype}.")
        opened.compute_in(request.dtype)
    return opened


def _receive(requests: IO[bytes]) -> messages.Request | None:
    line = requests.readline(messages.MAXIMUM_LINE)
    return messages.REQUEST.validate_json(line) if line else None


def _reply(replies: IO[bytes], message: messages.Message) -> None:
    with contextlib.suppress(BrokenPipeError):
        replies.write(message.model_dump_json().encode() + b"\n")


def _explain(error: Exception, memory_limit: int | None = None) -> str:
    """Return one line for an error that the model caused.

    Near a memory limit libraries fail in many ways, so the limit is named whatever the error is.
    """
    text = str(error).strip().splitlines()
    first = text[0] if text else ""
    if isinstance(error, MemoryError) or "allocate memory" in first or "not enough memory" in first:
        return f"out of memory while the model ran ({first[:300]})"
    near = memory_limit is not None and limits.near_memory_limit()
    limited = "" if memory_limit is None or not near else f" under a memory limit of {memory_limit >> 20} MiB"
    return f"the model failed while it ran{limited} ({type(error).__name__}: {first[:600]})"


def _end_with_host(requests_fd: int) -> None:
    """End this process once nobody holds the other end of the request pipe, even amid a forward pass."""
    poll = select.poll()
    poll.register(requests_fd, 0)  # hang-up and error are reported without being asked for
    while True:
        for _, event in poll.poll(60_000):
            if event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
