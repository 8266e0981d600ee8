"""Make shot_noise.npy: for every pixel value and severity, the Poisson law as an alias table.

The outcome of value p at severity s is floor(255 * min(k / c, 1)) with k Poisson of mean p / 255 * c. Its
probabilities are rounded to multiples of 2**-16 (largest remainders, so that they sum to one) and laid out as
an alias table (A. J. Walker, 1977) of `slots` columns of equal weight, each shared by at most two outcomes.
Row p holds severities 1-5 side by side: 64, 32, 16, 8 and 4 entries. An entry packs
threshold + own * 2**16 + alias * 2**24 (uint32): of the column's 65536 / slots places, the first `threshold`
mean outcome `own`, the others `alias`. Run: python make_shot_noise.py
"""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

# severity           1   2   3   4  5
PHOTONS_AT_WHITE = (60, 25, 12, 5, 3)
SLOTS = (64, 32, 16, 8, 4)  # smallest powers of two above PHOTONS_AT_WHITE
PLACES = 65536


def outcome_counts(value: int, photons: int) -> list[int]:
    """Return how many of 65,536 places give k = 0 ... photons (a larger k counts as photons)."""
    mean = value / 255 * photons
    exact = [math.exp(-mean)]
    for k in range(1, photons):
        exact.append(exact[-1] * mean / k)
    exact.append(max(0.0, 1.0 - math.fsum(exact)))
    scaled = [probability * PLACES for probability in exact]
    counts = [math.floor(count) for count in scaled]
    by_remainder = sorted(range(len(counts)), key=lambda k: (counts[k] - scaled[k], k))
    for k in by_remainder[: PLACES - sum(counts)]:
        counts[k] += 1
    return counts


def alias_row(counts: list[int], outcomes: list[int], slots: int) -> list[int]:
    """Return the packed entries of one alias table: `counts[i]` of the places mean `outcomes[i]`."""
    room = PLACES // slots
    left = counts + [0] * (slots - len(counts))
    names = outcomes + [0] * (slots - len(outcomes))
    small = [i for i in range(slots) if left[i] < room]
    large = [i for i in range(slots) if left[i] >= room]
    row = [room + (names[i] << 16) + (names[i] << 24) for i in range(slots)]
    while small:
        short, full = small.pop(), large.pop()
        row[short] = left[short] + (names[short] << 16) + (names[full] << 24)
        left[full] -= room - left[short]
        (small if left[full] < room else large).append(full)
    return row


def shot_noise_table() -> npt.NDArray[np.uint32]:
    """Return all alias tables, uint32, shape (256, 124)."""
    rows = []
    for value in range(256):
        row: list[int] = []
        for photons, slots in zip(PHOTONS_AT_WHITE, SLOTS, strict=True):
            outcomes = [255 * k // photons for k in range(photons + 1)]
            row += alias_row(outcome_counts(value, photons), outcomes, slots)
        rows.append(row)
    return np.array(rows, "<u4")


if __name__ == "__main__":
    np.save(Path(__file__).with_name("shot_noise.npy"), shot_noise_table())
