"""The cache of finished cells: never a wrong hit, bounded, and nothing depends on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hzbench.benchmark import durable
from hzbench.benchmark.runs import cell_cache
from hzbench.benchmark.runs.cell_cache import CellCache
from hzbench.benchmark.runs.parts import Part

PART = Part("test fog 1", {"draw": 0})


def files(folder: Path) -> list[Path]:
    """Return the files of a cache."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_put_is_found_by_another_process(tmp_path: Path) -> None:
    """By the same part alone."""
    CellCache(tmp_path).put(PART, b"fog")
    assert CellCache(tmp_path).get(PART) == b"fog"
    assert CellCache(tmp_path).get(Part("test fog 1", {"draw": 1})) is None


def test_a_damaged_file_is_no_hit_and_is_removed(tmp_path: Path) -> None:
    """It is computed again, and then written anew."""
    cache = CellCache(tmp_path)
    cache.put(PART, b"fog")
    (file,) = files(tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    assert cache.get(PART) is None
    assert files(tmp_path) == []


def test_the_file_of_another_part_is_no_hit(tmp_path: Path) -> None:
    """Whatever its name says."""
    cache, other = CellCache(tmp_path), Part("test snow 1", {})
    cache.put(PART, b"fog")
    (file,) = files(tmp_path)
    target = tmp_path / other.key[:2] / f"{other.key}.part"
    target.parent.mkdir(exist_ok=True)
    file.rename(target)
    assert cache.get(other) is None


def test_the_longest_unused_are_pruned(tmp_path: Path) -> None:
    """A hit counts as use; what is left takes at most the limit."""
    cache = CellCache(tmp_path, limit_bytes=40_000)
    parts = [Part(f"test fog {number}", {}) for number in range(12)]
    for number, part in enumerate(parts):
        cache.put(part, bytes(3000))  # one block of 4 kB
        os.utime(tmp_path / part.key[:2] / f"{part.key}.part", (number, number))
    assert cache.get(parts[0]) is not None
    cache.prune()
    kept = [number for number, part in enumerate(parts) if cache.get(part) is not None]
    assert sum(file.stat().st_blocks * 512 for file in files(tmp_path)) <= 40_000
    assert kept == [0, *range(13 - len(kept), 12)]


def test_a_clock_that_was_set_back_makes_no_wrong_hit_and_no_error(tmp_path: Path) -> None:
    """Files from the future are pruned last."""
    cache = CellCache(tmp_path, limit_bytes=10_000)
    cache.put(PART, b"fog")
    os.utime(files(tmp_path)[0], (2**32, 2**32))
    for number in range(9):
        cache.put(Part(f"test snow {number}", {}), bytes(3000))
    cache.prune()
    assert cache.get(PART) == b"fog"


def test_a_cache_that_cannot_be_written_is_remembered_and_forgiven(tmp_path: Path) -> None:
    """The run has its journal."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way of the folder")
    cache = CellCache(blocked / "cells")
    cache.put(PART, b"fog")
    cache.prune()
    assert cache.problem is not None
    assert cache.get(PART) is None


def test_the_usual_place_is_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside what else can be made again."""
    monkeypatch.setattr(cell_cache, "cache_folder", durable.cache_folder)
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path))
    CellCache().put(PART, b"fog")
    (file,) = files(tmp_path)
    assert file.parents[1] == tmp_path / cell_cache.FOLDER
