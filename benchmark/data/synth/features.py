"""Features: soft capsules that raise, dent or colour the skin, such as veins, creases, knuckles and lips."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.capsules import View, rows_in_picture, signed_distance
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep


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


def paint_features(canvas: Canvas, features: Sequence[Feature], view: View, offset: float) -> None:
    """Add features to the canvas; `offset` is where in the noise table their outlines lie."""
    if features:
        _add_features(
            rows_in_picture(features, view, canvas.edge, (0, 3), (2, 5, 6)),
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
    distance = signed_distance(capsule, px, py, along, 0)
    d: float = 1.0 + distance / (f[2] + along[0] * (f[5] - f[2]))
    return d
