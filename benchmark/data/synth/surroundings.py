"""What is not skin: the ground behind the body, clothing over part of it, a ruler or a gloved finger."""

import math
from typing import NamedTuple

import numpy as np

from hzbench.benchmark.data.synth.body import Body
from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep

# kinds of ground, and the share of pictures with each
WALL, SHEET, DRAPE, WOOD, TILES, DARK, COUCH = range(7)
GROUND_SHARES = (0.20, 0.24, 0.18, 0.08, 0.06, 0.16, 0.08)

# linear RGB by ground
_GROUND_COLOURS = (
    ((0.55, 0.52, 0.46), (0.38, 0.40, 0.42), (0.62, 0.62, 0.60), (0.30, 0.38, 0.46), (0.50, 0.42, 0.30)),
    ((0.72, 0.73, 0.75), (0.66, 0.66, 0.64), (0.45, 0.55, 0.66), (0.62, 0.55, 0.44), (0.55, 0.42, 0.45)),
    ((0.05, 0.21, 0.18), (0.04, 0.12, 0.32), (0.10, 0.28, 0.38), (0.03, 0.05, 0.12), (0.25, 0.33, 0.30)),
    ((0.26, 0.14, 0.06), (0.13, 0.06, 0.03), (0.42, 0.27, 0.14), (0.34, 0.20, 0.10), (0.08, 0.05, 0.03)),
    ((0.40, 0.36, 0.30), (0.22, 0.20, 0.18), (0.58, 0.57, 0.54), (0.30, 0.24, 0.19), (0.16, 0.17, 0.19)),
    (
        (0.010, 0.010, 0.012),
        (0.02, 0.02, 0.03),
        (0.008, 0.014, 0.03),
        (0.03, 0.022, 0.016),
        (0.02, 0.03, 0.03),
    ),
    ((0.03, 0.03, 0.035), (0.16, 0.05, 0.03), (0.05, 0.10, 0.16), (0.20, 0.12, 0.06), (0.10, 0.16, 0.13)),
)

# linear RGB of clothes
_CLOTH_COLOURS = (
    (0.70, 0.70, 0.72),
    (0.03, 0.05, 0.11),
    (0.012, 0.012, 0.014),
    (0.20, 0.22, 0.24),
    (0.07, 0.13, 0.28),
    (0.28, 0.03, 0.04),
    (0.09, 0.17, 0.10),
    (0.45, 0.36, 0.26),
    (0.52, 0.28, 0.33),
    (0.24, 0.38, 0.50),
    (0.42, 0.41, 0.38),
    (0.10, 0.06, 0.13),
    (0.58, 0.44, 0.10),
)


class Surroundings(NamedTuple):
    """What lies around the skin; lengths in millimetres, colours linear.

    Attributes:
        ground: WALL, SHEET, DRAPE, WOOD, TILES, DARK or COUCH.
        ground_red, ground_green, ground_blue: its colour.
        ground_pattern: size of its pattern.
        ground_crease: height of its creases.
        cloth: 1 if clothing covers a part of the body.
        cloth_red, cloth_green, cloth_blue: its colour.
        other_red, other_green, other_blue: second colour of its pattern.
        cloth_pattern: 0 plain, 1 stripes, 2 checks, 3 dots.
        cloth_repeat: size of the pattern.
        cloth_crease: height of its creases.
        hem_x, hem_y, hem_c, hem_s: a pixel of its edge and the direction into the cloth.
        hem_band: width of the seam.
        turn_c, turn_s: direction of the ground's and the cloth's pattern.
        ruler: 1 if a ruler lies there; ruler_x, ruler_y, ruler_c, ruler_s: its corner (pixels) and direction.
        offset: where in the noise table the noise lies.
    """

    ground: float
    ground_red: float
    ground_green: float
    ground_blue: float
    ground_pattern: float
    ground_crease: float
    cloth: float
    cloth_red: float
    cloth_green: float
    cloth_blue: float
    other_red: float
    other_green: float
    other_blue: float
    cloth_pattern: float
    cloth_repeat: float
    cloth_crease: float
    hem_x: float
    hem_y: float
    hem_c: float
    hem_s: float
    hem_band: float
    turn_c: float
    turn_s: float
    ruler: float
    ruler_x: float
    ruler_y: float
    ruler_c: float
    ruler_s: float
    offset: float


