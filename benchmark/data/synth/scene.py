"""Light, distance, surroundings and camera of one picture, drawn without a look at the diagnosis."""

import math
from typing import NamedTuple

from hzbench.benchmark.data.synth.draws import Draws

LIGHTS = ("daylight", "flash", "lamp")
DISTANCES = ("close-up", "medium", "long-shot")

# width of the field of view in millimetres
FIELDS_MM = {"close-up": (40.0, 80.0), "medium": (80.0, 165.0), "long-shot": (165.0, 330.0)}


class Source(NamedTuple):
    """One kind of light.

    Attributes:
        light: which of LIGHTS it counts as.
        share: of pictures.
        key: linear colour of the main light.
        fill: linear colour of the light from everywhere.
        slant: least and most tangent of the angle between main light and camera.
        ambient: least and most share of the light from everywhere.
        hardness: least and most hardness of shadows, 0 to 1.
        highlight: least and most strength of highlights.
        flash: whether the light falls off with the distance from the camera.
    """

    light: str
    share: float
    key: tuple[float, float, float]
    fill: tuple[float, float, float]
    slant: tuple[float, float]
    ambient: tuple[float, float]
    hardness: tuple[float, float]
    highlight: tuple[float, float]
    flash: bool = False


SOURCES = (
    # a window to one side, the room darker and warmer
    Source(
        "daylight",
        0.22,
        (0.97, 1.0, 1.05),
        (1.05, 1.0, 0.92),
        (0.5, 1.8),
        (0.16, 0.36),
        (0.1, 0.4),
        (0.3, 0.9),
    ),
    # sun, the shade filled by the sky
    Source(
        "daylight",
        0.10,
        (1.04, 1.0, 0.93),
        (0.86, 0.97, 1.2),
        (0.4, 1.5),
        (0.10, 0.22),
        (0.8, 1.0),
        (0.5, 1.2),
    ),
    # overcast or shade
    Source(
        "daylight",
        0.10,
        (0.97, 1.0, 1.06),
        (0.95, 1.0, 1.1),
        (0.1, 0.9),
        (0.40, 0.70),
        (0.0, 0.2),
        (0.2, 0.6),
    ),
    # flash on the camera
    Source(
        "flash",
        0.22,
        (1.0, 1.0, 1.0),
        (1.1, 0.98, 0.8),
        (0.06, 0.3),
        (0.04, 0.14),
        (0.7, 1.0),
        (0.7, 1.4),
        True,
    ),
    # ring flash or lamp of a clinic's camera
    Source(
        "flash",
        0.08,
        (1.0, 1.0, 0.98),
        (1.0, 1.0, 1.0),
        (0.02, 0.1),
        (0.14, 0.3),
        (0.2, 0.5),
        (0.5, 1.1),
        True,
    ),
    # lamp bulb
    Source(
        "lamp", 0.10, (1.16, 0.98, 0.72), (1.1, 0.98, 0.8), (0.3, 1.5), (0.12, 0.3), (0.3, 0.8), (0.4, 1.0)
    ),
    # tubes at the ceiling
    Source(
        "lamp", 0.10, (0.97, 1.03, 0.94), (0.98, 1.02, 0.95), (0.2, 1.0), (0.30, 0.5), (0.1, 0.3), (0.3, 0.8)
    ),
    # a lamp near, daylight from elsewhere
    Source(
        "lamp", 0.08, (1.14, 0.98, 0.74), (0.88, 1.0, 1.16), (0.4, 1.6), (0.16, 0.34), (0.2, 0.6), (0.4, 1.0)
    ),
)


