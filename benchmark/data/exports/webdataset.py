"""One tar a cell for the webdataset package, `<corruption>/<severity>.tar`: `<name>.png` and `<name>.cls`.

Every byte of a tar follows from its pictures: names, labels, and zeros for times and owners. So a reader can
tell a damaged header from a sound one by making it again.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hzbench.benchmark.data.exports.entry import Entry, Pixels
from hzbench.benchmark.data.photographs.lossless import decode_png, encode_png
from hzbench.benchmark.errors import DataError

BLOCK = tarfile.BLOCKSIZE


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    return member


def _names(entry: Entry) -> Iterator[str]:
    yield f"{entry.name}.cls"
    yield f"{entry.name}.png"


class WebDatasetReader:
    """Reads a cell's tar by walking its headers."""

    def __init__(self, target: Path, entries: Sequence[Entry]) -> None:
        """Walk the tar; headers, class numbers and padding that are not as written are remembered."""
        self._target = target
        self._entries = entries
        self._problems: list[str] = []
        self._spans: list[tuple[int, int]] = []
        with target.open("rb") as stream:
            for entry in entries:
                for name in _names(entry):
                    start, size = self._walk(stream, name)
                    if name.endswith(".cls"):
                        behind = stream.tell()
                        stream.seek(start)
                        if stream.read(size) != str(entry.number).encode():
                            self._problems.append(f"{target}: {name} is not class {entry.number}")
                        stream.seek(behind)
                    else:
                        self._spans.append((start, size))
            self._check_end(stream)

    def _walk(self, stream: io.BufferedReader, name: str) -> tuple[int, int]:
        """Check the member at the stream's position; return where its data are, and move behind it."""
        header = stream.read(BLOCK)
        try:
            size = tarfile.TarInfo.frombuf(header, "utf-8", "strict").size
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise DataError(f"damaged at the header of {name} ({error})") from error
        if header != _member(name, size).tobuf(tarfile.USTAR_FORMAT):
            raise DataError(f"the header of {name} is not as it was written")
        start = stream.tell()
        padding = -size % BLOCK
        stream.seek(start + size)
        if stream.read(padding) != bytes(padding):
            self._problems.append(f"{self._target}: bytes behind {name} that do not belong there")
        return start, size

    def _check_end(self, stream: io.BufferedReader) -> None:
        at = stream.tell()
        expected = 2 * BLOCK + -(at + 2 * BLOCK) % tarfile.RECORDSIZE
        if stream.read() != bytes(expected):
            self._problems.append(f"{self._target}: bytes behind the last picture that do not belong there")

    def place(self, position: int) -> str:
        """Return the file and the member."""
        return f"{self._target} ({self._entries[position].name}.png)"

    def picture(self, position: int) -> Pixels:
        """Return one picture."""
        start, size = self._spans[position]
        with self._target.open("rb") as stream:
            stream.seek(start)
            return decode_png(stream.read(size))

    def leftovers(self) -> list[str]:
        """Name what was found wrong on the way."""
        return self._problems


class WebDatasetFormat:
    """One tar a cell."""

    title = "one tar a cell for the webdataset package, <name>.png beside <name>.cls"
    layout = "<corruption>/<severity>.tar"
    suffix = ".tar"
    files = "*/*.tar"
    media_type = "application/x-tar"
    label_pattern = ""

    def write(self, target: Path, entries: Sequence[Entry], pictures: Iterable[Pixels]) -> None:
        """Write the tar, one picture in memory at a time."""
        with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
            for entry, pixels in zip(entries, pictures, strict=True):
                for name in _names(entry):
                    data = encode_png(pixels) if name.endswith(".png") else str(entry.number).encode()
                    archive.addfile(_member(name, len(data)), io.BytesIO(data))

    def open(self, target: Path, entries: Sequence[Entry]) -> WebDatasetReader:
        """Open the tar."""
        if not target.is_file():
            raise DataError("the cell's file is missing")
        return WebDatasetReader(target, entries)

    def example(self, cell: str, entries: Sequence[Entry]) -> list[str]:
        """Read a cell in index order."""
        return [
            "import webdataset",
            "",
            f'cell = webdataset.WebDataset("{cell}", shardshuffle=False).decode("rgb8")',
            'for picture, number in cell.to_tuple("png", "cls"):  # uint8 (224, 224, 3), number of its class',
            "    ...",
        ]
