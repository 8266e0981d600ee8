"""What the height field keeps from the light: cast shadows, and corners that little light reaches."""

import math

import numpy as np

from hzbench.benchmark.data.synth.canvas import GROUND
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, smoothstep

COARSE = 4  # pixels: shadows are found on every fourth pixel, and interpolated


def cast_shadows(
    depth: Plane,
    material: Plane,
    table: Plane,
    toward: tuple[float, float, float],
    hardness: float,
    reach: float,
) -> Plane:
    """Return how much of the main light, and of the light from everywhere, reaches every fourth pixel.

    Args:
        depth: height in pixels.
        material: what lies there.
        table: the picture's noise table.
        toward: unit vector to the main light.
        hardness: of shadow edges, 0 to 1.
        reach: how far, in pixels, a corner is dark.

    Returns:
        Shape (4, edge / 4, edge / 4), values 0 to 1: the main light on the ground, and on all else; then the
        light from everywhere on the ground, and on all else.
    """
    coarse = depth.shape[0] // COARSE
    heights: Plane = np.empty((coarse, coarse))
    lit: Plane = np.empty((coarse, coarse))
    open_: Plane = np.empty((coarse, coarse))
    _sample(depth, heights)
    _cast(heights, table, material, lit, open_, toward[0], toward[1], toward[2], hardness, reach)
    layers: Plane = np.empty((4, coarse, coarse))
    _spread(lit, material, layers, 0)
    _spread(open_, material, layers, 2)
    for layer in layers:
        _soften(layer, lit)
        _soften(layer, lit)
    return layers


@kernel
def _sample(depth: Plane, heights: Plane) -> None:
    """Take every fourth pixel's height, in coarse pixels."""
    for y in range(heights.shape[0]):
        for x in range(heights.shape[1]):
            heights[y, x] = 0.25 * depth[4 * y + 2, 4 * x + 2]


@kernel
def _spread(plane: Plane, material: Plane, layers: Plane, first: int) -> None:
    """Fill two layers with a plane's values on the ground and on all else, spread beyond their outlines."""
    edge = plane.shape[0]
    known = np.empty((edge, edge))
    fresh = np.empty((edge, edge))
    for side in range(2):
        layer = layers[first + side]
        for y in range(edge):
            for x in range(edge):
                ground = material[4 * y + 2, 4 * x + 2] == GROUND
                known[y, x] = 1.0 if ground == (side == 0) else 0.0
                layer[y, x] = plane[y, x]
        for _ in range(3):
            for y in range(edge):
                for x in range(edge):
                    fresh[y, x] = known[y, x]
                    if known[y, x] > 0.0:
                        continue
                    total = 0.0
                    count = 0.0
                    for j in range(max(0, y - 1), min(edge, y + 2)):
                        for i in range(max(0, x - 1), min(edge, x + 2)):
                            if known[j, i] > 0.0:
                                total += layer[j, i]
                                count += 1.0
                    if count > 0.0:
                        layer[y, x] = total / count
                        fresh[y, x] = 1.0
            for y in range(edge):
                for x in range(edge):
                    known[y, x] = fresh[y, x]


@kernel
def _soften(plane: Plane, spare: Plane) -> None:
    """Average each value with its neighbours, so that no shadow shows the coarse grid."""
    edge = plane.shape[0]
    for y in range(edge):
        for x in range(edge):
            left, right = max(0, x - 1), min(edge - 1, x + 1)
            spare[y, x] = 0.25 * plane[y, left] + 0.5 * plane[y, x] + 0.25 * plane[y, right]
    for y in range(edge):
        top, bottom = max(0, y - 1), min(edge - 1, y + 1)
        for x in range(edge):
            plane[y, x] = 0.25 * spare[top, x] + 0.5 * spare[y, x] + 0.25 * spare[bottom, x]


@kernel
def between(plane: Plane, x: float, y: float) -> float:
    """Return the plane between its pixels, its border beyond them."""
    last = plane.shape[0] - 1
    if x < 0.0:
        x = 0.0
    if y < 0.0:
        y = 0.0
    if x > last:
        x = last + 0.0
    if y > last:
        y = last + 0.0
    column = math.floor(x)
    row = math.floor(y)
    right = min(last, column + 1)
    below = min(last, row + 1)
    fx = x - column
    fy = y - row
    upper = plane[row, column] + (plane[row, right] - plane[row, column]) * fx
    lower = plane[below, column] + (plane[below, right] - plane[below, column]) * fx
    value: float = upper + (lower - upper) * fy
    return value


@kernel
def _cast(
    heights: Plane,
    table: Plane,
    material: Plane,
    lit: Plane,
    open_: Plane,
    lx: float,
    ly: float,
    lz: float,
    hardness: float,
    reach: float,
) -> None:
    edge = heights.shape[0]
    flat = math.sqrt(lx * lx + ly * ly)
    slope = lz / flat if flat > 0.001 else 1000.0
    ux = lx / flat if flat > 0.001 else 1.0
    uy = ly / flat if flat > 0.001 else 0.0
    width = 0.06 + 0.8 * (1.0 - hardness)  # of the light, as a slope
    step = edge / 112.0
    for y in range(edge):
        for x in range(edge):
            here = heights[y, x]
            worst = -1.0e9
            # a shadow on the ground that is narrower than a few coarse pixels would only show their grid
            t = 3.0 * step if material[4 * y + 2, 4 * x + 2] == GROUND else 1.2 * step
            t *= 1.0 + 0.12 * table[y & 255, x & 255]  # no two neighbours meet the same steps
            for _ in range(32):
                px = x + ux * t
                py = y + uy * t
                if px < -2.0 or py < -2.0 or px > edge + 1.0 or py > edge + 1.0:
                    break
                angle = (between(heights, px, py) - here - 0.35 * step) / t - slope
                if angle > worst:
                    worst = angle
                t *= 1.14
            lit[y, x] = 1.0 - smoothstep(-0.6 * width, 0.6 * width + 0.02, worst / (1.0 + 0.15 * slope))
            hidden = 0.0
            for ring in range(2):
                r = reach * (0.25 if ring == 0 else 0.8) * 0.25
                if r < 1.0:
                    r = 1.0
                for k in range(8):
                    dx = 1.0 if k == 0 or k == 1 or k == 7 else (-1.0 if 3 <= k <= 5 else 0.0)
                    dy = 1.0 if 1 <= k <= 3 else (-1.0 if k >= 5 else 0.0)
                    if k % 2 == 1:
                        dx *= 0.7071
                        dy *= 0.7071
                    rise = (between(heights, x + r * dx, y + r * dy) - here) / r
                    if rise > 0.0:
                        hidden += rise / math.sqrt(1.0 + rise * rise)
            open_[y, x] = 1.0 / (1.0 + 0.16 * hidden)
