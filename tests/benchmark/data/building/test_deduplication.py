"""Equal pictures: one stays, contradictions go, groups that share one are one."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hzbench.benchmark.data.building.deduplication import Picture, SortedOut, sort_out
from hzbench.benchmark.data.building.splitting import Member, assign_splits
from hzbench.benchmark.data.sources.listing import Item


def sorted_out(*rows: tuple[str, str, str, str, str]) -> SortedOut:
    """Sort out rows of (name, digest, label, group, split)."""
    return sort_out(
        [
            Picture(Item(Path(name), name, label, group=group, split=split), digest)
            for name, digest, label, group, split in rows
        ]
    )


def test_a_copy_is_dropped_and_named() -> None:
    """One of two equal pictures stays, the other is in the account."""
    result = sorted_out(("a.png", "d1", "acne", "", ""), ("b.png", "d1", "acne", "", ""))
    assert [picture.item.name for picture in result.kept] == ["a.png"]
    assert [(drop.file, drop.reason, drop.detail) for drop in result.dropped] == [
        ("b.png", "duplicate", "equals a.png")
    ]


def test_a_picture_with_two_labels_is_dropped_altogether() -> None:
    """Nobody can say which label is right."""
    result = sorted_out(("a.png", "d1", "acne", "", ""), ("b.png", "d1", "tinea", "", ""))
    assert result.kept == ()
    assert {drop.reason for drop in result.dropped} == {"conflict"}
    assert "a.png as acne, b.png as tinea" in result.unresolved[0]


def test_groups_that_share_a_picture_become_one() -> None:
    """Through any chain of copies."""
    result = sorted_out(
        ("1", "d1", "acne", "p1", ""),
        ("2", "d1", "acne", "p2", ""),
        ("3", "d2", "acne", "p2", ""),
        ("4", "d2", "acne", "p3", ""),
        ("5", "d3", "acne", "p3", ""),
        ("6", "d4", "acne", "p4", ""),
    )
    assert {picture.digest: picture.item.group for picture in result.kept} == {
        "d1": "p1",
        "d2": "p1",
        "d3": "p1",
        "d4": "p4",
    }


def test_a_picture_without_a_group_stands_alone() -> None:
    """Its group is named by its digest."""
    result = sorted_out(("a", "0123456789abcdef" * 4, "acne", "", ""))
    assert result.kept[0].item.group == "0123456789abcdef"


def test_a_copy_in_test_wins_over_one_in_train() -> None:
    """What is tested on is never trained on, and the user is told."""
    result = sorted_out(("a", "d1", "acne", "", "train"), ("b", "d1", "acne", "p2", "test"))
    assert [picture.item.name for picture in result.kept] == ["b"]
    assert result.warnings == ("b (kept) and a are one picture in two given splits",)
    assert result.unresolved == ()
    assert result.kept[0].item.group == "p2"


def test_persons_in_two_given_splits_that_share_a_picture_are_unresolved() -> None:
    """Dropping one copy leaves the person's other pictures in the other split."""
    result = sorted_out(("a", "d1", "acne", "p1", "train"), ("b", "d1", "acne", "p2", "test"))
    assert [picture.item.name for picture in result.kept] == ["b"]
    assert result.unresolved == ("b (kept) and a are one picture in two given splits, and so is group 'p1'",)


def hashed(*rows: tuple[str, str, str, str, int]) -> SortedOut:
    """Sort out rows of (name, label, group, split, bits that differ from a common hash)."""
    pictures = []
    for name, label, group, split, bits in rows:
        flipped = np.zeros(8 * 384, dtype=np.uint8)
        for turn in range(8):
            flipped[turn * 384 : turn * 384 + bits] = 1
        random = np.random.default_rng(0).integers(0, 2, 8 * 384, dtype=np.uint8)
        digest = hashlib.sha256(name.encode()).hexdigest()
        item = Item(Path(name), name, label, group=group, split=split)
        pictures.append(Picture(item, digest, np.packbits(random ^ flipped).tobytes().hex()))
    return sort_out(pictures)


