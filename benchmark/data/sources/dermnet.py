"""DermNet, as it circulates: <split>/<category>/<diagnosis>-<number>.jpg, told apart by the file's name."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.sources.class_map import ClassMapLike, class_map_of
from hzbench.benchmark.data.sources.listing import Item, Listing
from hzbench.benchmark.data.sources.placing import Placer
from hzbench.benchmark.data.sources.walking import is_picture, walk
from hzbench.benchmark.errors import DataError

LONGEST_RUN = 10  # pictures; see `_groups`
EXPECTED = "expected train|test/<category>/<diagnosis>-<number>.jpg"
NONE: ClassMapLike = MappingProxyType({})


class _Named(NamedTuple):
    diagnosis: str
    number: int | None


def read_dermnet(location: Path, class_map: ClassMapLike = NONE) -> Listing:
    """List the pictures of DermNet.

    The folders are not used: a category mixes diagnoses, and train and test share patients and even pictures.
    Neighbours in number are often one patient, so runs of consecutive numbers of one diagnosis are one group.

    Args:
        location: the folder that holds train and test, or any part of it.
        class_map: which diagnosis is which class; the shipped one where it is empty.

    Raises:
        DataError: no such folder, no pictures, a class map that does not fit.
    """
    if not location.is_dir():
        raise DataError(f"{location}: no such folder; {EXPECTED}")
    placer = Placer(class_map_of("dermnet", class_map))
    items: list[Item] = []
    ignored: list[str] = []
    left_out: list[Drop] = []
    named: list[_Named] = []
    for file in walk(location):
        name = file.relative_to(location).as_posix()
        if not is_picture(file):
            ignored.append(name)
            continue
        parts = _parts(file.stem)
        place = placer.place(parts.diagnosis, f"{location}: {name}")
        if not place.label:
            detail = f"{parts.diagnosis}: {place.detail}"
            left_out.append(Drop(file=name, reason=place.reason, detail=detail, source="dermnet"))
            continue
        items.append(Item(file, name, place.label, source="dermnet", sub_class=parts.diagnosis))
        named.append(parts)
    if not items:
        raise DataError(f"{location}: no pictures that the class map takes; {EXPECTED}")
    placer.check(str(location))
    groups = _groups(named)
    items = [item._replace(group=groups[parts]) for item, parts in zip(items, named, strict=True)]
    numbered, runs = sum(parts.number is not None for parts in named), len(set(groups.values()) - {""})
    note = (
        f"dermnet: {numbered} numbered pictures in {runs} groups of consecutive numbers of one diagnosis, "
        f"at most {LONGEST_RUN} each; its own train and test folders were ignored"
    )
    return Listing(
        location,
        tuple(items),
        tuple(ignored),
        (*placer.notes(), note),
        left_out=tuple(left_out),
        warnings=placer.warnings(),
        origin=Origin(source="dermnet", class_map=placer.class_map.identity()),
    )


def _parts(stem: str) -> _Named:
    """Return the diagnosis, in small letters, and the number of `herpes-zoster-129` or `07AcneScars1`."""
    match = re.fullmatch(r"(.*?[^\d\s_-])[\s_-]*(\d+)", stem.strip())
    if match is None:
        return _Named(stem.strip().casefold(), None)
    return _Named(match[1].casefold(), int(match[2]))


def _groups(named: list[_Named]) -> dict[_Named, str]:
    """Return {picture's name: group}; a picture without a number stands alone (an empty group).

    A run of consecutive numbers is cut after ten: where a collection is complete, all of a diagnosis would be
    one run, and herpes zoster would lie in a single split. A patient on both sides of a cut can come into two
    splits; the check for near duplicates joins those that look alike.
    """
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for diagnosis, number in named:
        if number is not None:
            numbers[diagnosis].add(number)
    groups = dict.fromkeys(named, "")
    for diagnosis, found in numbers.items():
        first = previous = None
        for number in sorted(found):
            if first is None or previous is None or number != previous + 1 or number - first >= LONGEST_RUN:
                first = number
            previous = number
            groups[_Named(diagnosis, number)] = f"dermnet:{diagnosis}-{first}"
    return groups
