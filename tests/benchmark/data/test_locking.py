"""One writer at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.errors import DataError


def test_a_held_lock_is_an_error_for_those_who_do_not_wait(tmp_path: Path) -> None:
    """The message names the folder."""
    with (
        exclusive(tmp_path / "lock"),
        pytest.raises(DataError, match="another hzbench process is writing here"),
        exclusive(tmp_path / "lock"),
    ):
        pass


def test_a_lock_leaves_nothing(tmp_path: Path) -> None:
    """Also after an error inside."""
    with pytest.raises(RuntimeError), exclusive(tmp_path / "lock"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_waiting_ends_when_the_holder_is_done(tmp_path: Path) -> None:
    """Four threads that wait hold the lock one after the other."""
    inside = 0
    waited = threading.Event()

    def work() -> None:
        nonlocal inside
        with exclusive(tmp_path / "lock", waiting=waited.set):
            assert inside == 0
            inside += 1
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    with exclusive(tmp_path / "lock"):
        for thread in threads:
            thread.start()
        assert waited.wait(10)
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert list(tmp_path.iterdir()) == []
