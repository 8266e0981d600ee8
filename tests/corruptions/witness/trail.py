"""Witness: the blur along a trail, pixel by pixel, from SPEC.md."""

from fractions import Fraction
from math import ceil, floor

from hzbench.corruptions.shipped_tables import load_table

ROWS = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15), (10, 4), (12, 4), (12, 8), (12, 12)]


def direction(word):
    """Return the cosine and sine that a word picks, units of 2**-30."""
    cosine, sine = load_table("motion_directions")[word // 2**20]
    return int(cosine), int(sine)


def trail(channel, radius, sigma, cosine, sine):
    """Return one channel (nested lists) blurred along a trail."""
    height, width = len(channel), len(channel[0])
    weights = [int(weight) for weight in load_table("motion_weights")[ROWS.index((radius, sigma))]]
    taps = [
        (
            weights[i],
            ceil(Fraction(i * sine, 2**30) - Fraction(1, 2)),
            ceil(Fraction(i * cosine, 2**30) - Fraction(1, 2)),
        )
        for i in range(2 * radius + 1)
    ]

    def pixel(y, x):
        total = 0
        for weight, down, right in taps:
            row, column = min(max(y + down, 0), height - 1), min(max(x + right, 0), width - 1)
            total += weight * channel[row][column]
        return floor(Fraction(257 * total, 2**23) + Fraction(1, 2)) // 257

    return [[pixel(y, x) for x in range(width)] for y in range(height)]
