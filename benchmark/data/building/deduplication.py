"""Equal pictures are kept once, those with two labels not at all; nearly equal ones share a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from hzbench.benchmark.data.building.grouping import Groups
from hzbench.benchmark.data.building.report import Drop, NearPair
from hzbench.benchmark.data.photographs.likeness import THRESHOLD, close_pairs
from hzbench.benchmark.data.sources.listing import Item

SPLIT_PRIORITY = {
    "test": 0,
    "val": 1,
    "train": 2,
    "": 3,
}  # which copy stays where given splits share a picture
MANY = 25  # pictures; near duplicates of one another in such numbers are more likely a look than a copy


class Picture(NamedTuple):
    """A picture of a source, its pixel digest, its hashes (see `likeness`), and its estimated skin type."""

    item: Item
    digest: str
    likeness: str = ""
    skin_estimate: str = ""


class SortedOut(NamedTuple):
    """What became of a source's pictures.

    Attributes:
        kept: what stays, each with its final group.
        dropped: what goes.
        warnings: what the user should know.
        unresolved: what nobody but the user can put right; a strict build fails on it.
        near: near duplicates among the kept pictures.
    """

    kept: tuple[Picture, ...]
    dropped: tuple[Drop, ...]
    warnings: tuple[str, ...]
    unresolved: tuple[str, ...] = ()
    near: tuple[NearPair, ...] = ()


def sort_out(pictures: Sequence[Picture], threshold: int = THRESHOLD) -> SortedOut:
    """Drop exact duplicates (equal canonical pixels) and contradictions, and group near duplicates.

    Copies under one label: one stays, and the groups of all copies become one group, since a person's
    picture in two groups means that the groups are one person. Copies under several labels contradict each
    other and are all dropped. Copies in several given splits: the one in test (then validation) stays.
    Near duplicates all stay, in one group, unless that would join two given splits. A picture without a group
    is a group of its own, named by its digest.

    Args:
        pictures: the readable pictures of a source; the order does not matter.
        threshold: of `close_pairs`.
    """
    copies: dict[str, list[Picture]] = {}
    for picture in pictures:
        copies.setdefault(picture.digest, []).append(picture)
    groups = Groups()
    for picture in pictures:
        if picture.item.group:
            groups.add_person(picture.item.group, {picture.item.split})
    kept: list[Picture] = []
    dropped: list[Drop] = []
    warnings: list[str] = []
    unresolved: list[str] = []
    for digest in sorted(copies):
        same = sorted(copies[digest], key=_preference)
        if len({picture.item.label for picture in same}) > 1:
            drops, everyone = _contradiction(same)
            dropped += drops
            unresolved.append(f"one picture with two labels, all copies dropped: {everyone}")
            continue
        kept.append(same[0])
        dropped += _copies(same)
        said = _join_copies(groups, digest, same)
        warnings += said.warnings
        unresolved += said.unresolved
    near, trouble = _join_near(groups, kept, threshold)
    final = [
        picture._replace(item=picture.item._replace(group=groups.name(picture.digest))) for picture in kept
    ]
    return SortedOut(
        kept=tuple(final),
        dropped=tuple(dropped),
        warnings=(*warnings, *_large(near)),
        unresolved=(*unresolved, *trouble),
        near=near,
    )


def _preference(picture: Picture) -> tuple[int, bool, str, bool, str, str, str]:
    item = picture.item
    return (
        SPLIT_PRIORITY.get(item.split, 0),
        not item.group,
        item.group,
        not item.skin_type,
        item.skin_type,
        item.source,
        item.name,
    )


def _contradiction(same: Sequence[Picture]) -> tuple[list[Drop], str]:
    everyone = ", ".join(f"{picture.item.name} as {picture.item.label}" for picture in same)
    detail = f"one picture with two labels: {everyone}"
    drops = [
        Drop(
            file=picture.item.name,
            reason="conflict",
            detail=detail,
            label=picture.item.label,
            pixel_digest=picture.digest,
        )
        for picture in same
    ]
    return drops, everyone


def _copies(same: Sequence[Picture]) -> list[Drop]:
    detail = f"equals {same[0].item.name}"
    return [
        Drop(file=picture.item.name, reason="duplicate", detail=detail, label=picture.item.label)
        for picture in same[1:]
    ]


class _Said(NamedTuple):
    warnings: list[str]
    unresolved: list[str]


def _join_copies(groups: Groups, digest: str, same: Sequence[Picture]) -> _Said:
    """Put all persons of one picture into one group; the copy that stays says in which split it is."""
    said = _Said([], [])
    first = same[0].item
    groups.add_picture(digest, {first.split})
    for picture in same:
        item = picture.item
        text = f"{first.name} (kept) and {item.name} are one picture in two given splits"
        if item.group and not groups.join_person(digest, item.group):
            said.unresolved.append(f"{text}, and so is group {item.group!r}")
        elif item.split and first.split and item.split != first.split:
            said.warnings.append(text)
    return said


def _join_near(
    groups: Groups, kept: Sequence[Picture], threshold: int
) -> tuple[tuple[NearPair, ...], list[str]]:
    """Put near duplicates into one group; `kept` stands in the order of digests."""
    pairs = close_pairs([picture.likeness for picture in kept], threshold)
    near: list[NearPair] = []
    trouble: list[str] = []
    for pair in sorted(pairs, key=lambda pair: (pair.bits, pair.first, pair.second)):
        one, other = kept[pair.first], kept[pair.second]
        near.append(NearPair(first=one.item.name, second=other.item.name, bits=pair.bits))
        what = f"near duplicates ({pair.bits} bits): {one.item.name} and {other.item.name}"
        if one.item.label != other.item.label:
            trouble.append(f"{what} have two labels, {one.item.label} and {other.item.label}")
        if not groups.join_pictures(one.digest, other.digest):
            trouble.append(f"{what} are in two given splits")
    return tuple(near), trouble


def _large(near: Sequence[NearPair]) -> list[str]:
    """Warn where a picture has so many near duplicates that the threshold is too wide for these pictures."""
    counts = Counter(name for pair in near for name in (pair.first, pair.second))
    name, count = max(counts.items(), key=lambda entry: (entry[1], entry[0]), default=("", 0))
    if count < MANY:
        return []
    return [f"{name} has {count} near duplicates: if they differ, build with a lower --near-duplicates"]
