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
from hzbench.benchmark.data.synth.capsules import View, rows_in_picture, signed_distance
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep

TILE = 16  # pixels: solids far from a tile are left out of it
OUTSIDE = 9.0  # rim of pixels far from every solid


class Solid(NamedTuple):
    """A tapered capsule; millimetres in the body part's own frame (x right, y down, z to the camera).

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


def form_solids(
    canvas: Canvas, solids: Sequence[Solid], view: View, bulge_mm: float, floor_mm: float, offset: float
) -> None:
    """Fill the canvas's `depth` and `rim` with the union of `solids`.

    Args:
        canvas: what to fill.
        solids: in the body part's frame.
        view: how it lies in the picture.
        bulge_mm: how uneven surfaces are; outlines nearly as much.
        floor_mm: how far behind the part's middle the ground lies.
        offset: where in the noise table the unevenness lies.
    """
    _form(
        rows_in_picture(solids, view, canvas.edge, (0, 4), (2, 3, 6, 7, 9)),
        canvas.table,
        canvas.depth,
        canvas.rim,
        canvas.scale,
        0.9 * bulge_mm,
        bulge_mm,
        -floor_mm * canvas.scale,
        offset,
    )


@kernel
def _form(
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
    largest = 0.0
    for k in range(count):
        largest = max(largest, rows[k, 3], rows[k, 7])
    for tile_y in range(0, edge, TILE):
        for tile_x in range(0, edge, TILE):
            found = 0
            closest = 1.0e30
            for k in range(count):
                away[k] = signed_distance(rows[k], tile_x + 0.5 * TILE, tile_y + 0.5 * TILE, along, k)
                if away[k] < closest:
                    closest = away[k]
            outside = max(closest, 0.0)
            if outside > 3.0 * TILE + 2.0 * wobble_mm * scale + 0.3 * largest:  # ground alone
                for y in range(tile_y, min(edge, tile_y + TILE)):
                    for x in range(tile_x, min(edge, tile_x + TILE)):
                        depth[y, x] = floor
                        rim[y, x] = OUTSIDE
                continue
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
        distance = signed_distance(rows[k], px, py, along, k)
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
