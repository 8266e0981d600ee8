"""Reviewers' verdicts: read with line numbers, decided by majority, keyed by the pixels alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from hzbench.benchmark.data.building.deduplication import Picture
from hzbench.benchmark.data.building.review import Vote, apply_votes, read_votes, verdicts_on_nothing
from hzbench.benchmark.data.sources.listing import Item
from hzbench.benchmark.errors import DataError

CLASSES = ("acne", "herpes_zoster", "other")
HEAD = "path,pixel_digest,label,reviewer,verdict,note\n"
A, B, C = "a" * 64, "b" * 64, "c" * 64


def pictures() -> list[Picture]:
    """Three pictures of acne."""
    return [Picture(Item(Path(d[0]), d[0], "acne"), d) for d in (A, B, C)]


def votes(*rows: tuple[str, str, str]) -> list[Vote]:
    """Votes of (digest, reviewer, verdict)."""
    return [
        Vote(f"r.csv: line {k}", d[0], d, who, said, "") for k, (d, who, said) in enumerate(rows, start=2)
    ]


def test_lines_are_read_and_empty_verdicts_are_not_reviewed_yet(tmp_path: Path) -> None:
    """A spreadsheet's mark, capital letters and spaces do no harm."""
    file = tmp_path / "r.csv"
    file.write_text(
        f"{HEAD}x.png,{A},acne,AB, Keep ,\ny.png,{B},acne,AB,,\nz.png,{C},acne,AB,Relabel: other,scar\n",
        encoding="utf-8-sig",
    )
    found = read_votes([file], CLASSES)
    assert [(vote.digest, vote.reviewer, vote.verdict, vote.note) for vote in found] == [
        (A, "AB", "keep", ""),
        (C, "AB", "relabel:other", "scar"),
    ]


def test_semicolons_are_understood(tmp_path: Path) -> None:
    """As spreadsheets of some countries write them; more columns do no harm."""
    file = tmp_path / "r.csv"
    file.write_text(f"pixel_digest;verdict;doubt\n{A};drop;none\n", encoding="utf-8")
    assert [vote.verdict for vote in read_votes([file], CLASSES)] == ["drop"]


def test_unknown_verdicts_are_named_with_their_lines(tmp_path: Path) -> None:
    """All of them at once, with the closest class."""
    file = tmp_path / "r.csv"
    file.write_text(
        f"{HEAD}x,{A},acne,AB,maybe,\ny,{B},acne,AB,relabel:acme,\nz,12,acne,AB,keep,\n", encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        read_votes([file], CLASSES)
    text = str(caught.value)
    assert "line 2: verdict 'maybe'; expected keep, drop, relabel:<class>" in text
    assert "line 3: verdict 'relabel:acme': no such class. Did you mean 'acne'?" in text
    assert "line 4: pixel_digest '12' is not 64 hex digits" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"path,label\n", "no column pixel_digest"),
        (b"\xff\xfe", "UTF-8"),
        (b'pixel_digest,verdict\n"', "CSV"),
    ],
)
def test_a_file_that_is_no_review_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """By name."""
    file = tmp_path / "r.csv"
    file.write_bytes(content)
    with pytest.raises(DataError, match=said) as caught:
        read_votes([file], CLASSES)
    assert str(caught.value).startswith(str(file))


def test_verdicts_are_done() -> None:
    """Kept, dropped with the reviewer's name, and moved to another class."""
    result = apply_votes(pictures(), votes((A, "AB", "keep"), (B, "AB", "drop"), (C, "AB", "relabel:other")))
    assert [(one.digest, one.item.label) for one in result.pictures] == [(A, "acne"), (C, "other")]
    assert [(drop.file, drop.reason, drop.detail) for drop in result.dropped] == [
        ("b", "review", "drop, says AB")
    ]
    assert result.notes == ("review: 3 verdicts of 1 reviewer on 3 pictures (1 drop, 1 keep, 1 relabel)",)
    assert result.unresolved == result.warnings == ()


def test_a_majority_decides_and_is_reported() -> None:
    """Two of three say drop."""
    result = apply_votes(pictures(), votes((A, "AB", "drop"), (A, "CD", "drop"), (A, "EF", "keep")))
    assert [one.digest for one in result.pictures] == [B, C]
    assert result.warnings == (
        "reviewers differ on a: AB says drop, CD says drop, EF says keep; drop has the majority",
    )


def test_without_a_majority_a_picture_is_left_out_and_unresolved() -> None:
    """Nobody knows what it shows."""
    result = apply_votes(pictures(), votes((A, "AB", "keep"), (A, "CD", "relabel:other")))
    assert [drop.file for drop in result.dropped] == ["a"]
    assert result.unresolved == (
        "reviewers differ on a: AB says keep, CD says relabel:other; it is left out",
    )


def test_a_reviewer_who_says_it_twice_has_one_vote() -> None:
    """Copied lines do not outvote others."""
    rows = [(A, "AB", "drop")] * 3 + [(A, "CD", "keep")]
    assert len(apply_votes(pictures(), votes(*rows)).unresolved) == 1


def test_a_verdict_on_no_picture_is_a_warning() -> None:
    """Named with its line; the others are not."""
    said = votes(("d" * 64, "AB", "drop"), (A, "AB", "keep"))
    assert apply_votes(pictures(), said[:1])[1:] == ((), (), (), ())
    warnings = verdicts_on_nothing(said, {A, B, C})
    assert len(warnings) == 1
    assert (
        "on pictures that the source does not have, or had with another framing: 1: d (r.csv" in warnings[0]
    )
    assert "d (r.csv: line 2)" in warnings[0]
    assert verdicts_on_nothing(said[1:], {A, B, C}) == []


def test_without_votes_nothing_changes() -> None:
    """And nothing is said."""
    result = apply_votes(pictures(), [])
    assert result.pictures == tuple(pictures())
    assert result[1:] == ((), (), (), ())
