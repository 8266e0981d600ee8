"""Witness of Gaussian noise, and of the normal values."""

import numpy as np

from hzbench.corruptions.shipped_tables import load_table

PERCENT = [8, 12, 18, 26, 38]


def normal_values(halves):
    """Return the quantile of each 16-bit value as a Python number, units of 2**-28."""
    table = [int(entry) for entry in load_table("normal_quantiles")]
    return [table[h - 32768] if h >= 32768 else -table[32767 - h] for h in halves.tolist()]


def gaussian_noise(image, severity, stream):
    """Add the floor of each normal value."""
    quantiles = normal_values(stream.halves(0, image.size))
    values = [
        min(max(value + 255 * PERCENT[severity - 1] * quantile // (100 * 2**28), 0), 255)
        for value, quantile in zip(image.reshape(-1).tolist(), quantiles, strict=True)
    ]
    return np.array(values, np.uint8).reshape(image.shape)
