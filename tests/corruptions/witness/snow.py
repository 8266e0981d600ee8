"""Witness of snow."""

from fractions import Fraction
from math import floor

import numpy as np
from enlarging import enlarged
from trail import direction, trail

from hzbench.corruptions.shipped_tables import load_table

PARAMETERS = [
    (10, 30, 300, 50, 10, 4, 80),
    (20, 30, 200, 50, 12, 4, 70),
    (55, 30, 400, 90, 12, 8, 70),
    (55, 30, 450, 85, 12, 8, 65),
    (55, 30, 250, 85, 12, 12, 55),
]


def normal(half):
    """Return the normal quantile of a 16-bit value, units of 2**-28."""
    upper = load_table("normal_quantiles")
    return int(upper[half - 32768]) if half >= 32768 else -int(upper[32767 - half])


def snow(image, severity, stream):
    """Enlarge noise, cut it off, blow it along a trail, and add it to the whitened picture."""
    mean, deviation, percent, threshold, radius, sigma, mix = PARAMETERS[severity - 1]
    height, width = image.shape[:2]
    rows, columns = -(-100 * height // percent), -(-100 * width // percent)
    halves = iter(stream.halves(0, rows * columns).tolist())
    layer = [[Fraction(0)] * width for _ in range(height)]  # only its middle is read
    for y in range((height - rows) // 2, (height - rows) // 2 + rows):
        for x in range((width - columns) // 2, (width - columns) // 2 + columns):
            quantile = (normal(next(halves)) + 128) // 256
            layer[y][x] = Fraction(mean * 2**20 + deviation * quantile, 100 * 2**20)
    flakes = [
        [0 if value < Fraction(threshold, 100) else min(255, floor(255 * value)) for value in row]
        for row in enlarged(layer, percent)
    ]
    cosine, sine = direction(int(stream.words(1, 1)[0]))
    blown = np.array(trail(flakes, radius, sigma, sine, -cosine))
    result = np.empty_like(image)
    for y in range(height):
        for x in range(width):
            red, green, blue = (int(value) for value in image[y, x])
            whitened = Fraction(15, 10) * (299 * red + 587 * green + 114 * blue) / 1000 + Fraction(255, 2)
            for c, value in enumerate((red, green, blue)):
                light = floor((mix * value + (100 - mix) * max(value, whitened)) / 100)
                result[y, x, c] = min(255, light + blown[y, x] + blown[height - 1 - y, width - 1 - x])
    return result
