"""Body parts as rounded solids: tapered capsules that flow into each other, and the height field they make.

The silhouette is the smooth union of the capsules' outlines (the polynomial minimum of signed distances), the
height the smooth maximum of their half-cylinders, widened by as much as the union widened the outline.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep

TILE = 16  # pixels: solids far from a tile are left out of it
OUTSIDE = 9.0  # rim of pixels far from every solid


class Solid(NamedTuple):
    """A tapered capsule; lengths in millimetres of the body part's own frame (x right, y down, z to the camera).

    Attributes:
        x0, y0, z0, r0: one end of its axis, and the radius there.
        x1, y1, z1, r1: the other end.
        flat: depth over radius, 1 round, 0.4 a slab.
        blend: how far it flows into the solids before it.
        soft: 0 falls off round at its outline, 1 like a low hill.
    """

    x0: float
    y0: float
    z0: float
    r0: float
    x1: float
    y1: float
    z1: float
    r1: float
    flat: float = 1.0
    blend: float = 10.0
    soft: float = 0.0


class Feature(NamedTuple):
    """A soft capsule that changes height or colour of the skin; same frame and units as `Solid`.

    Attributes:
        x0, y0, r0, x1, y1, r1: axis and radii.
        height: rise (negative: dent) in millimetres.
        blood, melanin, gloss: added to the canvas's planes.
        cover, red, green, blue: matter on the skin, linear colour.
        edge: 1 fades from the axis on, 0.1 flat with a crisp outline.
        rough: how uneven the outline is, share of the radius.
        joined: 1 continues the feature before it, as a part of one line.
        begin, end: share of all amounts at the two ends.
    """

    x0: float
    y0: float
    r0: float
    x1: float
    y1: float
    r1: float
    height: float = 0.0
    blood: float = 0.0
    melanin: float = 0.0
    gloss: float = 0.0
    cover: float = 0.0
    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0
    edge: float = 1.0
    rough: float = 0.15
    joined: float = 0.0
    begin: float = 1.0
    end: float = 1.0


class View(NamedTuple):
    """How the part's frame lies in the picture.

    Attributes:
        x, y: the part's point in the middle of the picture, millimetres.
        c, s: the part's right-hand direction in the picture, unit vector.
        mirror: -1 turns a right hand into a left one, else 1.
        scale: pixels per millimetre.
    """

    x: float
    y: float
    c: float
    s: float
    mirror: float
    scale: float

    def to_picture(self, x: float, y: float, edge: int) -> tuple[float, float]:
        """Return the pixel of a point of the part."""
        u = (x - self.x) * self.mirror * self.scale
        v = (y - self.y) * self.scale
        return 0.5 * edge + u * self.c - v * self.s, 0.5 * edge + u * self.s + v * self.c

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """Return a direction of the part in the picture."""
        u = x * self.mirror
        return u * self.c - y * self.s, u * self.s + y * self.c


def rows_in_picture(items: Sequence[Solid] | Sequence[Feature], view: View, edge: int) -> Plane:
    """Return solids or features as rows in pixels (the same columns; unknown lengths scaled)."""
    rows = np.array(items, dtype=np.float64)
    solid = isinstance(items[0], Solid)
    for row, item in zip(rows, items, strict=True):
        first, second = (0, 4) if solid else (0, 3)
        row[first : first + 2] = view.to_picture(item.x0, item.y0, edge)
        row[second : second + 2] = view.to_picture(item.x1, item.y1, edge)
        lengths = (2, 3, 6, 7, 9) if solid else (2, 5, 6)
        for column in lengths:
            row[column] *= view.scale
    return rows


def paint_features(canvas: Canvas, features: Sequence[Feature], view: View, offset: float) -> None:
    """Add features to the canvas; `offset` is where in the noise table their outlines lie."""
    if features:
        _add_features(
            rows_in_picture(features, view, canvas.edge),
            canvas.table,
            canvas.depth,
            canvas.rim,
            canvas.blood,
            canvas.melanin,
            canvas.gloss,
            canvas.red,
            canvas.green,
            canvas.blue,
            canvas.cover,
            canvas.scale,
            offset,
        )


@kernel
def form_solids(
    rows: Plane,
    table: Plane,
    depth: Plane,
    rim: Plane,
    scale: float,
    wobble_mm: float,
    bulge_mm: float,
    floor: float,
    offset: float,
) -> None:
    """Fill `depth` (pixels toward the camera) and `rim` (0 at the axis, 1 at the outline, above 1 outside).

    `wobble_mm` makes outlines uneven, `bulge_mm` surfaces; `floor` is the height outside.
    """
    edge = depth.shape[0]
    count = rows.shape[0]
    near = np.empty(count, dtype=np.int64)
    away = np.empty(count)
    along = np.empty(count)
    mm = 1.0 / scale
    for tile_y in range(0, edge, TILE):
        for tile_x in range(0, edge, TILE):
            found = 0
            closest = 1.0e30
            for k in range(count):
                away[k] = _signed(rows[k], tile_x + 0.5 * TILE, tile_y + 0.5 * TILE, along, k)
                if away[k] < closest:
                    closest = away[k]
            outside = max(closest, 0.0)
            for k in range(count):
                if away[k] < outside + rows[k, 9] + 2.4 * TILE + 2.0 * wobble_mm * scale:
                    near[found] = k
                    found += 1
            for y in range(tile_y, min(edge, tile_y + TILE)):
                for x in range(tile_x, min(edge, tile_x + TILE)):
                    u = x * mm
                    v = y * mm
                    first = smooth_noise(table, 0.021 * u + offset, 0.021 * v - offset)
                    second = smooth_noise(table, 0.017 * u - offset, 0.023 * v + offset)
                    third = smooth_noise(table, 0.07 * u + offset, 0.061 * v + 0.02 * u)
                    px = x + 0.5 + wobble_mm * scale * (first + 0.15 * third)
                    py = y + 0.5 + wobble_mm * scale * (second - 0.15 * third)
                    height, q = _meet(rows, near, found, away, along, px, py)
                    bulge = bulge_mm * scale * (first - second + 0.12 * third)
                    if q < 1.0:
                        depth[y, x] = height + bulge
                        rim[y, x] = q
                    else:
                        depth[y, x] = floor
                        rim[y, x] = q if q < OUTSIDE else OUTSIDE


@kernel
def _signed(row: Plane, px: float, py: float, along: Plane, k: int) -> float:
    """Return the signed distance to a capsule's outline; note how far along its axis the nearest point is."""
    dx = row[4] - row[0]
    dy = row[5] - row[1]
    squared = dx * dx + dy * dy
    t = 0.0
    if squared > 1.0e-9:
        t = ((px - row[0]) * dx + (py - row[1]) * dy) / squared
        if t < 0.0:
            t = 0.0
        if t > 1.0:
            t = 1.0
    ex = px - row[0] - t * dx
    ey = py - row[1] - t * dy
    t = t * t * (3.0 - 2.0 * t)  # a taper without a kink at the ends
    along[k] = t
    distance: float = math.sqrt(ex * ex + ey * ey) - (row[3] + t * (row[7] - row[3]))
    return distance


