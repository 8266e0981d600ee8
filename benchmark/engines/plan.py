"""Which pictures go through the model together: a partition that depends on the data alone.

A network's logits differ in the last bits between batch sizes and neighbours, so the batches of a cell are
fixed by the digests of its pictures, never by the number of workers, by a resume or by the engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import Cell

BATCH = 32  # pictures that share a forward pass


class Batch(NamedTuple):
    """At most 32 pictures of one cell."""

    row: int  # which row of the result the cell fills
    cell: Cell
    positions: npt.NDArray[np.int64]  # positions of the pictures in the split, shape (k,), k <= 32


def batches_of(row: int, cell: Cell, digests: Sequence[str], dataset_digest: str) -> list[Batch]:
    """Cut a cell into batches of 32 pictures in an order keyed by the dataset.

    Args:
        row: which row of the result the cell fills.
        cell: the cell.
        digests: pixel digest of each picture, in index order.
        dataset_digest: digest of the split that the pictures belong to.

    Returns:
        Batches that hold each position 0 ... len(digests) - 1 once.
    """
    key = f"hzbench order|{dataset_digest}|{cell.corruption}|{cell.severity}|"
    order = sorted(range(len(digests)), key=lambda i: hashlib.sha256(f"{key}{digests[i]}".encode()).digest())
    return [
        Batch(row, cell, np.array(order[start : start + BATCH], dtype=np.int64))
        for start in range(0, len(order), BATCH)
    ]
