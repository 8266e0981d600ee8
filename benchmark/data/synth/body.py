"""The body part in the picture: a patch of skin, a limb or a rounded part, and where on it lesions sit."""

import math
from typing import NamedTuple

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise
from hzbench.benchmark.data.synth.spots import Spot

SHEET, LIMB, ROUND = 0, 1, 2


class Body(NamedTuple):
    """Shape of the body part; lengths in shares of the picture's edge.

    Attributes:
        shape: SHEET (skin fills the picture), LIMB (a bent, tapered cylinder) or ROUND (an ellipsoid).
        x, y: middle of the part.
        axis_x, axis_y: direction of its long axis, unit vector.
        half_width: of a limb, or the minor half axis of a rounded part.
        half_length: major half axis of a rounded part.
        taper, bend: how a limb's width and middle line change along it.
        thickness: depth over half width.
        fold: depth of a fold of the skin, 0 none; fold_x, fold_y, fold_at is its line.
        bulge: height of the slow undulation of the surface.
        offset: where in the noise table this body's noise lies.
    """

    shape: int
    x: float
    y: float
    axis_x: float
    axis_y: float
    half_width: float
    half_length: float
    taper: float
    bend: float
    thickness: float
    bulge: float
    fold: float
    fold_at: float
    fold_x: float
    fold_y: float
    offset: float


def make_body(draws: Draws, field_mm: float) -> Body:
    """Draw a body part that fits a field of view of `field_mm` millimetres."""
    # a limb is 70 to 130 mm wide, a rounded part 130 to 260 mm; close pictures show skin only
    width_mm = draws.uniform(75.0, 140.0)
    shape = draws.weighted((0.26, 0.44, 0.30))
    axis_x, axis_y = draws.direction()
    fold_x, fold_y = draws.direction()
    x = draws.uniform(0.40, 0.60)
    y = draws.uniform(0.40, 0.60)
    half_width = 0.5 * width_mm / field_mm
    half_length = half_width
    if shape == LIMB:
        half_width = min(0.62, max(0.26, half_width))
        x += draws.uniform(-0.12, 0.12)
        y += draws.uniform(-0.12, 0.12)
    if shape == ROUND:
        half_width = min(0.9, max(0.42, 1.8 * half_width))
        half_length = half_width * draws.uniform(1.0, 1.7)
        away_x, away_y = draws.direction()
        shift = draws.uniform(0.2, 0.55) * half_width
        x += shift * away_x
        y += shift * away_y
    return Body(
        shape=shape,
        x=x,
        y=y,
        axis_x=axis_x,
        axis_y=axis_y,
        half_width=half_width,
        half_length=half_length,
        taper=draws.uniform(-0.25, 0.25),
        bend=draws.uniform(-0.25, 0.25),
        thickness=draws.uniform(0.65, 1.1) if shape != SHEET else draws.uniform(0.1, 1.3),
        bulge=draws.uniform(0.006, 0.03),
        fold=draws.uniform(0.01, 0.035) if draws.chance(0.2) else 0.0,
        fold_at=draws.uniform(0.15, 0.45) * draws.pick((-1.0, 1.0)),
        fold_x=fold_x,
        fold_y=fold_y,
        offset=draws.uniform(0.0, 200.0),
    )


def form_body(canvas: Canvas, body: Body) -> None:
    """Fill the canvas's `depth` and `rim` with the body's shape."""
    _form(
        canvas.table,
        canvas.depth,
        canvas.rim,
        body.shape,
        body.x,
        body.y,
        body.axis_x,
        body.axis_y,
        body.half_width,
        body.half_length,
        body.taper,
        body.bend,
        body.thickness,
        body.bulge,
        body.fold,
        body.fold_at,
        body.fold_x,
        body.fold_y,
        body.offset,
    )


@kernel
def _form(
    table: Plane,
    depth: Plane,
    rim: Plane,
    shape: int,
    x0: float,
    y0: float,
    ax: float,
    ay: float,
    half_width: float,
    half_length: float,
    taper: float,
    bend: float,
    thickness: float,
    bulge: float,
    fold: float,
    fold_at: float,
    fold_x: float,
    fold_y: float,
    offset: float,
) -> None:
    edge = depth.shape[0]
    step = 1.0 / edge
    for y in range(edge):
        for x in range(edge):
            dx = (x + 0.5) * step - x0
            dy = (y + 0.5) * step - y0
            wave = smooth_noise(table, 3.1 * dx + offset, 3.1 * dy + offset)
            wave += 0.4 * smooth_noise(table, 7.3 * dx - offset, 7.3 * dy)
            along = dx * ax + dy * ay
            across = dy * ax - dx * ay
            height = 0.0
            q = 0.3
            if shape == 0:
                height = -thickness * (across * across + 0.25 * along * along)
            else:
                across += 0.02 * wave
                if shape == 1:
                    across -= bend * along * along
                    width = half_width * (1.0 + taper * along)
                    q = abs(across) / width
                else:
                    width = half_width
                    u = along / half_length
                    v = across / half_width
                    q = math.sqrt(u * u + v * v)
                rest = 1.0 - q * q
                if rest < 0.02:
                    rest = 0.02
                height = thickness * width * math.sqrt(rest)
            if fold > 0.0:
                away = (x + 0.5) * step - 0.5
                away = away * fold_x + ((y + 0.5) * step - 0.5) * fold_y - fold_at + 0.05 * wave
                away = abs(away)
                height -= 0.7 * fold / (1.0 + 350.0 * away * away)
                height -= 0.3 * fold / (1.0 + 5000.0 * away * away)
            depth[y, x] = (height + bulge * wave) * edge
            rim[y, x] = q


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
