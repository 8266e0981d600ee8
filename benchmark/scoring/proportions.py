"""Shares of few pictures with Wilson's interval, honest where a person has several pictures among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.bootstrap import Interval, wilson


class Share(NamedTuple):
    """A share, and its 95 % interval; None where there is nothing to count."""

    value: float | None
    interval: Interval | None


def share(events: npt.NDArray[np.bool_], groups: Sequence[str], *, smallest: int = 1) -> Share:
    """Return the share of events with an interval.

    The interval is Wilson's. Where several pictures are of one person, they are not as good as pictures of as
    many persons; then n is the effective sample size p (1 - p) / v, with the variance v of the share between
    persons, at most the number of pictures (Rao and Scott 1992; Korn and Graubard 1998), and the number of
    persons where p is 0 or 1.

    Args:
        events: which pictures count, shape (n,).
        groups: the person of each picture; pictures with an empty one are persons of their own.
        smallest: fewer pictures than this give no share.
    """
    n = int(events.size)
    if n < smallest:
        return Share(None, None)
    names = [group or f"\0{row}" for row, group in enumerate(groups)]
    _, persons = np.unique(names, return_inverse=True)
    pictures = np.bincount(persons)
    value = int(events.sum()) / n
    if pictures.size == n:
        return Share(value, wilson(int(events.sum()), n))
    effective = float(pictures.size)
    if 0 < value < 1 and pictures.size > 1:
        excess = np.bincount(persons, weights=events) - value * pictures
        variance = float((excess**2).sum()) / n**2 * pictures.size / (pictures.size - 1)
        effective = min(float(n), value * (1 - value) / variance) if variance > 0 else float(n)
    return Share(value, wilson(value * effective, effective))
