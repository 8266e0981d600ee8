"""Witness of speckle noise."""

import numpy as np
from gaussian_noise import normal_values

PERCENT = [15, 20, 35, 45, 60]


def speckle_noise(image, severity, stream):
    """Add to each value its own multiple of a rounded normal value."""
    values = []
    quantiles = normal_values(stream.halves(0, image.size))
    for value, quantile in zip(image.reshape(-1).tolist(), quantiles, strict=True):
        factor = (PERCENT[severity - 1] * quantile + 50 * 2**8) // (100 * 2**8)
        values.append(min(max(value + value * factor // 2**20, 0), 255))
    return np.array(values, np.uint8).reshape(image.shape)
