"""Hairs: short ones on the body, and sometimes a dense hairline at one side of the picture."""

import math

import numpy as np

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise
from hzbench.benchmark.data.synth.person import Person


def grow_hairs(canvas: Canvas, person: Person, draws: Draws) -> None:
    """Draw hairs over everything else on the skin: body hair, and sometimes a hairline at one side."""
    if draws.chance(0.1):
        line = draws.direction()
        count = int(draws.uniform(1500.0, 3500.0))
        _draw_hairs(
            canvas, person, draws, count, (*line, draws.uniform(0.2, 0.42)), (14.0, 40.0), (0.12, 0.2), 0.5
        )
    if person.hairiness < 0.06 or draws.chance(0.15):
        return
    field_mm = canvas.edge / canvas.scale
    density = 0.05 * person.hairiness  # hairs per square millimetre
    count = min(900, int(density * field_mm * field_mm))
    _draw_hairs(canvas, person, draws, count, (0.0, 0.0, -1.0), (4.0, 12.0), (0.06, 0.12), 1.1)


def _draw_hairs(
    canvas: Canvas,
    person: Person,
    draws: Draws,
    count: int,
    region: tuple[float, float, float],
    length_mm: tuple[float, float],
    width_mm: tuple[float, float],
    tousle: float,
) -> None:
    """Draw up to `count` hairs rooted where x * region[0] + y * region[1] > region[2] (shares of the edge).

    `tousle` is how far, in radians, neighbouring hairs differ in direction.
    """
    c, s = draws.direction()
    rolls = draws.words(6 * max(1, count)).astype(np.float64) / 4294967296.0
    _hairs(
        rolls.reshape(-1, 6),
        canvas.table,
        canvas.rim,
        canvas.red,
        canvas.green,
        canvas.blue,
        canvas.cover,
        canvas.scale,
        c,
        s,
        draws.uniform(*length_mm),
        draws.uniform(*width_mm),
        region[0],
        region[1],
        region[2],
        tousle,
        person.hair[0],
        person.hair[1],
        person.hair[2],
    )


@kernel
def _hairs(
    rolls: Plane,
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
    line_x: float,
    line_y: float,
    line_at: float,
    tousle: float,
    hair_red: float,
    hair_green: float,
    hair_blue: float,
) -> None:
    edge = rim.shape[0]
    for index in range(rolls.shape[0]):
        roll = rolls[index]
        x = roll[0] * edge
        y = roll[1] * edge
        if (roll[0] - 0.5) * line_x + (roll[1] - 0.5) * line_y < line_at:
            continue
        turn = (roll[2] - 0.5) * tousle + 0.9 * smooth_noise(table, 0.006 * x, 0.006 * y)
        # a small turn of the main direction, by the rational parametrisation
        half = 0.5 * turn
        tc = (1.0 - half * half) / (1.0 + half * half)
        ts = 2.0 * half / (1.0 + half * half)
        dx = c * tc - s * ts
        dy = s * tc + c * ts
        curl = (roll[3] - 0.5) * 0.045 * tousle
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
            if column < 1 or row < 1 or column >= edge - 2 or row >= edge - 2 or rim[row, column] > 0.99:
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
