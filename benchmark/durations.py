"""Durations as people say them, and how much time work still takes."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return a duration in the unit that a reader would choose.

    >>> [duration(seconds) for seconds in (4, 150, 3900, 9000)]
    ['4 s', '2 min', '65 min', '2.5 hours']
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def seconds_left(gained: int, left: int, seconds: float) -> float | None:
    """Return how long the rest takes at the pace so far, None as long as there is no pace.

    Args:
        gained: units done since the clock started; what was done before does not count.
        left: units to do.
        seconds: since the clock started.

    >>> seconds_left(gained=10, left=30, seconds=5.0)
    15.0
    """
    return left * seconds / gained if gained > 0 and seconds > 0 else None
