"""Witness of elastic transform."""

import numpy as np

from hzbench.corruptions.shipped_tables import load_table

ALPHA_HUNDREDTHS = [48800, 48800, 1220, 1708, 2928]
KERNEL = [(0, 512), (1, 59), (2, 7), (2, 7), (2, 7)]  # row of the table, radius
BITS = [8, 8, 12, 12, 12]
AFFINE = [24.4, 48.8, 4.88, 4.88, 4.88]


def reflected(place, size):
    """Return the pixel at a place when the border pixel comes twice."""
    while not 0 <= place < size:
        place = -1 - place if place < 0 else 2 * size - 1 - place
    return place


def mirrored(place, size):
    """Return the pixel at a place when the border pixel is the mirror."""
    while not 0 <= place < size:
        place = -place if place < 0 else 2 * size - 2 - place
    return place


def affine_sources(height, width, amount, words):
    """Return the source of every pixel in 1/32 pixel, x and y, as lists of rows."""
    a = amount * min(height, width) / 224
    q, cx, cy = min(height, width) // 3, width // 2, height // 2
    corners = [cx + q, cy + q, cx + q, cy - q, cx - q, cy - q]
    moved = [
        float(np.float32(corner) + np.float32(a * (2 * u + 1 - 2**32) / 2**32))
        for corner, u in zip(corners, words.tolist(), strict=True)
    ]
    x0, y0, x1, y1, x2, y2 = moved
    m00, m01 = (x1 - x2) / (2 * q), (x0 - x1) / (2 * q)
    m10, m11 = (y1 - y2) / (2 * q), (y0 - y1) / (2 * q)
    m02 = (x2 - m00 * (cx - q)) - m01 * (cy - q)
    m12 = (y2 - m10 * (cx - q)) - m11 * (cy - q)
    divisor = m00 * m11 - m01 * m10
    d = 1 / divisor if divisor else 0.0
    i00, i01, i10, i11 = m11 * d, m01 * -d, m10 * -d, m00 * d
    i02, i12 = (-i00) * m02 - i01 * m12, (-i10) * m02 - i11 * m12

    def rounded(step):
        return round(min(max(step, -(2.0**30)), 2.0**30))

    sx, sy = ([rounded((i * x) * 1024) for x in range(width)] for i in (i00, i10))
    tx = [rounded((i01 * y + i02) * 1024) for y in range(height)]
    ty = [rounded((i11 * y + i12) * 1024) for y in range(height)]
    px = [[(tx[y] + 16 + sx[x]) // 32 for x in range(width)] for y in range(height)]
    py = [[(ty[y] + 16 + sy[x]) // 32 for x in range(width)] for y in range(height)]
    return px, py


def smooth(halves, shape, severity):
    """Return a displacement in 1/256 pixel, int64, shape (H, W)."""
    height, width = shape
    n = (halves.astype(np.int64) // 16 - 2048).reshape(shape)
    row, radius = KERNEL[severity - 1]
    k = [int(weight) for weight in load_table("elastic_kernels")[row]]
    amplitude, bits = ALPHA_HUNDREDTHS[severity - 1], BITS[severity - 1]
    shift = 6 + bits
    offset = amplitude * 2 ** (14 + bits) // 409600 + 2 ** (shift - 1)

    def first(weight):
        return (weight + 16) // 32

    def second(weight):
        return (weight * amplitude * 2**bits + 50 * 2**24) // (100 * 2**24)

    def folded(size, scaled):
        nodes = np.zeros(((size - 1) // 16 + 4, size), np.int64)
        for j in range(len(nodes)):
            for d in range(-radius, radius + 1):
                nodes[j, reflected(16 * (j - 1) + d, size)] += k[abs(d)]
        return np.array([[scaled(int(weight)) for weight in line] for line in nodes])

    if severity == 1:
        b = (folded(height, first) @ n + 2**15) // 2**16
        nodes = b @ folded(width, second).T

        def between(lines, count):
            rows = []
            for y in range(count):
                j, t = y // 16, y % 16
                rows.append(
                    (
                        (32 * t**2 - 256 * t - t**3) * lines[j]
                        + (8192 - 80 * t**2 + 3 * t**3) * lines[j + 1]
                        + (256 * t + 64 * t**2 - 3 * t**3) * lines[j + 2]
                        + (t**3 - 16 * t**2) * lines[j + 3]
                    )
                    // 2**13
                )
            return np.array(rows)

        return (between(between(nodes, height).T, width).T + offset) // 2**shift

    def along(values, scaled):
        size = len(values)
        distances = range(-radius, radius + 1)
        return np.array(
            [sum(scaled(k[abs(d)]) * values[reflected(y + d, size)] for d in distances) for y in range(size)]
        )

    b = (along(n, first) + 2**15) // 2**16
    return (along(b.T, second).T + offset) // 2**shift


def elastic_transform(image, severity, stream):
    """Sample twice: under the affine map, then under the displacement."""
    height, width, _ = image.shape
    v = image.astype(np.int64)
    px, py = affine_sources(height, width, AFFINE[severity - 1], stream.words(0, 6))
    w = np.empty_like(v)
    for y, x in np.ndindex(height, width):
        j, f, i, g = px[y][x] // 32, px[y][x] % 32, py[y][x] // 32, py[y][x] % 32
        i0, i1, j0, j1 = (
            mirrored(i, height),
            mirrored(i + 1, height),
            mirrored(j, width),
            mirrored(j + 1, width),
        )
        upper = (32 - f) * v[i0, j0] + f * v[i0, j1]
        lower = (32 - f) * v[i1, j0] + f * v[i1, j1]
        w[y, x] = ((32 - g) * upper + g * lower + 16) // 32
    dx = smooth(stream.halves(1, height * width), (height, width), severity)
    dy = smooth(stream.halves(2, height * width), (height, width), severity)
    result = np.empty_like(image)
    for y, x in np.ndindex(height, width):
        place_x, place_y = 256 * x + int(dx[y, x]), 256 * y + int(dy[y, x])
        j, f, i, g = place_x // 256, place_x % 256, place_y // 256, place_y % 256
        j0, j1 = reflected(j, width), reflected(j + 1, width)
        upper, lower = (
            ((256 - f) * w[row, j0] + f * w[row, j1] + 128) // 256
            for row in (reflected(i, height), reflected(i + 1, height))
        )
        result[y, x] = ((256 - g) * upper + g * lower) // 2**13
    return result
