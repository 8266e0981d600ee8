"""Equal pictures: one stays, contradictions go, groups that share one are one."""

from __future__ import annotations

from pathlib import Path

from hzbench.benchmark.data.deduplication import Picture, SortedOut, sort_out
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
