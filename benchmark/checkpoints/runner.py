"""What the worker asks of an opened model, whatever its format. Runs in the worker only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch


class Counts(NamedTuple):
    """Multiply-accumulates of one picture.

    Attributes:
        macs: of convolutions and matrix products; None where they cannot be counted.
        macs_fvcore: as fvcore counts; None where it cannot.
        uncounted: operations that the counts leave out, with their number, or why there is no count.
    """

    macs: int | None
    macs_fvcore: int | None
    uncounted: list[str]

    def of_one(self, pictures: int) -> Counts:
        """Return the counts of one picture, given those of a batch."""
        macs, macs_fvcore = (
            None if count is None else count // pictures for count in (self.macs, self.macs_fvcore)
        )
        return Counts(macs, macs_fvcore, self.uncounted)


class Runner(Protocol):
    """An opened model.

    Attributes:
        architecture: its name, recognised, given or read from the file.
        format: the file's format, as tables call it; "" for its title in `admission.FORMATS`.
        params: number of parameters.
        dtype: the type that it takes and gives.
        notes: what was found out or changed while the file was opened.
        input_size: pixels on each side of the model's input.
        device: where its input lies.
        network: normalised pictures, float32 (n, 3, input_size, input_size) -> logits, shape (n, outputs).
    """

    architecture: str
    format: str
    params: int
    dtype: str
    notes: list[str]
    input_size: int
    device: str
    network: Callable[[torch.Tensor], torch.Tensor]

    def forward(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the logits of pictures, shape (n, 224, 224, 3) -> (n, number of outputs)."""
        ...

    def to_onnx(self) -> Any:
        """Return the network as an onnx.ModelProto.

        Raises:
            CheckpointError: it cannot be.
        """
        ...

    def count(self, example: torch.Tensor) -> Counts:
        """Count the multiply-accumulates of one normalised picture, shape (1, 3, input_size, input_size)."""
        ...
