"""What every form has in common: which pictures it is of, what its columns are called, and its bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import ALL_CELLS

CLEAN_NAME = "clean"  # what the column `corruption` says of a clean picture, with severity 0
KEYS = ("digest", "path", "corruption", "severity")
ANSWER = "answer"  # the column with a class name, in place of one column for each class
SUM_TOLERANCE = 1e-3  # how far the probabilities of a row may sum from 1
VALIDATION = "val"  # name of the clean validation pictures among the clean sets
SIZE_LIMIT = 8 << 30  # bytes of a form; 100,000 pictures take 1 GiB
SUFFIXES = (".csv", ".parquet", ".npy")
SOFTMAX = "Write probabilities: numpy.exp(z) / numpy.exp(z).sum() over the classes of each row"

CELL_NUMBERS = {(cell.corruption or CLEAN_NAME, cell.severity): row for row, cell in enumerate(ALL_CELLS)}

Values = npt.NDArray[np.float32]


class Pictures(Protocol):
    """The pictures of a split, in index order."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Pixel digests."""
        ...

    @property
    def paths(self) -> tuple[str, ...]:
        """File names."""
        ...


class Asked(NamedTuple):
    """What a form may hold.

    Attributes:
        classes: names in the order of the dataset.
        test: the test pictures, each in all 76 cells.
        clean: sets of which clean pictures alone are asked for: `val`, and additional test sets.
    """

    classes: tuple[str, ...]
    test: Pictures
    clean: Mapping[str, Pictures]


class Filled(NamedTuple):
    """What a form held.

    Attributes:
        test: probabilities, shape (76, n, C).
        clean: probabilities of each clean set that the form holds, shape (m, C).
        answers_only: the form held classes; probabilities are then 1 and 0.
    """

    test: Values
    clean: Mapping[str, Values]
    answers_only: bool


def one_hot(numbers: npt.NDArray[np.integer], classes: Sequence[str]) -> Values:
    """Return 1 for the answered class and 0 for the others, shape (..., C)."""
    rows: Values = np.eye(len(classes), dtype=np.float32)[numbers]
    return rows


def beside(path: Path, suffix: str) -> Path:
    """Return the file that belongs to an array: `form.npy` -> `form.<suffix>`."""
    return path.with_name(f"{path.stem}.{suffix}")
