"""What a source found: pictures with their labels, before any of them is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.dataset import STANDARD_CLASSES
from hzbench.benchmark.errors import DataError

# fmt: off
PICTURE_SUFFIXES = frozenset({
    ".avif", ".bmp", ".dib", ".gif", ".heic", ".heif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg",
    ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tga", ".tif", ".tiff", ".webp",
})
# fmt: on

# how people write the name of a split -> ours
SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}


class Item(NamedTuple):
    """One picture of a source.

    Attributes:
        file: where it is.
        name: what reports call it: the path relative to the source.
        label: class name.
        group: person or case; empty when it stands alone.
        skin_type: `I` to `VI`, or empty.
        split: a split that is given, or empty.
        source: the collection.
        sub_class: what the source calls it: a diagnosis, a folder; empty where that is the label.
        condition: under which it was taken, see `IndexRow`; only additional test sets keep it.
    """

    file: Path
    name: str
    label: str
    group: str = ""
    skin_type: str = ""
    split: str = ""
    source: str = "folder"
    sub_class: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Listing:
    """All of a source.

    Attributes:
        location: what the user named.
        items: the pictures.
        ignored: files that were left alone because their names are not those of pictures.
        notes: sentences for the report, for example which folder was taken for which class.
        left_out: pictures that the source has and that its rules keep out, each with the reason.
        warnings: sentences for the report that the user should act on.
        origin: by which rules the pictures were chosen.
    """

    location: Path
    items: tuple[Item, ...]
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[Drop, ...] = ()
    warnings: tuple[str, ...] = ()
    origin: Origin | None = None


def order_classes(labels: Iterable[str]) -> tuple[str, ...]:
    """Return class names with the four standard ones first, in their order, and the others sorted."""
    present = set(labels)
    standard = [name for name in STANDARD_CLASSES if name in present]
    return (*standard, *sorted(present - set(standard)))


def check_class_name(label: str, where: str) -> str:
    """Return `label` if it can name a class and its folder.

    Raises:
        DataError: empty, too long, or with a slash, a control character or an outer dot or space.
    """
    bad = not label or len(label) > 100 or label != label.strip(" .") or not label.isprintable()
    if bad or "/" in label or "\\" in label:
        raise DataError(f"{where}: {label!r} cannot name a class; expected a short name without slashes")
    return label


def standard_name(label: str) -> str:
    """Return the standard class that `label` spells in another way (`Herpes Zoster`), else `label` itself."""
    plain = "_".join(label.strip().lower().replace("-", " ").replace("_", " ").split())
    return plain if plain in STANDARD_CLASSES else label
