"""Call a network that hzbench did not build: in the batches that it takes, for the one output that is wanted.

Runs in the worker only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import torch

from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError

Outputs = list[tuple[str, torch.Tensor]]
"""Name and value of each output."""

Run = Callable[[torch.Tensor], Outputs]

DEEPEST = 4
"""Levels of lists and dictionaries within which outputs are looked for."""


class ForeignNetwork:
    """Normalised pictures -> logits, whatever number of pictures the network was exported for.

    The answer on a picture does not depend on the batches: a network of fixed batch size is called as often
    as needed, its last batch filled up with copies of the last picture.

    Attributes:
        batch: how many pictures each call takes; None for any number.
    """

    def __init__(
        self, run: Run, example: torch.Tensor, num_classes: int, notes: list[str], batch: int | None = None
    ) -> None:
        """Try the network out on black pictures.

        Args:
            run: calls the network.
            example: one normalised picture, shape (1, 3, size, size).
            num_classes: classes of the dataset.
            notes: sentences are added on which output is used and which batches are taken.
            batch: the only number of pictures that it takes, where that is known.

        Raises:
            CheckpointError: it fails, or no output or several could be the logits.
        """
        self._run = run
        self.batch = batch
        self._least = 1
        outputs = self._try(example, batch or 2)
        if outputs is None and batch is None:
            outputs = self._try(example, 1)
            self.batch = 1
            notes.append("the network takes one picture at a time")
        elif batch is not None and batch > 1:
            notes.append(f"the network takes {batch} pictures at a time")
        elif batch is None and self._try(example, 1) is None:
            self._least = 2  # torch.export's dynamic dimensions often leave one out
        if outputs is None:
            raise self._failure(example)
        count = self.batch or 2
        self._place = _choose(outputs, count, num_classes, notes)

    def __call__(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the logits, shape (n, outputs), of normalised pictures, shape (n, 3, size, size)."""
        count = len(pictures)
        step = self.batch or max(count, self._least)
        parts = []
        for start in range(0, count, step):
            part = pictures[start : start + step]
            missing = step - len(part)
            if missing:
                part = torch.cat([part, part[-1:].expand(missing, -1, -1, -1)])
            parts.append(self._run(part)[self._place][1][: step - missing])
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def smallest(self, example: torch.Tensor) -> torch.Tensor:
        """Return the smallest batch of one picture's copies that the network takes."""
        return _repeated(example, self.batch or self._least)

    def _try(self, example: torch.Tensor, count: int) -> Outputs | None:
        """Return the outputs for `count` pictures; None where it fails or loses the number of pictures."""
        try:
            outputs = self._run(_repeated(example, count))
        except CheckpointError:
            raise
        except Exception as error:  # noqa: BLE001 - a stranger's network may raise anything
            self._error: Exception = error
            return None
        kept = any(value.ndim > 0 and value.shape[0] == count for _, value in outputs)
        return outputs if kept or count == (self.batch or 1) else None

    def _failure(self, example: torch.Tensor) -> CheckpointError:
        size = example.shape[-1]
        lines = str(self._error).strip().splitlines() or [""]
        return CheckpointError(
            f"the network fails on pictures of {size} x {size} ({type(self._error).__name__}: "
            f"{printable(lines[-1] if isinstance(self._error, torch.jit.Error) else lines[0], 200)}). "
            "Declare its input_size in submission.toml."
        )


def named_outputs(value: Any, name: str = "output", depth: int = 0) -> Outputs:
    """Return the tensors in what a network gave: a tensor, or lists, dictionaries and dataclasses of them.

    Raises:
        CheckpointError: it holds no tensor.
    """
    found = list(_tensors(value, name, depth))
    if not found:
        raise CheckpointError(
            f"the network gives {type(value).__name__} without a tensor. Evaluate a plain classifier."
        )
    return found


def _tensors(value: Any, name: str, depth: int) -> Iterable[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield name, value
        return
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        inner = value.items()
    elif is_dataclass(value):
        inner = ((field.name, getattr(value, field.name)) for field in fields(value))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inner = zip(getattr(value, "_fields", None) or range(len(value)), value, strict=False)
    if depth < DEEPEST:
        for key, one in inner:
            yield from _tensors(one, key if isinstance(key, str) else f"{name} {key}", depth + 1)


def _choose(outputs: Outputs, count: int, num_classes: int, notes: list[str]) -> int:
    """Return the place of the logits among the outputs."""
    fitting = [
        place
        for place, (_, value) in enumerate(outputs)
        if tuple(value.shape) == (count, num_classes) and value.is_floating_point()
    ]
    named = [place for place in fitting if outputs[place][0] == "logits"]
    chosen = fitting if len(fitting) == 1 else named
    if len(chosen) == 1:
        if len(outputs) > 1:
            others = ", ".join(
                f"'{printable(name, 60)}'" for name, _ in outputs if name != outputs[chosen[0]][0]
            )
            notes.append(
                f"output '{printable(outputs[chosen[0]][0], 60)}' used, not {printable(others, 200)}"
            )
        return chosen[0]
    shapes = "; ".join(f"'{printable(name, 60)}' {_shape(value)}" for name, value in outputs[:8])
    if fitting:
        raise CheckpointError(
            f"{len(fitting)} outputs could be the logits ({shapes}). Export one only, or call it 'logits'."
        )
    raise CheckpointError(
        f"no output has the shape {count}x{num_classes} of {count} pictures and the dataset's {num_classes} "
        f"classes (found: {shapes}). Evaluate a plain classifier of the dataset's classes."
    )


def _shape(value: torch.Tensor) -> str:
    kind = str(value.dtype).removeprefix("torch.")
    return f"{'x'.join(map(str, value.shape)) or 'scalar'} {kind}"


def _repeated(example: torch.Tensor, count: int) -> torch.Tensor:
    return example.repeat(count, 1, 1, 1).contiguous(memory_format=torch.channels_last)
