"""One NumPy array a cell, `<corruption>/<severity>.npy`: uint8 (N, 224, 224, 3) in index order."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from hzbench.benchmark.data.exports.entry import Entry, Pixels
from hzbench.benchmark.data.photographs.canonical import SIDE
from hzbench.benchmark.errors import DataError


def npy_header(count: int) -> bytes:
    """Return the bytes before the pixels, as NumPy writes them for `count` pictures."""
    stream = io.BytesIO()
    description = {"descr": "|u1", "fortran_order": False, "shape": (count, SIDE, SIDE, 3)}
    np.lib.format.write_array_header_1_0(stream, description)
    return stream.getvalue()


class NpyReader:
    """Reads a cell's array picture by picture."""

    def __init__(self, target: Path, entries: Sequence[Entry]) -> None:
        """Check the header, byte by byte, and the length."""
        header = npy_header(len(entries))
        expected = len(header) + len(entries) * SIDE * SIDE * 3
        found = target.stat().st_size
        if found != expected:
            raise DataError(f"{found} bytes; expected {expected} for {len(entries)} pictures")
        with target.open("rb") as stream:
            if stream.read(len(header)) != header:
                raise DataError(f"the header is not that of a uint8 array of {len(entries)} pictures")
        self._target = target
        shape = (len(entries), SIDE, SIDE, 3)
        self._array = np.memmap(target, dtype=np.uint8, mode="r", offset=len(header), shape=shape)

    def place(self, position: int) -> str:
        """Return the file and the place in it."""
        return f"{self._target} [{position}]"

    def picture(self, position: int) -> Pixels:
        """Return one picture."""
        return np.array(self._array[position])

    def leftovers(self) -> list[str]:
        """Return nothing: the length was checked."""
        return []


class NpyFormat:
    """One file a cell."""

    title = "one NumPy array a cell, uint8 (N, 224, 224, 3)"
    layout = "<corruption>/<severity>.npy"
    suffix = ".npy"
    files = "*/*.npy"
    media_type = "application/x-npy"
    label_pattern = ""

    def write(self, target: Path, entries: Sequence[Entry], pictures: Iterable[Pixels]) -> None:
        """Write the file, one picture in memory at a time."""
        with target.open("wb") as stream:
            stream.write(npy_header(len(entries)))
            for _, pixels in zip(entries, pictures, strict=True):
                stream.write(np.ascontiguousarray(pixels).data)

    def open(self, target: Path, entries: Sequence[Entry]) -> NpyReader:
        """Open the file."""
        if not target.is_file():
            raise DataError("the cell's file is missing")
        return NpyReader(target, entries)

    def example(self, cell: str, entries: Sequence[Entry]) -> list[str]:
        """Read a cell and its labels."""
        return [
            "import numpy, pandas",
            "",
            f'cell = numpy.load("{cell}", mmap_mode="r")  # uint8 ({len(entries)}, 224, 224, 3)',
            'labels = pandas.read_csv("index.csv")["label"]  # in the same order',
        ]
