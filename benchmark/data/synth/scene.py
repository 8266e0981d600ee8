"""Light, background, clothing and camera of one picture, drawn without a look at the diagnosis."""

import math
from typing import NamedTuple

from hzbench.benchmark.data.synth.draws import Draws

# linear RGB of light sources, brightest channel about 1: daylight, flash, tungsten, fluorescent, shade
_LIGHTS = (
    (1.00, 0.98, 0.95),
    (1.00, 1.00, 1.02),
    (1.08, 0.96, 0.78),
    (0.97, 1.02, 0.93),
    (0.94, 0.99, 1.10),
)

# linear RGB of backgrounds and cloth
_COLOURS = (
    (0.30, 0.30, 0.31),
    (0.75, 0.74, 0.72),
    (0.12, 0.20, 0.45),
    (0.06, 0.25, 0.16),
    (0.03, 0.04, 0.10),
    (0.012, 0.012, 0.014),
    (0.020, 0.022, 0.030),
    (0.85, 0.86, 0.88),
    (0.45, 0.07, 0.07),
    (0.50, 0.40, 0.28),
    (0.20, 0.11, 0.06),
    (0.10, 0.30, 0.32),
    (0.22, 0.16, 0.36),
)


class Scene(NamedTuple):
    """Everything between the skin and the pixel; lengths in shares of the edge, colours linear.

    Attributes:
        field_mm: width of the field of view in millimetres.
        light_x, light_y, light_z: unit vector toward the light.
        light_red, light_green, light_blue: its colour after white balance.
        ambient: share of light from everywhere.
        exposure: overall gain.
        falloff_x, falloff_y: change of the light across the picture.
        shadow: darkness of a soft cast shadow, 0 none.
        shadow_x, shadow_y, shadow_at, shadow_soft: direction, place and softness of its edge.
        highlight: strength of the camera-side highlights.
        vignette: darkening in the corners.
        softness: standard deviation of the lens blur in final pixels.
        back_red, back_green, back_blue, back_light: colour and gradient of the background.
        back_stripe: stripes a picture edge, 0 none.
        cloth: 1 if clothing covers one side; cloth_x, cloth_y, cloth_at is its edge.
        cloth_red, cloth_green, cloth_blue, cloth_stripe: its colour and pattern.
        offset: where in the noise table the scene's noise lies.
    """

    field_mm: float
    light_x: float
    light_y: float
    light_z: float
    light_red: float
    light_green: float
    light_blue: float
    ambient: float
    exposure: float
    falloff_x: float
    falloff_y: float
    shadow: float
    shadow_x: float
    shadow_y: float
    shadow_at: float
    shadow_soft: float
    highlight: float
    vignette: float
    softness: float
    back_red: float
    back_green: float
    back_blue: float
    back_light: float
    back_stripe: float
    cloth: float
    cloth_x: float
    cloth_y: float
    cloth_at: float
    cloth_red: float
    cloth_green: float
    cloth_blue: float
    cloth_stripe: float
    offset: float


def make_scene(draws: Draws) -> Scene:
    """Draw a scene: close-up to long shot, flash or lamp or daylight."""
    side_x, side_y = draws.direction()
    slant = draws.uniform(0.2, 1.7)
    length = math.sqrt(slant * slant + 1.0)
    red, green, blue = draws.pick(_LIGHTS)
    balance = draws.uniform(-0.09, 0.09)
    tint = draws.uniform(-0.05, 0.04)
    shadow_x, shadow_y = draws.direction()
    cloth_x, cloth_y = draws.direction()
    back = _tinted(draws)
    fabric = _tinted(draws)
    return Scene(
        field_mm=48.0 + 90.0 * draws.uniform() * draws.uniform(0.4, 1.0),
        light_x=side_x * slant / length,
        light_y=side_y * slant / length,
        light_z=1.0 / length,
        light_red=red * (1.0 + balance),
        light_green=green * (1.0 + tint),
        light_blue=blue * (1.0 - balance),
        ambient=draws.uniform(0.08, 0.32),
        exposure=draws.uniform(0.85, 1.45),
        falloff_x=draws.uniform(-0.9, 0.9),
        falloff_y=draws.uniform(-0.9, 0.9),
        shadow=draws.uniform(0.25, 0.7) if draws.chance(0.45) else 0.0,
        shadow_x=shadow_x,
        shadow_y=shadow_y,
        shadow_at=draws.uniform(0.12, 0.5),
        shadow_soft=draws.uniform(0.04, 0.3),
        highlight=draws.skewed(0.25, 1.2),
        vignette=draws.skewed(0.0, 0.35),
        softness=draws.uniform(0.33, 0.5),
        back_red=back[0],
        back_green=back[1],
        back_blue=back[2],
        back_light=draws.uniform(-0.6, 0.6),
        back_stripe=draws.uniform(6.0, 25.0) if draws.chance(0.15) else 0.0,
        cloth=1.0 if draws.chance(0.3) else 0.0,
        cloth_x=cloth_x,
        cloth_y=cloth_y,
        cloth_at=draws.uniform(0.26, 0.46),
        cloth_red=fabric[0],
        cloth_green=fabric[1],
        cloth_blue=fabric[2],
        cloth_stripe=draws.uniform(8.0, 40.0) if draws.chance(0.3) else 0.0,
        offset=draws.uniform(0.0, 200.0),
    )


def _tinted(draws: Draws) -> tuple[float, float, float]:
    red, green, blue = draws.pick(_COLOURS)
    gain = draws.uniform(0.25, 1.25)
    return red * gain * draws.uniform(0.85, 1.15), green * gain, blue * gain * draws.uniform(0.85, 1.15)
