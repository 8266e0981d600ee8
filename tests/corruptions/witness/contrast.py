"""Witness of contrast, in fractions."""

from fractions import Fraction
from math import floor

import numpy as np

KEPT = [Fraction(8, 20), Fraction(6, 20), Fraction(4, 20), Fraction(2, 20), Fraction(1, 20)]


def contrast(image, severity, stream):
    """Pull each value toward its channel's mean."""
    kept = KEPT[severity - 1]
    result = np.empty_like(image)
    for channel in range(3):
        plane = image[:, :, channel]
        mean = Fraction(sum(plane.reshape(-1).tolist()), plane.size)
        table = [floor((value - mean) * kept + mean) for value in range(256)]
        result[:, :, channel] = [[table[value] for value in row] for row in plane.tolist()]
    return result
