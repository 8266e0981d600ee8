"""PNG files, `<corruption>/<severity>/<class>/<name>.png`: torchvision's ImageFolder reads a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from hzbench.benchmark.data.exports.entry import Entry, Pixels
from hzbench.benchmark.data.lossless import decode_png, encode_png
from hzbench.benchmark.errors import DataError


class PngReader:
    """Reads a cell's folder."""

    def __init__(self, target: Path, entries: Sequence[Entry]) -> None:
        """Remember where the pictures are."""
        self._target = target
        self._files = [target / entry.label / f"{entry.name}.png" for entry in entries]

    def place(self, position: int) -> str:
        """Return the picture's file."""
        return str(self._files[position])

    def picture(self, position: int) -> Pixels:
        """Return one picture."""
        try:
            return decode_png(self._files[position].read_bytes())
        except OSError as error:
            raise DataError(f"cannot be read ({error.strerror or error})") from error

    def leftovers(self) -> list[str]:
        """Name files that belong to no picture."""
        strangers = {path for path in self._target.rglob("*") if not path.is_dir()} - set(self._files)
        return [f"{path}: no picture of the index has this file" for path in sorted(strangers)]


class PngFormat:
    """One folder a cell."""

    title = "PNG files in class folders, read by torchvision's ImageFolder"
    suffix = ""

    def write(self, target: Path, entries: Sequence[Entry], pictures: Iterable[Pixels]) -> None:
        """Write the folder."""
        for label in {entry.label for entry in entries}:
            (target / label).mkdir(parents=True, exist_ok=True)
        for entry, pixels in zip(entries, pictures, strict=True):
            (target / entry.label / f"{entry.name}.png").write_bytes(encode_png(pixels))

    def open(self, target: Path, entries: Sequence[Entry]) -> PngReader:
        """Open the folder."""
        if not target.is_dir():
            raise DataError("the cell's folder is missing")
        return PngReader(target, entries)
