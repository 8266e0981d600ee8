"""Cloth, sheets, walls, wood, tiles and rulers: colour and height of all that is not skin."""

import math

import numpy as np

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep
from hzbench.benchmark.data.synth.surroundings import Surroundings


def surround(canvas: Canvas, surroundings: Surroundings) -> None:
    """Fill material, colour and height of all that is not skin; clothing takes its pixels from the body."""
    _surround(
        np.array(surroundings, dtype=np.float64),
        canvas.scale,
        canvas.table,
        canvas.depth,
        canvas.rim,
        canvas.material,
        canvas.back_red,
        canvas.back_green,
        canvas.back_blue,
    )


@kernel
def _creases(table: Plane, u: float, v: float, offset: float) -> float:
    """Return the height of creased cloth at (u, v) millimetres, 0 to about 1."""
    warp = smooth_noise(table, 0.011 * u + offset, 0.011 * v)
    first = abs(smooth_noise(table, 0.012 * u + 1.1 * warp, 0.034 * v - offset))
    second = abs(smooth_noise(table, 0.045 * u - offset, 0.022 * v + 1.7 * warp))
    first = 1.0 - first
    second = 1.0 - second
    height: float = 0.7 * first * first * first + 0.3 * second * second * second
    return height


@kernel
def _surround(
    s: Plane,
    scale: float,
    table: Plane,
    depth: Plane,
    rim: Plane,
    material: Plane,
    back_red: Plane,
    back_green: Plane,
    back_blue: Plane,
) -> None:
    edge = depth.shape[0]
    mm = 1.0 / scale
    offset = s[28]
    thread = smoothstep(0.9, 2.4, scale)  # threads finer than that only alias
    for y in range(edge):
        for x in range(edge):
            q = rim[y, x]
            over = -1.0
            if s[6] > 0.5 and q < 1.1:
                along = ((x - s[16]) * -s[19] + (y - s[17]) * s[18]) * mm
                ripple = 2.6 * smooth_noise(table, 0.03 * along + offset, 0.5)
                ripple += 0.8 * smooth_noise(table, 0.13 * along, offset)
                over = ((x - s[16]) * s[18] + (y - s[17]) * s[19]) * mm + ripple
            u = (x * s[21] + y * s[22]) * mm
            v = (y * s[21] - x * s[22]) * mm
            if over >= 0.0:
                crease = _creases(table, u, v, offset)
                lift = 1.6 + s[15] * crease * smoothstep(0.0, 18.0, over)
                if over < 1.2:
                    lift *= over / 1.2
                if q < 1.0:
                    depth[y, x] += lift * scale
                else:
                    depth[y, x] = (lift - (q - 1.0) * 160.0) * scale
                rim[y, x] = 5.0
                material[y, x] = 1.0
                weave = table[(3 * x + y) & 255, (x + 5 * y) & 255]
                knit = smooth_noise(table, 1.1 * u, 0.35 * v) + smooth_noise(table, 0.35 * u, 1.1 * v)
                level = 1.0 + 0.06 * weave + thread * 0.16 * knit
                mix = 0.0
                if s[13] > 0.5:
                    a = u / s[14] - math.floor(u / s[14])
                    b = v / s[14] - math.floor(v / s[14])
                    if s[13] < 1.5:
                        mix = 1.0 if a < 0.4 else 0.0
                    elif s[13] < 2.5:
                        mix = (0.5 if a < 0.4 else 0.0) + (0.5 if b < 0.4 else 0.0)
                    else:
                        a -= 0.5
                        b -= 0.5
                        mix = 1.0 if a * a + b * b < 0.07 else 0.0
                if over > s[20] and over < s[20] + 0.9:
                    level *= 0.72  # the seam
                back_red[y, x] = level * (s[7] + (s[10] - s[7]) * mix)
                back_green[y, x] = level * (s[8] + (s[11] - s[8]) * mix)
                back_blue[y, x] = level * (s[9] + (s[12] - s[9]) * mix)
            elif q >= 1.0:
                kind = s[0]
                level = 1.0 + 0.12 * smooth_noise(table, 0.006 * u + offset, 0.006 * v)
                lift = 0.0
                if s[5] > 0.0:
                    lift = s[5] * _creases(table, u + 70.0, v - 40.0, offset + 13.0)
                if kind == 0.0:
                    level *= 1.0 + 0.04 * smooth_noise(table, 0.21 * u, 0.21 * v + offset)
                elif kind == 1.0 or kind == 2.0 or kind == 5.0:
                    weave = table[(x + 3 * y) & 255, (5 * x + y) & 255]
                    knit = smooth_noise(table, 0.9 * u, 0.3 * v) + smooth_noise(table, 0.3 * u, 0.9 * v)
                    level *= 1.0 + 0.05 * weave + thread * 0.12 * knit
                elif kind == 3.0:
                    board = 95.0 * s[4]
                    plank = math.floor(v / board)
                    shift = 37.0 * plank
                    bent = v + 3.0 * smooth_noise(table, 0.009 * u + shift, 0.03 * v)
                    grain = smooth_noise(table, 0.012 * u + shift, 0.33 * bent)
                    grain += 0.6 * smooth_noise(table, 0.03 * u - shift, 1.1 * bent)
                    level *= 1.0 + 0.28 * grain
                    level *= 1.0 + 0.2 * table[int(plank) & 255, 17]
                    gap = v - plank * board
                    if gap < 1.2:
                        level *= 0.35
                elif kind == 4.0:
                    tile = 110.0 * s[4]
                    row = math.floor(v / tile)
                    column = math.floor(u / tile)
                    a = u - column * tile
                    b = v - row * tile
                    level *= 1.0 + 0.1 * table[int(row) & 255, int(column) & 255]
                    level *= 1.0 + 0.1 * smooth_noise(table, 0.12 * u, 0.12 * v + offset)
                    if a < 2.6 or b < 2.6:
                        level *= 0.6
                        lift = -0.8
                else:
                    skin = abs(smooth_noise(table, 0.45 * u, 0.45 * v)) + abs(
                        smooth_noise(table, 0.3 * u - 9.0, 0.34 * v)
                    )
                    lift += 0.22 * thread * skin
                    level *= 1.0 + 0.08 * smooth_noise(table, 0.05 * u, 0.05 * v)
                depth[y, x] += lift * scale
                material[y, x] = 2.0
                back_red[y, x] = level * s[1]
                back_green[y, x] = level * s[2]
                back_blue[y, x] = level * s[3]
            if s[23] > 0.5:
                a = ((x - s[24]) * s[26] + (y - s[25]) * s[27]) * mm
                b = ((y - s[25]) * s[26] - (x - s[24]) * s[27]) * mm
                if b > 0.0 and b < 16.0:
                    material[y, x] = 3.0
                    rim[y, x] = 5.0
                    depth[y, x] += 1.0 * scale
                    level = 0.72
                    tick = a - math.floor(a)
                    ten = a / 10.0 - math.floor(a / 10.0)
                    if ten < 0.06 and b < 8.0:
                        level = 0.03
                    elif tick < 0.4 and b < 3.4 and scale > 1.6:
                        level = 0.06
                    back_red[y, x] = level
                    back_green[y, x] = 0.98 * level
                    back_blue[y, x] = 0.93 * level
