"""Witness of glass blur."""

import numpy as np

from hzbench.corruptions.shipped_tables import load_table

PARAMETERS = [(0.7, 1, 2), (0.9, 2, 1), (1.0, 2, 3), (1.1, 3, 2), (1.5, 4, 2)]


def filtered(image, row, radius):
    """Return the picture under the Gaussian of a row of the table: rows, one rounding to 1/256, columns."""
    one_sided = [int(weight) for weight in load_table("gaussian_kernels")[row]]

    def along_columns(values):
        padded = np.pad(values, ((radius, radius), (0, 0), (0, 0)), mode="edge").astype(np.int64)
        total = np.zeros(values.shape, np.int64)
        for place in range(2 * radius + 1):
            total += one_sided[abs(place - radius)] * padded[place : place + len(values)]
        return total

    in_rows = (along_columns(image.transpose(1, 0, 2)).transpose(1, 0, 2) + 64) // 128
    return (along_columns(in_rows) // 2**23).astype(np.uint8)


def glass_blur(image, severity, stream):
    """Filter, copy pixels one after the other, filter."""
    sigma, reach, passes = PARAMETERS[severity - 1]
    height, width = image.shape[:2]
    row, radius = severity - 1, int(4 * sigma + 0.5)
    picture = filtered(image, row, radius)
    draws = iter(stream.halves(0, passes * (height - 2 * reach) * (width - 2 * reach)).tolist())
    for _ in range(passes):
        for y in range(height - reach, reach, -1):
            for x in range(width - reach, reach, -1):
                pair = next(draws) * (2 * reach) ** 2 // 65536
                dx, dy = pair % (2 * reach) - reach, pair // (2 * reach) - reach
                picture[y, x] = picture[y + dy, x + dx]
    return filtered(picture, row, radius)
