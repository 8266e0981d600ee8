"""What a network's file says of its input, held against what is declared and what pictures are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hzbench.benchmark.checkpoints.preprocessing import LARGEST_SIZE, SMALLEST_SIZE, Preprocessing
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError

LARGEST_BATCH = 256


class FixedInput(NamedTuple):
    """How pictures are handed over.

    Attributes:
        batch: how many pictures each call takes; None for any number.
        size: pixels on each side.
        channels_first: (n, 3, size, size) rather than (n, size, size, 3).
    """

    batch: int | None
    size: int
    channels_first: bool


def fixed_input(
    name: str, kind: str, shape: Sequence[int | None], preprocessing: Preprocessing, notes: list[str]
) -> FixedInput:
    """Return how pictures are handed to an input.

    Args:
        name: of the input.
        kind: its type of numbers, such as float32.
        shape: its dimensions, None where they may vary.
        preprocessing: what is declared.
        notes: a sentence is added when the size comes from the file.

    Raises:
        CheckpointError: it takes no square float32 pictures of three channels, or another size than declared.
    """
    said = f"input '{printable(name, 60)}' is {kind} {'x'.join('?' if n is None else str(n) for n in shape)}"
    if kind not in ("float32", "float16"):
        advice = (
            " Do the division by 255 and the normalisation outside the network." if kind == "uint8" else ""
        )
        raise CheckpointError(f"{said}; normalised float32 pictures are given. Export it so.{advice}")
    if len(shape) != 4 or 3 not in (shape[1] or 3, shape[3] or 3):
        raise CheckpointError(f"{said}; pictures are given as Nx3xHxW or NxHxWx3. Export it so.")
    channels_first = shape[1] == 3 or shape[3] != 3
    height, width = (shape[2], shape[3]) if channels_first else (shape[1], shape[2])
    if (height or width) != (width or height):
        raise CheckpointError(f"{said}; square pictures are given. Export it for square ones.")
    batch, size = shape[0], height or width
    if batch is not None and not 1 <= batch <= LARGEST_BATCH:
        raise CheckpointError(f"{said}; batches of 1 to {LARGEST_BATCH} are given. Export it so.")
    if size is not None and not SMALLEST_SIZE <= size <= LARGEST_SIZE:
        raise CheckpointError(f"{said}; sides of {SMALLEST_SIZE} to {LARGEST_SIZE} are given. Export it so.")
    if size is not None and preprocessing.input_size is None:
        if size != preprocessing.size:
            notes.append(f"input size {size} taken from the file")
    elif size is not None and size != preprocessing.input_size:
        raise CheckpointError(
            f"{said}, but input_size = {preprocessing.input_size} is declared. Declare {size}, or nothing."
        )
    return FixedInput(batch, size or preprocessing.size, channels_first)
