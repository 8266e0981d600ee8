"""Clean pictures for the engines: decoded on demand, checked by their split, kept while memory allows."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from hzbench.benchmark.data.dataset import Split

KEPT_BYTES = 512 * 2**20  # about 3,500 pictures of 224 x 224; the rest are decoded again for each cell


class Pictures:
    """The pictures of a split, decoded on demand by several threads, in bounded memory."""

    def __init__(self, split: Split, kept_bytes: int = KEPT_BYTES) -> None:
        """Serve the pictures of `split`, keeping at most `kept_bytes` of decoded pixels."""
        self.split = split
        self._kept: dict[int, npt.NDArray[np.uint8]] = {}
        self._room = kept_bytes
        self._lock = threading.Lock()

    def __getitem__(self, position: int) -> npt.NDArray[np.uint8]:
        """Return the picture at `position`, uint8 (224, 224, 3), read-only.

        Raises:
            DataError: the file is missing, damaged or not the picture that the index promises.
        """
        kept = self._kept.get(position)
        if kept is not None:
            return kept
        picture = self.split.image(position)
        picture.setflags(write=False)
        with self._lock:
            if position not in self._kept and self._room >= picture.nbytes:
                self._kept[position] = picture
                self._room -= picture.nbytes
        return picture