def make_surroundings(draws: Draws, body: Body, edge: int) -> Surroundings:
    """Draw ground, clothing and what lies about."""
    ground = draws.weighted(GROUND_SHARES)
    red, green, blue = draws.pick(_GROUND_COLOURS[ground])
    gain = draws.uniform(0.6, 1.15)
    cloth = _tinted(draws, _CLOTH_COLOURS)
    other = _tinted(draws, _CLOTH_COLOURS)
    turn_c, turn_s = draws.direction()
    hem = _hem(draws, body, edge)
    ruler_c, ruler_s = draws.direction()
    clothed = draws.chance(0.42)
    measured = draws.chance(0.035)
    return Surroundings(
        ground=float(ground),
        ground_red=red * gain * draws.uniform(0.9, 1.1),
        ground_green=green * gain,
        ground_blue=blue * gain * draws.uniform(0.9, 1.1),
        ground_pattern=draws.uniform(0.7, 1.5),
        ground_crease=(0.0, 5.0, 4.0, 0.0, 0.0, 3.0, 2.0)[ground] * draws.uniform(0.2, 1.5),
        cloth=1.0 if clothed else 0.0,
        cloth_red=cloth[0],
        cloth_green=cloth[1],
        cloth_blue=cloth[2],
        other_red=other[0],
        other_green=other[1],
        other_blue=other[2],
        cloth_pattern=float(draws.weighted((0.64, 0.16, 0.12, 0.08))),
        cloth_repeat=draws.uniform(6.0, 30.0),
        cloth_crease=draws.uniform(1.0, 5.0),
        hem_x=hem[0],
        hem_y=hem[1],
        hem_c=hem[2],
        hem_s=hem[3],
        hem_band=draws.uniform(5.0, 22.0),
        turn_c=turn_c,
        turn_s=turn_s,
        ruler=1.0 if measured else 0.0,
        ruler_x=0.5 * edge - draws.uniform(0.30, 0.42) * edge * ruler_s - 0.5 * edge * ruler_c,
        ruler_y=0.5 * edge + draws.uniform(0.30, 0.42) * edge * ruler_c - 0.5 * edge * ruler_s,
        ruler_c=ruler_c,
        ruler_s=ruler_s,
        offset=draws.uniform(0.0, 200.0),
    )


def _tinted(draws: Draws, colours: tuple[tuple[float, float, float], ...]) -> tuple[float, float, float]:
    red, green, blue = draws.pick(colours)
    gain = draws.uniform(0.5, 1.2)
    return red * gain * draws.uniform(0.85, 1.15), green * gain, blue * gain * draws.uniform(0.85, 1.15)


def _hem(draws: Draws, body: Body, edge: int) -> tuple[float, float, float, float]:
    """Return a pixel on the clothing's edge and the direction into the cloth: a hem of the part, in the picture."""
    x, y, way_x, way_y = draws.pick(body.part.hems)
    px, py = body.view.to_picture(x, y, edge)
    c, s = body.view.direction(way_x, way_y)
    norm = math.sqrt(c * c + s * s)
    c, s = c / norm, s / norm
    away = (0.5 * edge - px) * c + (0.5 * edge - py) * s  # how far the middle lies inside the cloth
    wanted = -draws.uniform(0.2, 0.46) * edge
    if away > wanted:  # pull the cloth back from the middle
        px, py = px + (away - wanted) * c, py + (away - wanted) * s
    elif draws.chance(0.35):  # or into the picture
        px, py = px - (wanted - away) * c, py - (wanted - away) * s
    return px, py, c, s


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
