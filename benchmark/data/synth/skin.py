"""Healthy skin: fine relief, pores, wrinkles, uneven colour, freckles and moles."""

import math

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.flakes import cell
from hzbench.benchmark.data.synth.noise import Plane, smooth_noise, smoothstep
from hzbench.benchmark.data.synth.parts.part import Part
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import paint


def grow_skin(canvas: Canvas, person: Person, part: Part, draws: Draws) -> None:
    """Paint the person's healthy skin wherever it is bare."""
    c, s = draws.direction()
    wrinkle_c, wrinkle_s = draws.direction()
    _texture(
        canvas.table,
        canvas.rim,
        canvas.relief,
        canvas.blood,
        canvas.melanin,
        canvas.gloss,
        canvas.scale,
        c,
        s,
        wrinkle_c,
        wrinkle_s,
        part.furrows * draws.uniform(0.5, 1.2) * (0.5 + 0.6 * person.age),
        draws.skewed(0.0, 0.5) * person.age,
        draws.uniform(4.0, 12.0),
        part.pores * draws.uniform(0.2, 1.2),
        person.freckles if draws.chance(0.6) else 0.0,
        draws.uniform(0.06, 0.22),
        0.05 + 0.06 * person.melanin,
        0.05 + 0.27 * person.oil * person.oil,
        part.melanin * person.melanin if part.melanin < 0.0 else part.melanin,
        part.blood,
        part.ridges,
        draws.uniform(0.0, 250.0),
    )


@kernel
def _texture(
    table: Plane,
    rim: Plane,
    relief: Plane,
    blood: Plane,
    melanin: Plane,
    gloss: Plane,
    scale: float,
    c: float,
    s: float,
    wc: float,
    ws: float,
    rough: float,
    wrinkle: float,
    wrinkle_mm: float,
    pores: float,
    freckles: float,
    flush: float,
    pigment: float,
    oil: float,
    extra_melanin: float,
    extra_blood: float,
    ridges: float,
    offset: float,
) -> None:
    edge = relief.shape[0]
    mm = 1.0 / scale
    # cells finer than two pixels only alias: fade them out
    fine = smoothstep(1.2, 3.2, 0.35 * scale)
    lines = smoothstep(1.2, 3.0, 0.8 * scale)
    for y in range(edge):
        for x in range(edge):
            if rim[y, x] >= 1.0:
                continue
            u = (x * c + y * s) * mm + offset
            v = (y * c - x * s) * mm - offset
            slow = smooth_noise(table, 0.045 * u, 0.045 * v)
            middle = smooth_noise(table, 0.16 * u + 40.0, 0.16 * v)
            broad = smooth_noise(table, 0.013 * u + 20.0, 0.013 * v - 60.0)
            quick = smooth_noise(table, 0.6 * u + 80.0, 0.6 * v)
            blood[y, x] += extra_blood + flush * (0.7 * broad + 0.8 * slow + 0.6 * middle + 0.35 * quick)
            melanin[y, x] += extra_melanin + pigment * (
                1.3 * broad
                + 0.8 * smooth_noise(table, 0.06 * u + 90.0, 0.06 * v)
                - 0.5 * middle
                + 0.3 * quick
            )
            speckle = smooth_noise(table, 1.25 * u - 30.0, 1.25 * v + 12.0)
            blood[y, x] += 0.25 * flush * speckle
            melanin[y, x] += 0.3 * pigment * speckle
            height = 0.02 * quick + 0.02 * lines * speckle
            # the net of furrows: small plates, longer along one direction
            if lines > 0.0:
                bent = 0.35 * quick
                border, tip_x, tip_y, column, row = cell(
                    table, 0.62 * u + bent + 0.1 * middle, 0.95 * v - bent
                )
                plate = smoothstep(0.0, 0.28, border)
                own = table[(row + 5) & 255, (column + 9) & 255]
                height += (
                    lines * (0.65 + 0.35 * broad) * (0.095 * plate + 0.03 * own * plate * (tip_x + tip_y))
                )
                melanin[y, x] += 0.12 * pigment * lines * (1.0 - plate)
            if fine > 0.0:
                height += 0.035 * fine * smooth_noise(table, 2.9 * u, 2.9 * v)
            if ridges > 0.0 and fine > 0.0:
                swirl = 1.9 * v + 3.5 * slow + 0.8 * middle
                swirl = abs(2.0 * (swirl - math.floor(swirl)) - 1.0)
                height += 0.07 * ridges * fine * swirl * swirl
            if wrinkle > 0.0:
                w = (x * wc + y * ws) * mm / wrinkle_mm + 0.5 * slow + 0.25 * middle
                w -= math.floor(w)
                w = abs(2.0 * w - 1.0)
                height -= wrinkle * 0.45 * smoothstep(0.72, 1.0, w) * (0.45 + 0.75 * middle)
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
                du = (pu - iu - 0.5 - 0.36 * ju) * 1.6
                dv = (pv - iv - 0.5 - 0.36 * jv) * 1.6
                squared = du * du + dv * dv
                radius = 0.17 + 0.13 * jv
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
                    aspect=draws.uniform(0.65, 1.0),
                    axis=draws.direction(),
                    irregular=draws.uniform(0.1, 0.3),
                    edge=draws.uniform(0.25, 0.6),
                    core=draws.uniform(0.4, 0.9),
                    melanin_plateau=draws.uniform(0.25, 0.7),
                    melanin_core=draws.uniform(0.0, 0.6),
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
