"""The body part in the picture: which one, how the camera sees it, and where on it lesions sit."""

import math
from typing import NamedTuple

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.capsules import View
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import paint_features
from hzbench.benchmark.data.synth.parts import PARTS
from hzbench.benchmark.data.synth.parts.part import Part
from hzbench.benchmark.data.synth.solids import form_solids
from hzbench.benchmark.data.synth.spots import Spot


class Body(NamedTuple):
    """A body part before a camera.

    Attributes:
        name: of the part.
        part: its shape and surface, in millimetres.
        view: where it lies in the picture.
        x, y: the pixel that the camera was pointed at, where disease may sit.
        axis_x, axis_y: the way that a nerve runs there, in the picture.
        floor_mm: how far behind the part the ground lies.
        offset: where in the noise table this body's noise lies.
    """

    name: str
    part: Part
    view: View
    x: float
    y: float
    axis_x: float
    axis_y: float
    floor_mm: float
    offset: float


def make_body(draws: Draws, field_mm: float, edge: int) -> Body:
    """Draw a body part, and point a camera with a field of view of `field_mm` millimetres at it."""
    names = list(PARTS)
    name = names[draws.weighted([share for _, share in PARTS.values()])]
    part = PARTS[name][0](draws)
    size = draws.uniform(0.86, 1.1)
    anchor = draws.pick(part.anchors)
    x = anchor.x + draws.uniform(-1.0, 1.0) * anchor.spread_x
    y = anchor.y + draws.uniform(-1.0, 1.0) * anchor.spread_y
    if part.upright:
        half = 0.5 * draws.normal(0.0, 0.22)
        c, s = (1.0 - half * half) / (1.0 + half * half), 2.0 * half / (1.0 + half * half)
    else:
        c, s = draws.direction()
    mirror = draws.pick((-1.0, 1.0))
    # the middle of the picture is near the place, not on it
    away = draws.uniform(0.0, 0.16) * field_mm / size
    off_x, off_y = draws.direction()
    view = View(x + away * off_x, y + away * off_y, c, s, mirror, size * edge / field_mm)
    px, py = view.to_picture(x, y, edge)
    axis_x, axis_y = view.direction(anchor.axis_x, anchor.axis_y)
    norm = 1.0 / math.sqrt(axis_x * axis_x + axis_y * axis_y)
    return Body(
        name=name,
        part=part,
        view=view,
        x=px,
        y=py,
        axis_x=axis_x * norm,
        axis_y=axis_y * norm,
        floor_mm=draws.uniform(12.0, 60.0) if draws.chance(0.6) else draws.uniform(60.0, 260.0),
        offset=draws.uniform(0.0, 200.0),
    )


def form_body(canvas: Canvas, body: Body) -> None:
    """Fill the canvas's `depth` and `rim` with the part's shape, and add what is on its surface."""
    part = body.part
    form_solids(canvas, part.solids, body.view, part.bulge, body.floor_mm, body.offset)
    paint_features(canvas, part.features, body.view, body.offset)


class Site:
    """A place on the body in millimetres: maps local positions to pixels, with the surface's foreshortening.

    Args:
        canvas: with the body already formed.
        x, y: origin in pixels.
        axis: direction of the local first axis in the picture, unit vector.
    """

    def __init__(self, canvas: Canvas, x: float, y: float, axis: tuple[float, float]) -> None:
        """Stand at pixel (x, y) of the body."""
        self.canvas = canvas
        self.x = x
        self.y = y
        self.axis = axis
        self._tilt = self._gradient(x, y)

    def _gradient(self, x: float, y: float) -> tuple[float, float, float]:
        """Return the unit direction of steepest slope and the cosine of the tilt there."""
        last = self.canvas.edge - 5
        column = min(last, max(4, int(x)))
        row = min(last, max(4, int(y)))
        depth = self.canvas.depth
        gx = float(depth[row, column + 4] - depth[row, column - 4]) * 0.125
        gy = float(depth[row + 4, column] - depth[row - 4, column]) * 0.125
        slope = math.sqrt(gx * gx + gy * gy)
        if slope < 1e-9:
            return 1.0, 0.0, 1.0
        return gx / slope, gy / slope, max(0.3, 1.0 / math.sqrt(1.0 + slope * slope))

    def pixel(self, a: float, b: float) -> tuple[float, float]:
        """Return the pixel of local position (a, b) in millimetres."""
        scale = self.canvas.scale
        px = (a * self.axis[0] - b * self.axis[1]) * scale
        py = (a * self.axis[1] + b * self.axis[0]) * scale
        gx, gy, cosine = self._tilt
        lift = (px * gx + py * gy) * (1.0 - cosine)
        return self.x + px - lift * gx, self.y + py - lift * gy

    def on_skin(self, a: float, b: float, limit: float = 0.97) -> bool:
        """Tell whether local position (a, b) is in the picture and on the body (rim below `limit`)."""
        x, y = self.pixel(a, b)
        edge = self.canvas.edge
        return 0.0 <= x < edge and 0.0 <= y < edge and float(self.canvas.rim[int(y), int(x)]) < limit

    def spot(
        self,
        a: float,
        b: float,
        radius: float,
        aspect: float = 1.0,
        axis: tuple[float, float] = (1.0, 0.0),
        **look: float,
    ) -> Spot:
        """Return a spot at local (a, b), `radius` in millimetres, foreshortened like the skin there.

        `axis` is the local direction of the major axis; heights in `look` are given in millimetres.
        """
        x, y = self.pixel(a, b)
        gx, gy, cosine = self._gradient(x, y)
        ux = axis[0] * self.axis[0] - axis[1] * self.axis[1]
        uy = axis[0] * self.axis[1] + axis[1] * self.axis[0]
        lift_u = (ux * gx + uy * gy) * (1.0 - cosine)
        lift_v = (-uy * gx + ux * gy) * (1.0 - cosine)
        mx, my = ux - lift_u * gx, uy - lift_u * gy
        vx, vy = -uy - lift_v * gx, ux - lift_v * gy
        major = math.sqrt(mx * mx + my * my)
        minor = math.sqrt(vx * vx + vy * vy)
        scale = self.canvas.scale
        for name in _LENGTHS:
            if name in look:
                look[name] *= scale
        return Spot(
            x,
            y,
            max(0.6, radius * scale * major),
            aspect=aspect * minor / major,
            axis_x=mx / major,
            axis_y=my / major,
            **look,
        )


_LENGTHS = ("height_plateau", "height_ring", "height_dome", "height_core", "bump", "patch_size")
