"""Witness of saturate, in fractions of HSV."""

from fractions import Fraction
from math import floor

import numpy as np

FACTOR_AND_RISE = [(3, 0), (1, 0), (20, 0), (50, 1), (200, 2)]


def saturate(image, severity, stream):
    """Move each pixel between its grey and its full colour."""
    factor, rise = (Fraction(tenths, 10) for tenths in FACTOR_AND_RISE[severity - 1])
    result = np.empty_like(image)
    for place in np.ndindex(image.shape[:2]):
        pixel = image[place].tolist()
        value, spread = max(pixel), max(pixel) - min(pixel)
        saturation = min(Fraction(spread, value) * factor + rise, Fraction(1)) if value else Fraction(0)
        # 0 has the full light, 1 the least; without a hue the pixel counts as red.
        shares = [Fraction(value - channel, spread) for channel in pixel] if spread else [0, 1, 1]
        result[place] = [floor(value * (1 - saturation * share)) for share in shares]
    return result
