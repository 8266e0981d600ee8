"""The host's side of `hzbench export`: a model in its own process turns itself into an ONNX file.

The host never loads the model nor what comes back; the bytes are held against the rules of an ONNX file, as
any stranger's are.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.checkpoints.admission import SIZE_LIMIT
from hzbench.benchmark.checkpoints.messages import BATCH
from hzbench.benchmark.checkpoints.session import ModelSession


class ExportSession(ModelSession):
    """A `ModelSession` that can also export its model."""

    def calibrate(self, pictures: Iterable[npt.NDArray[np.uint8]]) -> None:
        """Hand pictures over on which an int8 model finds the ranges of its values.

        Args:
            pictures: each of shape (224, 224, 3).

        Raises:
            CheckpointError: the model could not be loaded or failed.
        """
        _ = self.description
        count = 0
        for picture in pictures:
            self.images[0, count] = picture
            count += 1
            if count == BATCH:
                self._hand_over(count)
                count = 0
        if count:
            self._hand_over(count)

    def export(self, declaration: str, *, quantise: bool) -> bytes:
        """Return the ONNX file of the model.

        Args:
            declaration: the JSON document that goes into its metadata.
            quantise: to int8, with ranges from the pictures that were handed over.

        Raises:
            CheckpointError: the model could not be loaded, exported or quantised.
        """
        _ = self.description
        self._running.send(messages.Export(quantise=quantise, declaration=declaration))
        size = self._running.receive(messages.Exported).bytes
        if not 0 < size <= SIZE_LIMIT:
            raise self._running.failure(f"made a file of {size:,} bytes")
        data = bytearray()
        region = self.images.reshape(-1)
        while len(data) < size:
            self._running.send(messages.Fetch(offset=len(data)))
            part = self._running.receive(messages.Fetched).bytes
            if part != min(len(region), size - len(data)):
                raise self._running.failure("handed the file over in other pieces than were asked for")
            data += region[:part].tobytes()
        return bytes(data)

    def _hand_over(self, count: int) -> None:
        self._running.send(messages.Calibrate(slot=0, count=count))
        self._running.receive(messages.Done)
