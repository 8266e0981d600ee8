"""PNG files, `<corruption>/<severity>/<class>/<name>.png`: the layout in which ImageNet-C is handed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from hzbench.benchmark.data.exports.entry import Entry, Pixels
from hzbench.benchmark.data.photographs.lossless import decode_png, encode_png
from hzbench.benchmark.errors import DataError


class FolderReader:
    """Reads a cell's folder."""

    def __init__(self, target: Path, places: Sequence[str]) -> None:
        """Remember where the pictures are; `places` are relative to `target`."""
        self._target = target
        self._files = [target / place for place in places]

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

    title = "PNG files in class folders, as ImageNet-C"
    layout = "<corruption>/<severity>/<class>/<name>.png"
    suffix = ""
    files = "*/*/*/*.png"
    media_type = "image/png"
    label_pattern = "(.+)"

    def places(self, entries: Sequence[Entry]) -> list[str]:
        """Return the file of each entry, relative to its cell."""
        return [f"{entry.label}/{entry.name}.png" for entry in entries]

    def write(self, target: Path, entries: Sequence[Entry], pictures: Iterable[Pixels]) -> None:
        """Write the folder."""
        places = self.places(entries)
        for folder in {Path(place).parent for place in places}:
            (target / folder).mkdir(parents=True, exist_ok=True)
        for place, pixels in zip(places, pictures, strict=True):
            (target / place).write_bytes(encode_png(pixels))

    def open(self, target: Path, entries: Sequence[Entry]) -> FolderReader:
        """Open the folder."""
        if not target.is_dir():
            raise DataError("the cell's folder is missing")
        return FolderReader(target, self.places(entries))

    def example(self, cell: str, entries: Sequence[Entry]) -> list[str]:
        """Read the first picture."""
        return [
            "import numpy",
            "from PIL import Image",
            "",
            f'picture = numpy.asarray(Image.open("{cell}/{self.places(entries)[0]}"))  # uint8 (224, 224, 3)',
        ]
