"""Splits never part a group, follow 70/10/20, and depend on content alone."""

from __future__ import annotations

import hashlib
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hzbench.benchmark.data.building.splitting import Member, assign_splits


def members_of(sizes: dict[str, list[int]]) -> list[Member]:
    """Members of classes with groups of the given sizes."""
    members = []
    for label, groups in sizes.items():
        for group, size in enumerate(groups):
            for number in range(size):
                digest = hashlib.sha256(f"{label}{group}{number}".encode()).hexdigest()
                members.append(Member(digest, label, f"{label}-{group}"))
    return members


def counted(members: list[Member], splits: dict[str, str]) -> dict[str, Counter[str]]:
    """Pictures of each split for each class."""
    counts: dict[str, Counter[str]] = {}
    for member in members:
        counts.setdefault(member.label, Counter())[splits[member.group]] += 1
    return counts


def test_single_pictures_are_split_70_10_20() -> None:
    """Exactly, where the numbers allow it."""
    members = members_of({"acne": [1] * 400, "other": [1] * 1200})
    counts = counted(members, assign_splits(members))
    assert counts["acne"] == {"train": 280, "val": 40, "test": 80}
    assert counts["other"] == {"train": 840, "val": 120, "test": 240}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([1], {"test"}),
        ([5], {"test"}),
        ([1, 1], {"test", "train"}),
        ([1, 1, 1], {"test", "val", "train"}),
        ([1, 1, 6], {"test", "val", "train"}),
    ],
)
def test_few_groups_go_to_test_first_and_then_to_train(groups: list[int], expected: set[str]) -> None:
    """One group is tested on; with two there is something to train on; three reach every split."""
    members = members_of({"rare": groups, "other": [1] * 20})
    assert set(counted(members, assign_splits(members))["rare"]) == expected


group_sizes = st.dictionaries(
    st.sampled_from(["acne", "herpes_zoster", "tinea", "other"]),
    st.lists(st.integers(1, 6), min_size=1, max_size=40),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(group_sizes, st.randoms(use_true_random=False))
def test_the_order_of_pictures_does_not_matter(sizes: dict[str, list[int]], shuffler: random.Random) -> None:
    """Any order of the same members gives the same splits, and each group exactly one."""
    members = members_of(sizes)
    splits = assign_splits(members)
    shuffled = members.copy()
    shuffler.shuffle(shuffled)
    assert assign_splits(shuffled) == splits
    assert set(splits) == {member.group for member in members}


@settings(max_examples=60, deadline=None)
@given(group_sizes)
def test_shares_are_met_to_within_half_a_group(sizes: dict[str, list[int]]) -> None:
    """Test and validation stray by at most the largest group; three groups fill all splits."""
    members = members_of(sizes)
    counts = counted(members, assign_splits(members))
    for label, groups in sizes.items():
        if len(groups) < 3:
            continue
        assert set(counts[label]) == {"train", "val", "test"}
        total = sum(groups)
        assert abs(counts[label]["test"] - 0.2 * total) <= max(groups)
        assert abs(counts[label]["val"] - 0.1 * total) <= max(groups)


def test_group_names_do_not_matter() -> None:
    """Renaming every group renames nothing but the keys."""
    members = members_of({"acne": [1, 2, 3, 1, 1, 2], "other": [2] * 9})
    renamed = [member._replace(group=f"z{member.group[::-1]}") for member in members]
    before, after = assign_splits(members), assign_splits(renamed)
    assert {f"z{group[::-1]}": split for group, split in before.items()} == after


def test_a_given_split_is_kept_and_counts() -> None:
    """Groups with a split stay there; the rest fills what is missing."""
    members = members_of({"acne": [1] * 20})
    fixed = [m._replace(split="test") if m.group in ("acne-0", "acne-1", "acne-2") else m for m in members]
    splits = assign_splits(fixed)
    assert {splits[f"acne-{number}"] for number in (0, 1, 2)} == {"test"}
    assert Counter(splits.values()) == {"train": 14, "val": 2, "test": 4}


def test_a_group_with_two_given_splits_is_refused() -> None:
    """A person cannot be trained on and tested on."""
    with pytest.raises(ValueError, match=r"'p7' is given two splits, test and train"):
        assign_splits([Member("a", "acne", "p7", "train"), Member("b", "acne", "p7", "test")])


def test_a_group_of_two_classes_counts_for_the_rarer() -> None:
    """So that a rare class is spread as evenly as its pictures allow."""
    members = members_of({"other": [1] * 30})
    members += [Member(f"{k}{k}", "rare", f"other-{k}") for k in range(3)]
    splits = assign_splits(members)
    assert {splits[f"other-{k}"] for k in range(3)} == {"train", "val", "test"}
