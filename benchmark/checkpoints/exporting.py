"""The worker's side of `hzbench export`: pictures for calibration in, the bytes of an ONNX file out."""

from __future__ import annotations

import mmap

import numpy as np
import numpy.typing as npt
import torch

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.onnx_declaration import KEY
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.runner import Runner


class Exporter:
    """Answers the requests of one export."""

    def __init__(self, runner: Runner, first: messages.Open, images: npt.NDArray[np.uint8]) -> None:
        """Export the opened model.

        Args:
            runner: the opened model.
            first: how it was opened.
            images: the host's pictures, shape (slots, 32, 224, 224, 3).
        """
        self._runner = runner
        self._preprocessing = first.preprocessing
        self._images = images
        self._region = mmap.mmap(first.images, 0)
        self._pictures: list[npt.NDArray[np.uint8]] = []
        self._product = b""

    def answer(self, request: messages.Calibrate | messages.Export | messages.Fetch) -> messages.Message:
        """Do what the host asks.

        Raises:
            CheckpointError: the model cannot be exported or quantised.
        """
        if isinstance(request, messages.Calibrate):
            self._pictures.append(self._images[request.slot, : request.count].copy())
            return messages.Done(slot=request.slot, count=request.count)
        if isinstance(request, messages.Export):
            self._product = self._export(request)
            return messages.Exported(bytes=len(self._product))
        part = self._product[request.offset : request.offset + len(self._region)]
        self._region[: len(part)] = part
        return messages.Fetched(bytes=len(part))

    def _export(self, request: messages.Export) -> bytes:
        from hzbench.benchmark.checkpoints.onnx_export import with_metadata, without_traces

        model = without_traces(self._runner.to_onnx())
        if request.quantise:
            from hzbench.benchmark.checkpoints.onnx_quantising import quantise

            model = without_traces(quantise(model, self._normalised()))
        return with_metadata(model, {KEY: request.declaration})

    def _normalised(self) -> npt.NDArray[np.float32]:
        """Return the calibration pictures as the network takes them, shape (n, 3, size, size)."""
        size = {"input_size": self._runner.input_size}
        normalise = Normaliser(Preprocessing.model_validate(self._preprocessing.model_dump() | size))
        parts = [normalise(torch.from_numpy(part)).contiguous().numpy() for part in self._pictures]
        return np.concatenate(parts)
