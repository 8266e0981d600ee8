"""Witness of brightness, in fractions."""

from fractions import Fraction
from math import floor

import numpy as np

PERCENT = [10, 20, 30, 40, 50]


def brightness(image, severity, stream):
    """Scale each pixel so that its largest channel rises."""
    rise = Fraction(255 * PERCENT[severity - 1], 100)
    result = np.empty_like(image)
    for place in np.ndindex(image.shape[:2]):
        pixel = image[place].tolist()
        largest = max(pixel)
        raised = min(largest + rise, Fraction(255))
        result[place] = [floor(c * raised / largest) if largest else floor(raised) for c in pixel]
    return result
