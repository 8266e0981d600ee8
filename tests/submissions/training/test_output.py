"""The output folder is checked before anything is read, and belongs to one run at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from hzbench.benchmark.errors import DataError, UsageError
from hzbench.submissions.training.output import reserved


def test_new_empty_and_half_written_folders_are_accepted(tmp_path: Path) -> None:
    """What a kill left of a submission is written over; nothing is left behind."""
    empty, half = tmp_path / "empty", tmp_path / "half"
    empty.mkdir()
    half.mkdir()
    (half / "weights.safetensors").write_bytes(b"")
    (half / ".curve.png.abc.part").write_bytes(b"")
    for folder in (tmp_path / "deep" / "new", empty, half):
        with reserved(folder):
            pass
        assert not list(folder.parent.glob("*.lock"))
    assert not (tmp_path / "deep" / "new").exists()


def test_file_and_folder_of_other_things_are_refused(tmp_path: Path) -> None:
    """`--out .` in a full folder would scatter a submission among other files."""
    (tmp_path / "notes.txt").write_text("mine")
    with (
        pytest.raises(UsageError, match=r"notes\.txt is a file, expected a folder .*--out"),
        reserved(tmp_path / "notes.txt"),
    ):
        pass
    with (
        pytest.raises(UsageError, match=r"belong to no submission \(first: notes\.txt\)"),
        reserved(tmp_path),
    ):
        pass


def test_place_that_cannot_be_written_is_refused_with_the_reason(tmp_path: Path) -> None:
    """A parent that is a file stands for any folder that cannot be made, whoever runs the test."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UsageError, match=r"cannot be written \(Not a directory|exists\)"),
        reserved(tmp_path / "file" / "deeper" / "student"),
    ):
        pass


def test_second_run_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    """Two runs that write one state file would spoil each other's."""
    with (
        reserved(tmp_path / "student"),
        pytest.raises(DataError, match="another hzbench process"),
        reserved(tmp_path / "student"),
    ):
        pass
    with reserved(tmp_path / "student"):
        pass
