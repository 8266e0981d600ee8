"""Witness of shot noise."""

import numpy as np

from hzbench.corruptions.shipped_tables import load_table

BITS = [6, 5, 4, 3, 2]
FIRST = [0, 64, 96, 112, 120]


def shot_noise(image, severity, stream):
    """Look up one alias table a value."""
    table, bits = load_table("shot_noise"), BITS[severity - 1]
    values = []
    for value, h in zip(image.reshape(-1).tolist(), stream.halves(0, image.size).tolist(), strict=True):
        place = 2 ** (16 - bits)
        entry = int(table[value, FIRST[severity - 1] + h // place])
        values.append(entry // 65536 % 256 if h % place < entry % 65536 else entry // 2**24)
    return np.array(values, np.uint8).reshape(image.shape)
