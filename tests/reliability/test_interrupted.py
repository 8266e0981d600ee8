"""Runs that are killed, interrupted or fail are continued, and end in the bytes of an undisturbed run."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest
from attempts import Attempt
from disturbances import KINDS, Sequel, Tally
from workplace import Workplace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def sequel(place: Workplace) -> Sequel:
    """Attempts in the workplace."""
    return Sequel(place, seed=1)


def test_a_disturbed_run_ends_like_an_undisturbed_one(sequel: Sequel) -> None:
    """Exit code and one line say what happened, nothing finished is lost, no worker goes on."""
    tally, completed = Tally(), Tally()
    sequel.disturb([(KINDS[name], tally) for name in ("SIGKILL", "SIGINT", "worker killed")], completed)
    assert tally.problems + completed.problems == []
    assert tally.disturbed == 3
    assert completed.runs >= 1


def test_a_second_run_into_the_same_file_says_so_and_disturbs_nothing(place: Workplace) -> None:
    """The first one holds its folder until it ends, whatever it ends of."""
    first = Attempt(place, "--no-cache")
    while first.running and not Path(f"{place.out}.run", "progress.json").exists():
        time.sleep(0.01)
    first.send(signal.SIGSTOP)
    second = Attempt(place, "--no-cache", "--resume").wait()
    assert second.code == 2
    assert "another hzbench process is writing this result" in second.verdict
    first.send(signal.SIGKILL)
    first.wait()
    third = Attempt(place, "--no-cache").wait()
    assert "an interrupted run of the same" in third.verdict
