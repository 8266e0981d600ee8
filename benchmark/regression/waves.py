"""Which cells of which pictures are run first: every wave sees all pictures and, over them, all cells alike.

The cells stand in one circle: 15 corruptions in a shuffled order, five times round, each time at another
severity of each. The pictures, shuffled too, start at successive places of it, so that a picture's first
15 cells hold every corruption once, its first 30 twice, and in each wave all cells are run on equally many
pictures (a Latin square, cut where pictures are few). The shuffles are keyed by the dataset and the
candidate, so that nobody can choose them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import CORRUPTED_CELLS, CORRUPTION_NAMES
from hzbench.corruptions.registry import SEVERITIES

LOOKS: tuple[int, ...] = (5, 10, 15, 30, 45, 60, 75)
"""Cells of each picture that are known when the numbers are looked at."""


def order_of_cells(
    digests: Sequence[str], dataset_digest: str, candidate_digest: str
) -> npt.NDArray[np.int64]:
    """Return when each cell of each picture is run.

    Args:
        digests: pixel digests of n pictures.
        dataset_digest: of the test split.
        candidate_digest: SHA-256 of the candidate's checkpoint.

    Returns:
        Shape (n, 75), columns in the order of `CORRUPTED_CELLS`: each row holds 0 ... 74 once; a cell with a
        number below k is known after k cells a picture.
    """
    key = f"hzbench gate|{dataset_digest}|{candidate_digest}"
    circle = _circle(key)
    place = {cell: position for position, cell in enumerate(circle)}
    positions = np.array([place[cell] for cell in range(len(circle))], dtype=np.int64)
    starts = np.empty(len(digests), dtype=np.int64)
    starts[_shuffled(key, digests)] = np.arange(len(digests))
    return (positions[None, :] - starts[:, None]) % len(circle)


def _circle(key: str) -> list[int]:
    """Return the 75 cells (their numbers) in the order that every picture follows from its own start."""
    corruptions = _shuffled(f"{key}|corruptions", CORRUPTION_NAMES)
    severities = {
        name: _shuffled(f"{key}|{name}", [str(severity) for severity in SEVERITIES])
        for name in CORRUPTION_NAMES
    }
    numbers = {tuple(cell): number for number, cell in enumerate(CORRUPTED_CELLS)}
    return [
        numbers[CORRUPTION_NAMES[corruption], SEVERITIES[severities[CORRUPTION_NAMES[corruption]][turn]]]
        for turn in range(len(SEVERITIES))
        for corruption in corruptions
    ]


def _shuffled(key: str, names: Sequence[str]) -> list[int]:
    """Return the positions of `names` in the order of keyed hashes."""
    return sorted(range(len(names)), key=lambda i: hashlib.sha256(f"{key}|{names[i]}".encode()).digest())
