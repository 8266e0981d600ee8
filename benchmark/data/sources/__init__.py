"""One file for each source of photographs, and the table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.data.sources.folder import read_folder
from hzbench.benchmark.data.sources.listing import Listing


class Source(NamedTuple):
    """A kind of place that photographs come from.

    Attributes:
        title: one line for `hzbench data list`.
        read: (location, class map) -> what is there.
    """

    title: str
    read: Callable[[Path, Mapping[str, str]], Listing]


SOURCES: dict[str, Source] = {
    "folder": Source("<class>/<picture>, <split>/<class>/<picture>, or a CSV with path,label", read_folder),
}
