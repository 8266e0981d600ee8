"""Equal pictures are kept once, those with two labels not at all, and groups that share one become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hzbench.benchmark.data.report import Drop
from hzbench.benchmark.data.sources.listing import Item

SPLIT_PRIORITY = ("test", "val", "train", "")  # which copy stays where given splits share a picture


class Picture(NamedTuple):
    """A picture of a source and its pixel digest."""

    item: Item
    digest: str


class SortedOut(NamedTuple):
    """What stays, each with its final group; what goes; and what the user should know."""

    kept: tuple[Picture, ...]
    dropped: tuple[Drop, ...]
    warnings: tuple[str, ...]


def sort_out(pictures: Sequence[Picture]) -> SortedOut:
    """Drop exact duplicates (equal canonical pixels) and contradictions.

    Copies under one label: one stays, and the groups of all copies become one group, since a person's
    picture in two groups means that the groups are one person. Copies under several labels contradict each
    other and are all dropped. Copies in several given splits: the one in test (then validation) stays.
    A picture without a group is a group of its own, named by its digest.

    Args:
        pictures: the readable pictures of a source; the order does not matter.
    """
    copies: dict[str, list[Picture]] = {}
    for picture in pictures:
        copies.setdefault(picture.digest, []).append(picture)
    groups = _Groups(pictures)
    kept: list[Picture] = []
    dropped: list[Drop] = []
    warnings: list[str] = []
    for digest in sorted(copies):
        same = sorted(copies[digest], key=_preference)
        first = same[0].item
        labels = sorted({picture.item.label for picture in same})
        if len(labels) > 1:
            everyone = ", ".join(f"{picture.item.name} as {picture.item.label}" for picture in same)
            dropped += [
                Drop(
                    file=picture.item.name,
                    reason="conflict",
                    detail=f"one picture with two labels: {everyone}",
                )
                for picture in same
            ]
            warnings.append(f"one picture with two labels, all copies dropped: {everyone}")
            continue
        kept.append(same[0])
        for picture in same[1:]:
            item = picture.item
            dropped.append(Drop(file=item.name, reason="duplicate", detail=f"equals {first.name}"))
            united = groups.unite(first.group, item.group)
            if not united or (item.split and first.split and item.split != first.split):
                warnings.append(f"{first.name} (kept) and {item.name} are one picture in two given splits")
    final = [
        Picture(
            picture.item._replace(group=groups.name(picture.item.group) or picture.digest[:16]),
            picture.digest,
        )
        for picture in kept
    ]
    return SortedOut(tuple(final), tuple(dropped), tuple(warnings))


def _preference(picture: Picture) -> tuple[int, bool, str, bool, str, str]:
    item = picture.item
    return (
        SPLIT_PRIORITY.index(item.split),
        not item.group,
        item.group,
        not item.skin_type,
        item.skin_type,
        item.name,
    )


class _Groups:
    """Sets of groups that are one, each known by the first of its names."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._parent: dict[str, str] = {}
        self._splits: dict[str, set[str]] = {}
        for picture in pictures:
            group, split = picture.item.group, picture.item.split
            if group:
                self._parent[group] = group
                self._splits.setdefault(group, set()).update({split} - {""})

    def name(self, group: str) -> str:
        """Return the name of the set that holds `group`; empty for an empty name."""
        while group and self._parent[group] != group:
            group = self._parent[group]
        return group

    def unite(self, one: str, other: str) -> bool:
        """Make two groups one; False when their given splits differ, and then they stay two."""
        first, second = sorted((self.name(one), self.name(other)))
        if not first or first == second:
            return True
        both = self._splits[first] | self._splits[second]
        if len(both) > 1:
            return False
        self._parent[second] = first
        self._splits[first] = both
        return True