def test_near_duplicates_share_a_group_and_all_stay() -> None:
    """Up to the threshold, through chains, and under the name of a person where there is one."""
    result = hashed(
        ("a", "acne", "", "", 0),
        ("b", "acne", "p1", "", 60),
        ("c", "acne", "", "", 120),
        ("d", "acne", "", "", 240),
    )
    groups = {picture.item.name: picture.item.group for picture in result.kept}
    assert groups["a"] == groups["b"] == groups["c"] == "p1"
    assert groups["d"] not in ("p1", "")
    assert {(frozenset((pair.first, pair.second)), pair.bits) for pair in result.near} == {
        (frozenset("ab"), 60),
        (frozenset("bc"), 60),
    }
    assert result.unresolved == ()


def test_near_duplicates_with_two_labels_are_unresolved() -> None:
    """Both stay, in one group, and are named."""
    result = hashed(("a", "acne", "", "", 0), ("b", "tinea", "", "", 10))
    assert len({picture.item.group for picture in result.kept}) == 1
    assert len(result.unresolved) == 1
    assert "near duplicates (10 bits)" in result.unresolved[0]
    assert "two labels" in result.unresolved[0]


def test_near_duplicates_in_two_given_splits_are_unresolved() -> None:
    """A given split stands; the groups stay apart."""
    result = hashed(("a", "acne", "", "train", 0), ("b", "acne", "", "test", 10))
    assert len({picture.item.group for picture in result.kept}) == 2
    assert "are in two given splits" in result.unresolved[0]


def test_many_near_duplicates_of_one_picture_are_a_warning() -> None:
    """More likely a look that many pictures share than a copy."""
    result = hashed(*((f"n{k}", "acne", "", "", k) for k in range(27)))
    assert "near duplicates: if they differ, build with a lower --near-duplicates" in result.warnings[0]


pictures_of_persons = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["", "p1", "p2", "p3"]), st.sampled_from(["acne", "tinea"])),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(pictures_of_persons, st.randoms(use_true_random=False))
def test_groups_are_the_connected_parts_whatever_the_order(
    rows: list[tuple[int, str, str]], shuffler: random.Random
) -> None:
    """Held against networkx: pictures and persons are nodes, `is of` and `is like` are edges."""
    named = [(f"{k}-{place}", label, group, "", 40 * place) for k, (place, group, label) in enumerate(rows)]
    graph = nx.Graph()
    for name, _, group, _, place in named:
        graph.add_node(("picture", name))
        if group:
            graph.add_edge(("picture", name), ("person", group))
        graph.add_edges_from(
            (("picture", name), ("picture", other[0])) for other in named if abs(other[4] - place) <= 72
        )
    expected = {
        frozenset(name for kind, name in part if kind == "picture") for part in nx.connected_components(graph)
    }
    shuffled = named.copy()
    shuffler.shuffle(shuffled)
    results = [hashed(*named), hashed(*shuffled)]
    assert results[0].kept == results[1].kept
    assert results[0].near == results[1].near
    parts: dict[str, set[str]] = {}
    for picture in results[0].kept:
        parts.setdefault(picture.item.group, set()).add(picture.item.name)
    assert {frozenset(part) for part in parts.values()} == expected - {frozenset()}


@settings(max_examples=40, deadline=None)
@given(pictures_of_persons)
def test_no_group_and_no_near_duplicate_crosses_splits(rows: list[tuple[int, str, str]]) -> None:
    """From pictures to splits, with persons, copies and contradictions among them."""
    result = hashed(
        *((f"{k}-{place}", label, group, "", 40 * place) for k, (place, group, label) in enumerate(rows))
    )
    splits = assign_splits(
        [
            Member(picture.digest, picture.item.label, picture.item.group, picture.item.split)
            for picture in result.kept
        ]
    )
    found = {picture.item.name: splits[picture.item.group] for picture in result.kept}
    assert all(found[pair.first] == found[pair.second] for pair in result.near)