@kernel
def _meet(
    rows: Plane,
    near: npt.NDArray[np.int64],
    found: int,
    away: Plane,
    along: Plane,
    px: float,
    py: float,
) -> tuple[float, float]:
    """Return height and rim of the union of the near solids at one pixel."""
    outline = 0.0
    radius = 1.0
    closest = 0.0
    for n in range(found):
        k = near[n]
        distance = _signed(rows[k], px, py, along, k)
        away[k] = distance
        own = rows[k, 3] + along[k] * (rows[k, 7] - rows[k, 3])
        if n == 0:
            outline, radius, closest = distance, own, distance
            continue
        if distance < closest:
            closest = distance
        blend = rows[k, 9]
        h = 0.5 + 0.5 * (outline - distance) / blend
        if h <= 0.0:
            continue
        if h >= 1.0:
            outline, radius = distance, own
            continue
        outline += (distance - outline) * h - blend * h * (1.0 - h)
        radius += (own - radius) * h
    q = 1.0 + outline / radius
    if q < 0.0:
        q = 0.0
    if q >= 1.0:
        return 0.0, q
    # near the outline only: elsewhere the nearest solid changes with a kink
    widened = (closest - outline) * (1.0 - smoothstep(0.0, 0.35, -outline / radius))
    height = 0.0
    for n in range(found):
        k = near[n]
        t = along[k]
        own = rows[k, 3] + t * (rows[k, 7] - rows[k, 3])
        inside = away[k] + own - widened
        if inside < 0.0:
            inside = 0.0
        z = rows[k, 2] + t * (rows[k, 6] - rows[k, 2])
        squared = own * own - inside * inside
        if squared > 0.0:
            z += rows[k, 8] * ((1.0 - rows[k, 10]) * math.sqrt(squared) + rows[k, 10] * squared / own)
        else:
            z += rows[k, 10] * rows[k, 8] * squared / own - (1.0 - rows[k, 10]) * 4.0 * (inside - own)
        if n == 0:
            height = z
            continue
        blend = rows[k, 9]
        h = 0.5 + 0.5 * (z - height) / blend
        if h <= 0.0:
            continue
        if h >= 1.0:
            height = z
            continue
        height += (z - height) * h + blend * h * (1.0 - h)
    return height, q


