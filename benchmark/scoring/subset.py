"""Fewer pictures, chosen by class and content, so that everyone who asks for N gets the same ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def stratified_subset(
    digests: Sequence[str], labels: npt.NDArray[np.int64], limit: int
) -> npt.NDArray[np.int64]:
    """Return the positions of at most `limit` pictures with the classes in their proportions.

    Seats go to the classes by Sainte-Laguë's method after one seat each, so that a larger limit keeps all
    pictures of a smaller one; within a class the pictures are taken in the order of their digests.

    Args:
        digests: pixel digest of each picture, shape (n,).
        labels: class number of each picture, shape (n,).
        limit: at least 1; from n on, all pictures are taken.

    Returns:
        Positions in ascending order, shape (min(limit, n),).

    Raises:
        ValueError: a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}, expected at least 1")
    members = {
        int(label): sorted(np.flatnonzero(labels == label), key=lambda i: digests[int(i)])
        for label in np.unique(labels)
    }
    taken = dict.fromkeys(members, 0)
    for _ in range(min(limit, len(digests))):
        open_classes = [label for label in members if taken[label] < len(members[label])]
        following = max(open_classes, key=lambda label: (_claim(len(members[label]), taken[label]), -label))
        taken[following] += 1
    chosen = [position for label, count in taken.items() for position in members[label][:count]]
    return np.array(sorted(chosen), dtype=np.int64)


def _claim(size: int, seats: int) -> tuple[bool, float]:
    """Rank the claim to the next seat: classes without one first, then by size / (2 seats + 1)."""
    return (seats == 0, size / (2 * seats + 1))
