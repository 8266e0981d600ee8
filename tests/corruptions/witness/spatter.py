"""Witness of spatter; distances by Dijkstra's shortest ways."""

import heapq

import numpy as np
from gaussian_noise import normal_values

from hzbench.corruptions.shipped_tables import load_table

# mean, deviation, row and radius of the blur, threshold, strength (None: mud)
SEVERITIES = [
    (65, 30, (7, 16), 69, 6),
    (65, 30, (6, 12), 68, 6),
    (65, 30, (5, 8), 68, 5),
    (65, 30, (2, 4), 65, None),
    (67, 40, (2, 4), 65, None),
]
MUD_BLUR = (4, 6)
STEPS = [
    (y, x)
    for y in range(-2, 3)
    for x in range(-2, 3)
    if (abs(y), abs(x)) in {(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)}
]
LENGTHS = {1: 65536, 2: 91750, 3: 143976}  # by |y| + |x|


def layer_filter(layer, row, radius):
    """Blur rows, then columns, rounding after each."""
    g = [int(weight) for weight in load_table("gaussian_kernels")[row]]

    def columns(values):
        padded = np.pad(values, ((radius, radius), (0, 0)), mode="edge")
        parts = (g[abs(i - radius)] * padded[i : i + len(values)] for i in range(2 * radius + 1))
        return (sum(parts) + 2**14) // 2**15

    return columns(columns(layer.T).T)


def neighbours(layer, weights):
    """Return weighted sums of 3 x 3 pixels, borders mirrored."""
    padded = np.pad(layer, 1, mode="reflect")
    height, width = layer.shape
    return sum(weights[y][x] * padded[y : y + height, x : x + width] for y in range(3) for x in range(3))


def outlines(e):
    """Return the set of outline pixels of a layer."""
    height, width = e.shape
    p = np.pad(e, 1, mode="edge")
    gx = (p[:-2, 2:] - p[:-2, :-2]) + 2 * (p[1:-1, 2:] - p[1:-1, :-2]) + (p[2:, 2:] - p[2:, :-2])
    gy = (p[2:, :-2] - p[:-2, :-2]) + 2 * (p[2:, 1:-1] - p[:-2, 1:-1]) + (p[2:, 2:] - p[:-2, 2:])
    size = np.pad(abs(gx) + abs(gy), 1)
    ridges, strong = set(), []
    for y, x in np.ndindex(height, width):
        here = size[y + 1, x + 1]
        if here <= 50:
            continue
        flat, steep = 13573 * abs(gx[y, x]), 2**15 * abs(gy[y, x])
        if steep < flat:
            ridge = here > size[y + 1, x] and here >= size[y + 1, x + 2]
        elif steep > flat + 2**16 * abs(gx[y, x]):
            ridge = here > size[y, x + 1] and here >= size[y + 2, x + 1]
        elif (gx[y, x] < 0) != (gy[y, x] < 0):
            ridge = here > size[y, x + 2] and here > size[y + 2, x]
        else:
            ridge = here > size[y, x] and here > size[y + 2, x + 2]
        if ridge:
            ridges.add((y, x))
            if here > 150:
                strong.append((y, x))
    found = set(strong)
    while strong:
        y, x = strong.pop()
        for place in [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
            if place in ridges and place not in found:
                found.add(place)
                strong.append(place)
    return found


def distances(found, shape):
    """Return the length of the shortest way to an outline, cut at 20 pixels."""
    t = np.full(shape, 20 * 2**16, np.int64)
    queue = [(0, place) for place in found]
    for place in found:
        t[place] = 0
    while queue:
        length, (y, x) = heapq.heappop(queue)
        for dy, dx in STEPS:
            place = (y + dy, x + dx)
            further = length + LENGTHS[abs(dy) + abs(dx)]
            if 0 <= place[0] < shape[0] and 0 <= place[1] < shape[1] and further < t[place]:
                t[place] = further
                heapq.heappush(queue, (further, place))
    return t


def levelled(u):
    """Return the layer with its histogram made level."""
    values = u.reshape(-1).tolist()
    lowest = min(values)
    rest = sum(value > lowest for value in values)
    if rest == 0:
        return u
    table = {
        value: (510 * sum(lowest < other <= value for other in values) + rest) // (2 * rest)
        for value in set(values)
    }
    return np.array([table[value] for value in values]).reshape(u.shape)


def spatter(image, severity, stream):
    """Put water or mud on the lens."""
    height, width, _ = image.shape
    mean, deviation, blur, threshold, strength = SEVERITIES[severity - 1]
    quantiles = normal_values(stream.halves(0, height * width))
    liquid = np.array([(mean * 2**28 + deviation * q) // 2**14 // 100 for q in quantiles]).reshape(
        height, width
    )
    liquid = layer_filter(liquid, *blur)
    liquid[100 * liquid < threshold * 2**14] = 0
    v = image.astype(np.int64)
    if strength is None:
        mud = layer_filter(np.where(liquid > 0, 2**14, 0), *MUD_BLUR)
        mud[100 * mud < 80 * 2**14] = 0
        mud = mud[:, :, None]
        return ((v * (2**14 - mud) + np.array([63, 42, 20]) * mud) // 2**14).astype(np.uint8)
    e = np.minimum(255 * liquid // 2**14, 255)
    box = [[1] * 3] * 3
    u = neighbours(distances(outlines(e), e.shape), box) // (9 * 2**16)
    p = np.clip(neighbours(levelled(u), [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]), 0, 255)
    m = e * ((2 * neighbours(p, box) + 9) // 18)
    most = int(m.max())
    if most == 0:
        return image.copy()
    colour = strength * np.array([175, 238, 238])
    return np.minimum((10 * most * v + colour * m[:, :, None]) // (10 * most), 255).astype(np.uint8)
