"""PNG files for torchvision's ImageFolder, `<corruption>/<severity>/<number>_<class>/<name>.png`.

`ImageFolder` numbers classes in alphabetical order of their folders, which is not the order of a model's
outputs (`other` comes before `tinea`); a number before the name makes it so.
"""

from __future__ import annotations

from collections.abc import Sequence

from hzbench.benchmark.data.exports.entry import Entry
from hzbench.benchmark.data.exports.png import PngFormat


class ImageFolderFormat(PngFormat):
    """One folder a cell, whose class folders sort in the order of the classes."""

    title = "PNG files in numbered class folders, for torchvision's ImageFolder"
    layout = "<corruption>/<severity>/<number>_<class>/<name>.png"
    label_pattern = "[0-9]+_(.+)"

    def places(self, entries: Sequence[Entry]) -> list[str]:
        """Return the file of each entry, relative to its cell."""
        width = max(2, len(str(max(entry.number for entry in entries))))
        return [f"{entry.number:0{width}d}_{entry.label}/{entry.name}.png" for entry in entries]

    def example(self, cell: str, entries: Sequence[Entry]) -> list[str]:
        """Read a cell; where classes have no picture, take the number from the folder's name."""
        lines = [
            "from torchvision.datasets import ImageFolder",
            "",
            f'cell = ImageFolder("{cell}")',
            "picture, number = cell[0]  # PIL image, number of its class",
        ]
        present = sorted({entry.number for entry in entries})
        if present != list(range(len(present))):
            lines.append(
                'number = int(cell.classes[number].split("_")[0])  # a class without pictures has no folder'
            )
        return lines
