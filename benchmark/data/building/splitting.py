"""Stratified 70/10/20 splits that never part a group and depend on the pictures' content alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

SHARES = {"train": 70, "val": 10, "test": 20}  # percent of the pictures of a class
SPLIT_RULE = "content-70-10-20/1"  # the name of what this file does; another rule is another name


class Member(NamedTuple):
    """One picture as far as splitting cares.

    Attributes:
        digest: pixel digest, the only thing that orders groups.
        label: class name.
        group: pictures with equal groups stay together.
        split: a split that is given already, or empty.
    """

    digest: str
    label: str
    group: str
    split: str = ""


class _Group(NamedTuple):
    order: str
    size: int
    name: str


def assign_splits(members: Sequence[Member]) -> dict[str, str]:
    """Return {group: split} for the members' groups.

    Within each class, groups stand in the order of a hash of their smallest pixel digest. Test takes
    groups, in that order, as long as at most half of one lies beyond its share, then validation; the rest
    is for training. A class with at least three groups is in all three splits; with two, in test and train;
    with one, in test. A group with pictures of several classes counts for its rarest class. Groups
    with a given split keep it and count towards its share.

    Args:
        members: every picture; the order does not matter.

    Raises:
        ValueError: a group is given two splits; the message names it.
    """
    given = _given_splits(members)
    frequency = Counter(member.label for member in members)
    by_group: dict[str, list[Member]] = {}
    for member in members:
        by_group.setdefault(member.group, []).append(member)
    strata: dict[str, list[_Group]] = {}
    for name, pictures in by_group.items():
        label = min((frequency[member.label], member.label) for member in pictures)[1]
        key = min(member.digest for member in pictures)
        order = hashlib.sha256(f"hzbench split|{key}".encode()).hexdigest()
        strata.setdefault(label, []).append(_Group(order, len(pictures), name))
    splits: dict[str, str] = {}
    for groups in strata.values():
        splits.update(_assign_stratum(sorted(groups), given))
    return splits


def _given_splits(members: Sequence[Member]) -> dict[str, str]:
    given: dict[str, str] = {}
    for member in members:
        if not member.split:
            continue
        if given.setdefault(member.group, member.split) != member.split:
            pair = sorted((given[member.group], member.split))
            raise ValueError(f"group {member.group!r} is given two splits, {pair[0]} and {pair[1]}")
    return given


def _assign_stratum(groups: Sequence[_Group], given: Mapping[str, str]) -> dict[str, str]:
    splits = {group.name: given[group.name] for group in groups if group.name in given}
    free = [group for group in groups if group.name not in given]
    total = sum(group.size for group in groups)
    wanted = {1: ("test",), 2: ("test", "train")}.get(len(groups), ("test", "val"))
    for split in wanted:
        if split == "train":
            break  # the rest is for training anyway
        held = sum(group.size for group in groups if splits.get(group.name) == split)
        share = SHARES[split] * total  # in hundredths of a picture
        later = ("val", "train") if split == "test" and "val" in wanted else ("train",)
        spare = len(free) - sum(name not in splits.values() for name in later)  # each later split needs one
        chosen: list[_Group] = []
        for group in free:
            if len(chosen) < spare and 100 * (2 * held + group.size) <= 2 * share:
                chosen.append(group)
                held += group.size
        if held == 0 and free:
            chosen = [min(free, key=lambda group: (group.size, group.order))]
        splits.update({group.name: split for group in chosen})
        free = [group for group in free if group.name not in splits]
        if len(free) == 1 and "train" not in splits.values():
            break  # training keeps the last group
    splits.update({group.name: "train" for group in free})
    return splits