class Scene(NamedTuple):
    """Everything between the skin and the pixel; lengths in shares of the edge, colours linear.

    Attributes:
        field_mm: width of the field of view in millimetres.
        light_x, light_y, light_z: unit vector toward the light.
        light_red, light_green, light_blue: its colour after white balance.
        fill_red, fill_green, fill_blue: colour of the light from everywhere, after white balance.
        ambient: share of light from everywhere.
        hardness: of shadows, 0 soft to 1 hard.
        exposure: overall gain.
        falloff_x, falloff_y: change of the light across the picture.
        flash: how fast light falls off away from the camera, 0 not at all.
        shadow: darkness of a shadow that falls into the picture from outside, 0 none.
        shadow_x, shadow_y, shadow_at, shadow_soft: direction, place and softness of its edge.
        highlight: strength of the highlights.
        vignette: darkening in the corners.
        softness: standard deviation of the lens blur in final pixels.
        saturation: how far the camera sets colours apart, 1 as they are.
    """

    field_mm: float
    light_x: float
    light_y: float
    light_z: float
    light_red: float
    light_green: float
    light_blue: float
    fill_red: float
    fill_green: float
    fill_blue: float
    ambient: float
    hardness: float
    exposure: float
    falloff_x: float
    falloff_y: float
    flash: float
    shadow: float
    shadow_x: float
    shadow_y: float
    shadow_at: float
    shadow_soft: float
    highlight: float
    vignette: float
    softness: float
    saturation: float


def make_scene(draws: Draws, light: str | None = None, distance: str | None = None) -> Scene:
    """Draw a scene: close-up to long shot, daylight, flash or lamp.

    Args:
        draws: the picture's surroundings.
        light: one of LIGHTS; None draws it.
        distance: one of DISTANCES; None draws it.
    """
    far = DISTANCES[draws.weighted((0.55, 0.40, 0.05))]  # photographs of a rash are taken to show it
    low, high = FIELDS_MM[distance or far]
    field_mm = low + (high - low) * draws.uniform()
    source = _source(draws, light)
    side_x, side_y = draws.direction()
    slant = draws.uniform(*source.slant)
    length = math.sqrt(slant * slant + 1.0)
    shadow_x, shadow_y = draws.direction()
    # the camera's white balance takes away part of the light's colour, and errs
    balanced = draws.uniform(0.2, 0.95)
    warm = draws.normal(0.0, 0.05)
    tint = draws.normal(0.0, 0.022)
    if draws.chance(0.08):  # a bad balance, or a slide that has aged
        warm += draws.uniform(-0.2, 0.2)
        tint += draws.uniform(-0.1, 0.05)
    errors = (1.0 + warm, 1.0 + tint, 1.0 - warm)
    gains = [error / (1.0 + balanced * (c - 1.0)) for error, c in zip(errors, source.key, strict=True)]
    key = [c * gain for c, gain in zip(source.key, gains, strict=True)]
    fill = [c * gain for c, gain in zip(source.fill, gains, strict=True)]
    uneven = 0.4 if source.flash else 1.15
    return Scene(
        field_mm=field_mm,
        light_x=side_x * slant / length,
        light_y=side_y * slant / length,
        light_z=1.0 / length,
        light_red=key[0],
        light_green=key[1],
        light_blue=key[2],
        fill_red=fill[0],
        fill_green=fill[1],
        fill_blue=fill[2],
        ambient=draws.uniform(*source.ambient),
        hardness=draws.uniform(*source.hardness),
        exposure=draws.uniform(0.75, 1.4),
        falloff_x=draws.uniform(-uneven, uneven),
        falloff_y=draws.uniform(-uneven, uneven),
        flash=draws.uniform(0.3, 1.0) if source.flash else 0.0,
        shadow=draws.uniform(0.2, 0.65) if draws.chance(0.25) and not source.flash else 0.0,
        shadow_x=shadow_x,
        shadow_y=shadow_y,
        shadow_at=draws.uniform(0.1, 0.5),
        shadow_soft=draws.uniform(0.02, 0.3),
        highlight=draws.uniform(*source.highlight),
        vignette=draws.skewed(0.0, 0.4),
        softness=draws.uniform(0.26, 0.37),
        saturation=draws.uniform(0.74, 1.08),
    )


def _source(draws: Draws, light: str | None) -> Source:
    """Draw a source of light, of one kind where `light` says so."""
    sources = [source for source in SOURCES if light in (None, source.light)]
    total = 0.0
    for source in sources:
        total += source.share
    return sources[draws.weighted([source.share / total for source in sources])]
