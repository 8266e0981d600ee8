"""Witness of fog."""

import numpy as np

PARAMETERS = [(1.5, 2.0), (2.0, 2.0), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4)]


def height_map(draws, side, decay):
    """Return the diamond-square map as a dictionary of places."""
    heights, step, w = {(0, 0): 0.0}, side, 100.0

    def a(y, x):
        return heights[y % side, x % side]

    def displacement():
        return w * (w * ((2 * next(draws) - 65535) / 65536))

    while step >= 2:
        half = step // 2
        places = [(y, x) for y in range(0, side, step) for x in range(0, side, step)]
        for y, x in places:
            mean = ((a(y, x) + a(y + step, x)) + (a(y, x + step) + a(y + step, x + step))) / 4
            heights[y + half, x + half] = mean + displacement()
        for y, x in places:
            mean = ((a(y + half, x + half) + a(y - half, x + half)) + (a(y, x) + a(y, x + step))) / 4
            heights[y, x + half] = mean + displacement()
        for y, x in places:
            mean = ((a(y + half, x + half) + a(y + half, x - half)) + (a(y, x) + a(y + step, x))) / 4
            heights[y + half, x] = mean + displacement()
        step, w = half, w / decay
    return heights


def fog(image, severity, stream):
    """Lay the cloud over the picture."""
    density, decay = PARAMETERS[severity - 1]
    side = 256
    while side < max(image.shape):
        side *= 2
    heights = height_map(iter(stream.halves(0, side * side - 1).tolist()), side, decay)
    low, high, most = min(heights.values()), max(heights.values()), int(image.max())
    factor = most / (most + 255 * density)
    result = np.empty_like(image)
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            light = (255 * density) * ((heights[y, x] - low) / (high - low))
            for c in range(3):
                result[y, x, c] = min(255, int((int(image[y, x, c]) + light) * factor))
    return result
