"""Witness of impulse noise."""

import numpy as np

HALF = [983, 1966, 2949, 5571, 8847]


def impulse_noise(image, severity, stream):
    """Replace values by 0 and 255."""
    h = stream.halves(0, image.size).reshape(image.shape)
    half = HALF[severity - 1]
    return np.where(h < half, 0, np.where(h < 2 * half, 255, image)).astype(np.uint8)
