"""How much longer several runs take: from how fast some of them are, and what they cost beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Pace(NamedTuple):
    """How far a run has come.

    Attributes:
        share: of the run that is done, 0 to 1.
        gained: share that was gained since the process started; less than `share` where a run is continued.
        seconds: since the process started.
    """

    share: float
    gained: float
    seconds: float


def seconds_left(
    running: Sequence[tuple[float, Pace]],
    finished: Sequence[tuple[float, float]],
    waiting: Sequence[float],
    processes: int,
) -> float | None:
    """Return an estimate of the time until all is done, None as long as nothing is known.

    Args:
        running: cost and pace of each run.
        finished: cost and seconds of each run that this queue has ended; early stopping counts as the whole.
        waiting: cost of each run that has not started.
        processes: runs at a time.
    """
    known_cost = sum(cost for cost, _ in finished) + sum(cost * pace.gained for cost, pace in running)
    known_seconds = sum(seconds for _, seconds in finished)
    known_seconds += sum(pace.seconds for _, pace in running if pace.gained > 0)
    if not known_cost or not known_seconds:
        return None
    usual = known_seconds / known_cost  # seconds a unit of cost, in one process
    single = [
        (1 - pace.share) * (pace.seconds / pace.gained if pace.gained > 0 else usual * cost)
        for cost, pace in running
    ]
    single += [usual * cost for cost in waiting]
    return max([0.0, *single, sum(single) / processes])