@kernel
def _add_features(
    rows: Plane,
    table: Plane,
    depth: Plane,
    rim: Plane,
    blood: Plane,
    melanin: Plane,
    gloss: Plane,
    red: Plane,
    green: Plane,
    blue: Plane,
    cover: Plane,
    scale: float,
    offset: float,
) -> None:
    """Add each feature (rows in pixels) over its bounding box."""
    edge = depth.shape[0]
    along = np.empty(1)
    capsule = np.zeros(8)
    mm = 1.0 / scale
    for index in range(rows.shape[0]):
        f = rows[index]
        largest = max(f[2], f[5])
        reach = (1.5 + f[15]) * largest + 1.0
        x_low = max(0, math.floor(min(f[0], f[3]) - reach))
        x_high = min(edge - 1, math.floor(max(f[0], f[3]) + reach) + 1)
        y_low = max(0, math.floor(min(f[1], f[4]) - reach))
        y_high = min(edge - 1, math.floor(max(f[1], f[4]) + reach) + 1)
        sway = min(2.0 * scale, 0.6 * largest) if f[15] > 0.0 else 0.0
        reach_d = 1.0 + f[15] + 2.0 * sway / max(0.1, min(f[2], f[5]))
        frequency = 0.9 / max(largest, 0.5 * scale)
        for y in range(y_low, y_high + 1):
            for x in range(x_low, x_high + 1):
                if rim[y, x] >= 1.0:
                    continue
                d = _across(f, capsule, x + 0.5, y + 0.5, along)
                if d > reach_d:
                    continue
                wx, wy, uneven = x + 0.5, y + 0.5, 0.0
                if f[15] > 0.0:
                    n = smooth_noise(table, frequency * x + offset, frequency * y)
                    n += 0.5 * smooth_noise(table, 2.3 * frequency * x - offset, 2.3 * frequency * y)
                    uneven = f[15] * (n - 0.1)
                    wx += sway * smooth_noise(table, 0.035 * x * mm + offset, 0.035 * y * mm)
                    wy += sway * smooth_noise(table, 0.035 * x * mm, 0.035 * y * mm - offset)
                d = _across(f, capsule, wx, wy, along) + uneven
                if d >= 1.0:
                    continue
                p = smoothstep(0.0, 1.0, (1.0 - d) / f[14]) * (f[17] + along[0] * (f[18] - f[17]))
                if f[16] > 0.5:  # only what the piece of the line before has not given yet
                    before = rows[index - 1]
                    d = _across(before, capsule, wx, wy, along) + uneven
                    p -= smoothstep(0.0, 1.0, (1.0 - d) / f[14]) * (
                        before[17] + along[0] * (before[18] - before[17])
                    )
                    if p <= 0.0:
                        continue
                depth[y, x] += f[6] * p
                blood[y, x] += f[7] * p
                melanin[y, x] += f[8] * p
                gloss[y, x] += f[9] * p
                alpha = f[10] * p
                if alpha > 0.0:
                    old = cover[y, x]
                    total = alpha + old * (1.0 - alpha)
                    mix = alpha / total
                    red[y, x] += (f[11] - red[y, x]) * mix
                    green[y, x] += (f[12] - green[y, x]) * mix
                    blue[y, x] += (f[13] - blue[y, x]) * mix
                    cover[y, x] = total


@kernel
def _across(f: Plane, capsule: Plane, px: float, py: float, along: Plane) -> float:
    """Return how far a pixel is from a feature's axis, 1 on its outline."""
    capsule[0], capsule[1], capsule[3] = f[0], f[1], f[2]
    capsule[4], capsule[5], capsule[7] = f[3], f[4], f[5]
    distance = _signed(capsule, px, py, along, 0)
    return 1.0 + distance / (f[2] + along[0] * (f[5] - f[2]))
