"""Healthy skin: fine relief, pores, wrinkles, uneven colour, freckles, moles and hairs."""

import math

import numpy as np

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.noise import smooth_noise, smoothstep
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import paint


def grow_skin(canvas: Canvas, person: Person, draws: Draws) -> None:
    """Paint the person's healthy skin on the whole canvas."""
    c, s = draws.direction()
    wrinkle_c, wrinkle_s = draws.direction()
    _texture(
        canvas.table,
        canvas.relief,
        canvas.blood,
        canvas.melanin,
        canvas.gloss,
        canvas.scale,
        c,
        s,
        wrinkle_c,
        wrinkle_s,
        draws.uniform(0.6, 1.5) * (0.6 + 0.6 * person.age),
        draws.skewed(0.0, 0.5) * person.age,
        draws.uniform(4.0, 12.0),
        draws.skewed(0.0, 0.8),
        person.freckles if draws.chance(0.6) else 0.0,
        draws.uniform(0.06, 0.22),
        0.05 + 0.06 * person.melanin,
        0.05 + 0.4 * person.oil * person.oil,
        draws.uniform(0.0, 250.0),
    )


@kernel
def _texture(  # type: ignore[no-untyped-def]
    table,
    relief,
    blood,
    melanin,
    gloss,
    scale,
    c,
    s,
    wc,
    ws,
    rough,
    wrinkle,
    wrinkle_mm,
    pores,
    freckles,
    flush,
    pigment,
    oil,
    offset,
):
    edge = relief.shape[0]
    mm = 1.0 / scale
    # cells finer than two pixels only alias: fade them out
    fine = smoothstep(1.2, 3.2, 0.35 * scale)
    lines = smoothstep(1.2, 3.0, 0.8 * scale)
    for y in range(edge):
        for x in range(edge):
            u = (x * c + y * s) * mm + offset
            v = (y * c - x * s) * mm - offset
            slow = smooth_noise(table, 0.045 * u, 0.045 * v)
            middle = smooth_noise(table, 0.16 * u + 40.0, 0.16 * v)
            quick = smooth_noise(table, 0.6 * u + 80.0, 0.6 * v)
            blood[y, x] += flush * (0.8 * slow + 0.6 * middle + 0.35 * quick)
            melanin[y, x] += pigment * (
                0.8 * smooth_noise(table, 0.06 * u + 90.0, 0.06 * v) - 0.5 * middle + 0.3 * quick
            )
            height = 0.02 * quick
            # the net of furrows: two crossed families of ridged noise
            if lines > 0.0:
                first = abs(smooth_noise(table, 0.55 * (u + v) + 0.6 * quick, 1.5 * (v - u)))
                second = abs(smooth_noise(table, 1.4 * (u + 0.4 * v), 0.5 * (v - 0.4 * u) + 0.5 * middle))
                height += 0.11 * lines * (math.sqrt(first) + math.sqrt(second))
            if fine > 0.0:
                height += 0.05 * fine * smooth_noise(table, 2.9 * u, 2.9 * v)
            if wrinkle > 0.0:
                w = (x * wc + y * ws) * mm / wrinkle_mm + 0.5 * slow + 0.25 * middle
                w -= math.floor(w)
                w = abs(2.0 * w - 1.0)
                height -= wrinkle * 0.8 * smoothstep(0.80, 1.0, w) * (0.6 + 0.4 * middle)
            relief[y, x] += rough * height * scale
            gloss[y, x] += oil * (0.6 + 0.2 * middle + 0.9 * quick * abs(quick))
            if pores > 0.0 or freckles > 0.0:
                # one candidate pore in each cell of a 1.6 mm grid, one freckle in each of a 3.4 mm grid
                pu = 0.62 * u
                pv = 0.62 * v
                iu = math.floor(pu)
                iv = math.floor(pv)
                ju = table[iu & 255, iv & 255]
                jv = table[(iu + 91) & 255, iv & 255]
                du = (pu - iu - 0.5 - 0.25 * ju) * 1.6
                dv = (pv - iv - 0.5 - 0.25 * jv) * 1.6
                squared = du * du + dv * dv
                radius = 0.22 + 0.12 * ju
                if squared < radius * radius:
                    dip = 1.0 - squared / (radius * radius)
                    relief[y, x] -= 0.14 * pores * dip * scale
                    melanin[y, x] += 0.28 * pores * dip
                if freckles > 0.0:
                    pu = 0.29 * u
                    pv = 0.29 * v
                    iu = math.floor(pu)
                    iv = math.floor(pv)
                    ju = table[iu & 255, (iv + 33) & 255]
                    jv = table[(iu + 57) & 255, iv & 255]
                    if jv < 1.7 * freckles - 1.0:
                        du = (pu - iu - 0.5 - 0.22 * ju) * 3.4
                        dv = (pv - iv - 0.5 - 0.22 * jv) * 3.4
                        squared = (du * du + dv * dv) / (0.55 + 0.35 * ju) * (1.0 + 0.4 * quick)
                        if squared < 1.0:
                            melanin[y, x] += (0.22 + 0.2 * jv) * (1.0 - squared)


def add_marks(canvas: Canvas, person: Person, draws: Draws) -> None:
    """Add what anybody may have: a few moles, a red dot, a pale or dark old mark."""
    site = Site(canvas, 0.5 * canvas.edge, 0.5 * canvas.edge, (1.0, 0.0))
    field_mm = canvas.edge / canvas.scale
    expected = person.moles * field_mm * field_mm / 10000.0
    count = int(expected + draws.uniform(0.0, 1.8 + 0.5 * expected))
    spots = []
    for _ in range(min(count, 14)):
        a = draws.uniform(-0.5, 0.5) * field_mm
        b = draws.uniform(-0.5, 0.5) * field_mm
        radius = draws.skewed(0.6, 2.0)
        kind = draws.integer(6)
        if kind < 4:  # mole
            spots.append(
                site.spot(
                    a,
                    b,
                    radius,
                    aspect=draws.uniform(0.75, 1.0),
                    irregular=0.1,
                    edge=0.3,
                    melanin_plateau=draws.uniform(0.5, 1.3),
                    height_dome=draws.skewed(0.0, 0.5),
                    offset=draws.uniform(0.0, 250.0),
                )
            )
        elif kind == 4:  # cherry angioma or insect-bite sized red dot
            spots.append(
                site.spot(
                    a,
                    b,
                    radius,
                    edge=0.4,
                    blood_plateau=draws.uniform(0.4, 1.1),
                    height_dome=draws.uniform(0.1, 0.7),
                )
            )
        else:  # old mark
            amount = draws.pick((-0.25, 0.3))
            spots.append(
                site.spot(
                    a,
                    b,
                    1.6 * radius,
                    edge=0.5,
                    irregular=0.2,
                    melanin_plateau=amount * (0.4 + person.melanin),
                )
            )
    paint(canvas, spots)


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
def _hairs(  # type: ignore[no-untyped-def]
    rolls,
    table,
    rim,
    red,
    green,
    blue,
    cover,
    scale,
    c,
    s,
    length_mm,
    width_mm,
    line_x,
    line_y,
    line_at,
    tousle,
    hair_red,
    hair_green,
    hair_blue,
):
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
