"""How many workers and threads are started by default."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hzbench.benchmark.cores import usable_cores

CORES = 8


@pytest.mark.parametrize(
    ("quota", "cores"),
    [
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("10000 100000", 1),
        ("max 100000", 8),
        ("9900000 100000", 8),
    ],
)
def test_a_container_s_share_of_time_bounds_the_cores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str, cores: int
) -> None:
    """At least one, at most those that the process may run on."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(CORES)), raising=False)
    (tmp_path / "cpu.max").write_text(quota + "\n")
    assert usable_cores(tmp_path / "cpu.max") == cores


def test_a_system_without_masks_and_containers_has_its_cores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As macOS."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: CORES)
    assert usable_cores(tmp_path / "absent") == CORES
