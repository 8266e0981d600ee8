"""Entries gathered, checked, grouped and sorted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.results.schema import FlagInfo, Result
from hzbench.benchmark.workflows.boards import find_boards, leaderboard_text, tables_of
from hzbench.leaderboards.board import boards_of, collect, shipped_datasets, shipped_entries
from hzbench.leaderboards.entry import Entry, method_of, name_of, open_flags, read_row
from hzbench.leaderboards.tables import FLAGGED_NOTE


def write(path: Path, row: Result, **changes: Any) -> Path:
    """Write a row's document with changes at the top level."""
    path.write_text(json.dumps(row.document() | changes))
    return path


def test_an_entry_is_a_result_with_a_submission(entry: Entry, result: Result, tmp_path: Path) -> None:
    """Both can be read; tables show the submission's name."""
    submitted, plain = (
        read_row(write(tmp_path / "entry.json", entry)),
        read_row(write(tmp_path / "result.json", result)),
    )
    assert submitted == entry
    assert (name_of(submitted), method_of(submitted)) == ("invented-baseline", "Baseline")
    assert not isinstance(plain, Entry)
    assert (name_of(plain), method_of(plain)) == ("invented", None)


def test_a_folder_is_collected_in_the_order_of_its_names(
    entry: Entry, result: Result, tmp_path: Path
) -> None:
    """Other files are left alone."""
    write(tmp_path / "b.json", entry)
    write(tmp_path / "a.json", result)
    (tmp_path / "README.md").write_text("notes")
    assert [name_of(row) for row in collect(tmp_path)] == ["invented", "invented-baseline"]


def test_an_entry_that_cannot_be_read_is_named(entry: Entry, tmp_path: Path) -> None:
    """With the number of others."""
    write(tmp_path / "good.json", entry)
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "empty.json").write_text("")
    with pytest.raises(DataError, match=r"broken\.json: not valid JSON.*\(1 more entries cannot be read\)"):
        collect(tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mce": 0.01}, "mce is 0.01"),
        ({"submission": {"name": "x", "prize": 1}}, "'submission.prize'"),
        ({"submission": {"name": ""}}, "'submission.name'"),
        ({"submission": None}, "'submission'"),
    ],
)
def test_an_entry_that_contradicts_itself_or_the_schema_is_refused(
    entry: Entry, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    """A better mCE cannot simply be written in."""
    with pytest.raises(DataError) as caught:
        read_row(write(tmp_path / "entry.json", entry, **changes))
    assert said in str(caught.value)


def renamed(entry: Entry, name: str, **changes: Any) -> Entry:
    """Return an entry under another name, with changed numbers."""
    submission = entry.submission.model_copy(update={"name": name})
    return entry.model_copy(update={"submission": submission, **changes})


def test_rows_are_sorted_by_mce_with_null_last(entry: Entry) -> None:
    """Equal ones by name."""
    rows = [
        renamed(entry, "null", mce=None),
        renamed(entry, "worse", mce=1.2),
        renamed(entry, "b", mce=0.7),
        renamed(entry, "a", mce=0.7),
    ]
    (board,) = boards_of(rows)
    assert [name_of(row) for row in board.rows] == ["a", "b", "worse", "null"]


def test_only_comparable_rows_share_a_board(entry: Entry) -> None:
    """Another program version does, another number of pictures does not."""
    newer = entry.signature.replace("hzbench:", "hzbench:9.")
    fewer = entry.signature.replace("|n:24|", "|n:12|")
    rows = [
        renamed(entry, "fewer", signature=fewer),
        renamed(entry, "first"),
        renamed(entry, "newer", signature=newer),
    ]
    boards = boards_of(rows)
    assert [[name_of(row) for row in board.rows] for board in boards] == [["first", "newer"], ["fewer"]]
    assert boards[0].comparison_key.startswith("spec:")


def flagged(entry: Entry, name: str, *flags: str, **reviewed: str) -> Entry:
    """Return an entry with flags, some of them reviewed."""
    row = renamed(entry, name, mce=0.1, flags=tuple(FlagInfo(name=one, message="found") for one in flags))
    return row.model_copy(update={"submission": row.submission.model_copy(update={"reviewed": reviewed})})


def test_a_flagged_entry_is_not_ranked_until_it_is_reviewed(entry: Entry) -> None:
    """However good its numbers are: it stands apart; a reviewed one is ranked like any other."""
    rows = [
        flagged(entry, "doubtful", "batch_dependence", "not_finite", not_finite="three pictures, counted"),
        flagged(entry, "cleared", "not_finite", not_finite="three pictures, counted as errors"),
        renamed(entry, "honest", mce=0.7),
    ]
    (board,) = boards_of(rows)
    assert [name_of(row) for row in board.rows] == ["cleared", "honest"]
    assert [name_of(row) for row in board.flagged] == ["doubtful"]
    assert open_flags(rows[0]) == ("batch_dependence",)


def test_flagged_rows_are_marked_below_the_ranked_ones(entry: Entry, tmp_path: Path) -> None:
    """In every form of the tables, with a sentence on what it means; the paper's rows come after them."""
    ranked, doubtful = renamed(entry, "honest"), flagged(entry, "doubtful", "memorised_pictures")
    for number, row in enumerate((doubtful, ranked)):
        write(tmp_path / f"{number}.json", row, mce=entry.mce)
    (board,) = find_boards("any", tmp_path)
    for table in tables_of(board):
        assert table.apart == 1
        assert [row[0] for row in table.rows] == ["honest", "doubtful (flagged: memorised_pictures)"]
        assert FLAGGED_NOTE in table.notes
    for published in tables_of(board, published=True):
        assert published.apart == len(published.rows) - 1
    csv = leaderboard_text("any", "csv", tmp_path)
    assert csv.splitlines()[2].startswith("doubtful (flagged: memorised_pictures),")
    assert "flagged: memorised" in leaderboard_text("any", "md", tmp_path)


def test_no_folder_and_no_such_dataset_are_said(tmp_path: Path) -> None:
    """With what there is."""
    with pytest.raises(DataError, match="no such folder"):
        collect(tmp_path / "missing")
    with pytest.raises(UsageError, match="no entries for the dataset 'nothing'"):
        shipped_entries("nothing")


def test_every_shipped_entry_can_be_read() -> None:
    """The board of the repository itself."""
    for dataset in shipped_datasets():
        assert len(boards_of(shipped_entries(dataset))) >= 1
