"""Is one way of answering better than another on the same pictures? Exact, for any number of pictures."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt


def sign_test(wins: int, losses: int) -> float:
    """Return the probability of at least so many wins if either side won each decided picture by a fair coin.

    The one-sided exact form of McNemar's test (McNemar 1947; Fagerland, Lydersen and Laake 2013); pictures
    that both sides answer rightly, or both wrongly, decide nothing.

    >>> sign_test(5, 0)
    0.03125
    """
    decided = wins + losses
    ways = sum(math.comb(decided, k) for k in range(wins, decided + 1))
    return float(ways / 2**decided)


def wins_and_losses(right: npt.NDArray[np.bool_], baseline: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """Return on how many pictures `right` alone is right, and on how many `baseline` alone, shape (n,)."""
    return int((right & ~baseline).sum()), int((baseline & ~right).sum())


def at_least(successes: int, trials: int, share: float) -> float:
    """Return the probability of at least so many successes if each trial succeeds with that probability."""
    return math.fsum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1)
    )
