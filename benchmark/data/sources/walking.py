"""Walks through a folder of pictures in an order that does not depend on the file system."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hzbench.benchmark.data.sources.listing import PICTURE_SUFFIXES


def walk(location: Path) -> Iterator[Path]:
    """Yield all files below `location` in sorted order, following links but never in a circle.

    Folders whose names start with a dot are passed over.
    """
    seen: set[tuple[int, int]] = set()
    for folder, names, files in os.walk(location, followlinks=True):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            names.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            yield Path(folder) / name


def is_picture(file: Path) -> bool:
    """Return whether a file's name is that of a picture."""
    return not file.name.startswith(".") and file.suffix.lower() in PICTURE_SUFFIXES
