"""Witness of pixelate."""

import numpy as np

PERCENT = [60, 50, 40, 30, 25]


def reduced(image, small):
    """Return the columns of `image` averaged to `small` rows."""
    full = len(image)
    scale = full / small
    rows = []
    for i in range(small):
        centre = (i + 0.5) * scale
        window = [
            x
            for x in range(full)
            if int(centre - scale / 2 + 0.5) <= x < int(centre + scale / 2 + 0.5)
            and -0.5 < ((x - centre) + 0.5) * (1 / scale) <= 0.5
        ]
        weight = int(0.5 + (1 / len(window)) * 2**22)
        rows.append((weight * sum(image[x].astype(np.int64) for x in window) + 2**21) // 2**22)
    return np.array(rows)


def pixelate(image, severity, stream):
    """Reduce rows, then columns, and copy."""
    sides = [side * PERCENT[severity - 1] // 100 for side in image.shape[:2]]
    small = reduced(reduced(image.transpose(1, 0, 2), sides[1]).transpose(1, 0, 2), sides[0])
    places = [
        [min(int((x + 0.5) * (small_side / side)), small_side - 1) for x in range(side)]
        for side, small_side in zip(image.shape, sides, strict=False)
    ]
    return small[places[0]][:, places[1]].astype(np.uint8)
