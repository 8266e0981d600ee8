"""What lies around the skin: the ground behind the body, clothing over part of it, a ruler."""

import math
from typing import NamedTuple

from hzbench.benchmark.data.synth.body import Body
from hzbench.benchmark.data.synth.draws import Draws

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
    """Return a pixel on the clothing's edge, a hem of the part, and the direction into the cloth."""
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
