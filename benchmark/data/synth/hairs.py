"""Hairs: short ones on the body, and sometimes a dense hairline at one side of the picture."""

import math

import numpy as np

from hzbench.benchmark.data.synth.body import Body
from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import Feature, paint_features
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise
from hzbench.benchmark.data.synth.parts.part import Tuft
from hzbench.benchmark.data.synth.person import Person


def grow_hairs(canvas: Canvas, person: Person, body: Body, draws: Draws) -> None:
    """Draw hairs over everything else on the skin: the part's tufts, then body hair."""
    for tuft in body.part.tufts:
        _grow_tuft(canvas, person, body, tuft, draws)
    amount = person.hairiness * body.part.hairy
    if amount < 0.05 or draws.chance(0.1):
        return
    field_mm = canvas.edge / canvas.scale
    count = min(1200, int(0.06 * amount * field_mm * field_mm))
    _draw_hairs(
        canvas,
        person,
        draws,
        count,
        (0.0, 0.0, canvas.edge, canvas.edge, 1.5 * canvas.edge),
        draws.direction(),
        (4.0, 12.0),
        (0.05, 0.10),
        1.1,
    )


def _grow_tuft(canvas: Canvas, person: Person, body: Body, tuft: Tuft, draws: Draws) -> None:
    """Draw a tuft: first the mass of its short hair, then its strands."""
    edge = canvas.edge
    x0, y0 = body.view.to_picture(tuft.x0, tuft.y0, edge)
    x1, y1 = body.view.to_picture(tuft.x1, tuft.y1, edge)
    radius = tuft.radius * body.view.scale
    if max(x0, x1) + radius < 0.0 or min(x0, x1) - radius > edge:
        return
    if max(y0, y1) + radius < 0.0 or min(y0, y1) - radius > edge:
        return
    if tuft.dark > 0.0:
        mass = Feature(
            tuft.x0,
            tuft.y0,
            1.12 * tuft.radius,
            tuft.x1,
            tuft.y1,
            1.12 * tuft.radius,
            cover=tuft.dark,
            red=0.6 * person.hair[0],
            green=0.6 * person.hair[1],
            blue=0.6 * person.hair[2],
            edge=0.45,
            rough=0.2,
        )
        paint_features(canvas, (mass,), body.view, draws.uniform(0.0, 200.0))
    along = math.sqrt((tuft.x1 - tuft.x0) * (tuft.x1 - tuft.x0) + (tuft.y1 - tuft.y0) * (tuft.y1 - tuft.y0))
    area = 2.0 * tuft.radius * along + 3.1 * tuft.radius * tuft.radius
    count = min(2600, int(tuft.density * area))
    _draw_hairs(
        canvas,
        person,
        draws,
        count,
        (x0, y0, x1, y1, radius),
        body.view.direction(tuft.way_x, tuft.way_y),
        (0.8 * tuft.length, 1.2 * tuft.length),
        (0.9 * tuft.width, 1.1 * tuft.width),
        tuft.tousle,
    )


def _draw_hairs(
    canvas: Canvas,
    person: Person,
    draws: Draws,
    count: int,
    region: tuple[float, float, float, float, float],
    way: tuple[float, float],
    length_mm: tuple[float, float],
    width_mm: tuple[float, float],
    tousle: float,
) -> None:
    """Draw up to `count` hairs rooted in a capsule of the picture (two ends and a radius, in pixels).

    `tousle` is how far, in radians, neighbouring hairs differ in direction.
    """
    rolls = draws.words(6 * max(1, count)).astype(np.float64) / 4294967296.0
    _hairs(
        rolls.reshape(-1, 6),
        np.array(region, dtype=np.float64),
        canvas.table,
        canvas.rim,
        canvas.red,
        canvas.green,
        canvas.blue,
        canvas.cover,
        canvas.scale,
        way[0],
        way[1],
        draws.uniform(*length_mm),
        draws.uniform(*width_mm),
        tousle,
        person.hair[0],
        person.hair[1],
        person.hair[2],
    )


@kernel
def _hairs(
    rolls: Plane,
    region: Plane,
    table: Plane,
    rim: Plane,
    red: Plane,
    green: Plane,
    blue: Plane,
    cover: Plane,
    scale: float,
    c: float,
    s: float,
    length_mm: float,
    width_mm: float,
    tousle: float,
    hair_red: float,
    hair_green: float,
    hair_blue: float,
) -> None:
    edge = rim.shape[0]
    for index in range(rolls.shape[0]):
        roll = rolls[index]
        x_low = max(0.0, min(region[0], region[2]) - region[4])
        x_high = min(edge + 0.0, max(region[0], region[2]) + region[4])
        y_low = max(0.0, min(region[1], region[3]) - region[4])
        y_high = min(edge + 0.0, max(region[1], region[3]) + region[4])
        x = x_low + roll[0] * (x_high - x_low)
        y = y_low + roll[1] * (y_high - y_low)
        dx = region[2] - region[0]
        dy = region[3] - region[1]
        t = 0.0
        squared = dx * dx + dy * dy
        if squared > 0.0:
            t = ((x - region[0]) * dx + (y - region[1]) * dy) / squared
            t = 0.0 if t < 0.0 else (1.0 if t > 1.0 else t)
        ex = x - region[0] - t * dx
        ey = y - region[1] - t * dy
        if ex * ex + ey * ey > region[4] * region[4]:
            continue
        turn = (roll[2] - 0.5) * tousle + 0.9 * smooth_noise(table, 0.006 * x, 0.006 * y)
        # a small turn of the main direction, by the rational parametrisation
        half = 0.5 * turn
        tc = (1.0 - half * half) / (1.0 + half * half)
        ts = 2.0 * half / (1.0 + half * half)
        dx = c * tc - s * ts
        dy = s * tc + c * ts
        curl = (roll[3] - 0.5) * 0.16 * tousle / max(2.0, scale)  # a turn a millimetre, not a pixel
        steps = int(length_mm * (0.5 + roll[4]) * scale * 0.8)
        width = width_mm * scale * (0.7 + 0.6 * roll[5])
        strength = 0.85
        if width < 0.8:
            strength *= width / 0.8
            width = 0.8
        for step in range(steps):
            fade = 1.0 - step / steps
            column = math.floor(x)
            row = math.floor(y)
            if column < 1 or row < 1 or column >= edge - 2 or row >= edge - 2 or rim[row, column] > 1.15:
                break
            for j in range(row - 1, row + 3):
                for i in range(column - 1, column + 3):
                    ex = i - x
                    ey = j - y
                    away = abs(ex * dy - ey * dx) / width
                    along = abs(ex * dx + ey * dy)
                    if away < 1.0 and along < 1.0:
                        alpha = strength * (0.35 + 0.65 * fade) * (1.0 - away) * (1.0 - along)
                        if j >= 0 and i >= 0 and j < edge and i < edge:
                            old = cover[j, i]
                            total = alpha + old * (1.0 - alpha)
                            if total > 0.0:
                                mix = alpha / total
                                red[j, i] += (hair_red - red[j, i]) * mix
                                green[j, i] += (hair_green - green[j, i]) * mix
                                blue[j, i] += (hair_blue - blue[j, i]) * mix
                                cover[j, i] = total
            x += dx
            y += dy
            nx = dx - curl * dy
            ny = dy + curl * dx
            norm = 1.0 / math.sqrt(nx * nx + ny * ny)
            dx = nx * norm
            dy = ny * norm
