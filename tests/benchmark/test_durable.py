"""Files that are the old ones or the new ones, never half of each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hzbench.benchmark.durable import cache_folder, replacing, write_json, write_text


def test_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    """The target alone stands in the new folder, readable as the umask says."""
    path = tmp_path / "a" / "b" / "c.txt"
    write_text(path, "new")
    assert [one.name for one in path.parent.iterdir()] == ["c.txt"]
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_an_error_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """Whatever was written by then is gone."""
    path = tmp_path / "x"
    write_text(path, "old")
    with pytest.raises(TypeError), replacing(path) as stream:
        stream.writelines([b"half of", None])  # type: ignore[list-item]  # what fails after the first half
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_of_the_disk_names_the_file(tmp_path: Path) -> None:
    """The system's own message does not, for a full disk."""
    with pytest.raises(OSError, match=r"No space left.*report"), replacing(tmp_path / "report"):
        raise OSError(28, "No space left on device")


def test_what_is_no_number_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """JSON has no NaN."""
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"mce": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_the_cache_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`HZBENCH_CACHE` wins over the platform's folder."""
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
