"""What every export format is given and what it must be able to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


class Entry(NamedTuple):
    """One picture of the exported split, the same in every cell.

    Attributes:
        name: its file name without a suffix; sorts in index order.
        label: class name.
        number: the class's place in the dataset's classes.
    """

    name: str
    label: str
    number: int


class CellReader(Protocol):
    """Reads one written cell back."""

    def place(self, position: int) -> str:
        """Return what messages call picture `position`: a file, or a file and what is in it."""

    def picture(self, position: int) -> Pixels:
        """Return picture `position`; DataError (without a name) when it is absent or damaged."""

    def leftovers(self) -> list[str]:
        """Return what is wrong beside the pictures, such as files that do not belong; each names its file."""


class ExportFormat(Protocol):
    """One way to lay out a cell.

    Attributes:
        title: one line for people.
        layout: where files lie in an export.
        suffix: of a cell's file; empty when a cell is a folder.
        files: glob pattern of an export's picture files.
        media_type: of these files.
        label_pattern: regular expression of a class folder, its only group the class; empty when files are
            not single pictures.
    """

    title: str
    layout: str
    suffix: str
    files: str
    media_type: str
    label_pattern: str

    def write(self, target: Path, entries: Sequence[Entry], pictures: Iterable[Pixels]) -> None:
        """Write one cell to `target`, taking the pictures one by one in the order of `entries`."""

    def open(self, target: Path, entries: Sequence[Entry]) -> CellReader:
        """Open a written cell; DataError when it cannot be read at all."""

    def example(self, cell: str, entries: Sequence[Entry]) -> list[str]:
        """Return lines of Python that read a cell without hzbench; `cell` is its path in the export."""
