"""A disk that is full or fails ends a run; older results are intact, and the run can be continued."""

from __future__ import annotations

import sys

import pytest
from disk_errors import Trials
from workplace import Workplace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

STEP = 230  # of the thousand operations of a run; all of them in `tox -e reliability`


@pytest.fixture(scope="module")
def trials(place: Workplace) -> Trials:
    """Evaluations in a workplace with an older result."""
    return Trials(place)


@pytest.mark.parametrize("full", [True, False])
def test_a_failing_disk_costs_no_older_result_and_no_finished_part(trials: Trials, full: bool) -> None:
    """ENOSPC from an operation on, or EIO once; the last operations are those of the result itself."""
    count = len(trials.operations)
    chosen = [*range(0, count, STEP), *range(count - 10, count, 2)]
    assert [problem for number in chosen for problem in trials.problems(number, full=full)] == []


def test_every_kind_of_operation_is_met(trials: Trials) -> None:
    """A run creates, writes, flushes and renames files, and makes folders."""
    kinds = {operation.what for operation in trials.operations}
    assert kinds == {"create", "write", "fsync", "rename", "make folder"}
