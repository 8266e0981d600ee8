"""What a body part is made of, in a frame of its own: millimetres, x right, y down, z toward the camera."""

from typing import NamedTuple

from hzbench.benchmark.data.synth.features import Feature
from hzbench.benchmark.data.synth.solids import Solid


class Anchor(NamedTuple):
    """A place where a camera may look and disease may sit.

    Attributes:
        x, y: its middle.
        spread_x, spread_y: how far from there.
        axis_x, axis_y: the way that a nerve runs there, unit vector.
    """

    x: float
    y: float
    spread_x: float
    spread_y: float
    axis_x: float
    axis_y: float


class Tuft(NamedTuple):
    """Hair that grows in a capsule of skin.

    Attributes:
        x0, y0, x1, y1, radius: the capsule.
        density: hairs a square millimetre.
        length, width: of a hair, millimetres.
        way_x, way_y: where it grows, unit vector.
        tousle: how far, in radians, neighbours differ.
        dark: how much of the skin below is hidden by shorter hair, 0 to 1.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    radius: float
    density: float
    length: float
    width: float
    way_x: float
    way_y: float
    tousle: float
    dark: float = 0.0


class Part(NamedTuple):
    """A body part.

    Attributes:
        solids: its shape; the first one is the main mass.
        features: details of its surface.
        anchors: where to look.
        tufts: scalp, brow and beard.
        hems: (x, y, direction x, direction y): clothing may cover what lies beyond.
        upright: the camera is held upright, to within about a sixth of a turn.
        hairy: how much body hair it bears, 0 to 1.
        pores: how strongly pores show.
        furrows: how coarse its net of furrows is.
        ridges: finger-print ridges, as on palms and soles.
        melanin, blood: what it has more or less than the person.
        bulge: unevenness of the surface in millimetres.
    """

    solids: tuple[Solid, ...]
    features: tuple[Feature, ...]
    anchors: tuple[Anchor, ...]
    tufts: tuple[Tuft, ...] = ()
    hems: tuple[tuple[float, float, float, float], ...] = ()
    upright: bool = False
    hairy: float = 1.0
    pores: float = 0.4
    furrows: float = 1.0
    ridges: float = 0.0
    melanin: float = 0.0
    blood: float = 0.0
    bulge: float = 1.2


def path(
    points: tuple[tuple[float, float], ...],
    radii: float | tuple[float, ...],
    fade: bool = True,
    **look: float,
) -> list[Feature]:
    """Return features along a line of points: veins, creases, tendons.

    Args:
        points: in millimetres.
        radii: one for all points, or one a point.
        fade: let the line run out at both ends.
        look: amounts of each feature.
    """
    last = len(points) - 1
    width = radii if isinstance(radii, tuple) else (radii,) * (last + 1)
    share = [1.0] * (last + 1)
    if fade:
        share[0] = share[last] = 0.0 if last > 1 else 0.6
    return [
        Feature(
            *points[k],
            width[k],
            *points[k + 1],
            width[k + 1],
            joined=0.0 if k == 0 else 1.0,
            begin=share[k],
            end=share[k + 1],
            **look,
        )
        for k in range(last)
    ]
