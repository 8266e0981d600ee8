"""Tinea: rings with a raised, scaly, red edge and a clearing centre, one or several, some run together."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_tinea(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 4 rings of 6 to 34 mm radius, none wider than two thirds of the picture."""
    strength = 0.7 + 0.4 * person.severity
    count = 1 + draws.weighted((0.45, 0.28, 0.17, 0.10))
    size = draws.uniform(14.0, 28.0) if count == 1 else draws.uniform(10.0, 18.0)
    a, b = 0.0, 0.0
    spots: list[Spot] = []
    for _ in range(count):
        radius = min(size * draws.uniform(0.65, 1.2), 0.34 * site.canvas.edge / site.canvas.scale)
        if site.on_skin(a, b, 0.97):
            spots.extend(_ring(site, draws, person, a, b, radius, strength))
        c, s = draws.direction()
        step = draws.uniform(1.2, 2.2) * size
        a += c * step
        b += s * step
    paint(site.canvas, spots)


def _ring(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, strength: float
) -> list[Spot]:
    offset = draws.uniform(0.0, 250.0)
    width = draws.uniform(0.13, 0.24)
    dark = person.melanin
    tone = max(0.5, 1.0 - 0.2 * dark)  # scale on dark skin looks grey
    clearing = draws.uniform(0.0, 0.22)
    shape: dict[str, Any] = {
        "aspect": draws.uniform(0.72, 1.0),
        "axis": draws.direction(),
        "irregular": draws.uniform(0.08, 0.2),
        "wave": draws.uniform(0.5, 1.0),
        "offset": offset,
    }
    spots = [
        site.spot(
            a,
            b,
            radius,
            **shape,
            edge=0.12,
            ring=0.95,
            ring_width=1.6 * width,
            ring_gap=draws.skewed(0.0, 0.55),
            blood_ring=draws.uniform(0.75, 1.2) * strength,
            blood_plateau=clearing * strength,
            melanin_ring=0.22 * dark * strength,
            melanin_plateau=0.12 * dark + draws.uniform(0.0, 0.15),
            height_ring=draws.uniform(0.2, 0.6),
            mottle=0.6,
            patch_size=1.8,
        ),
        # scale sits on the active edge, a little inside it, and thinly in the centre
        site.spot(
            a,
            b,
            radius,
            **shape,
            edge=0.15,
            ring=0.84,
            ring_width=1.1 * width,
            ring_gap=draws.skewed(0.0, 0.6),
            patch=0.95,
            lamella=1.0,
            patch_size=draws.uniform(0.6, 1.2),
            patch_level=draws.uniform(-0.1, 0.3),
            bump=0.2,
            cover_ring=draws.uniform(0.15, 0.7),
            cover_plateau=draws.skewed(0.0, 0.25),
            red=SCALE.red * tone,
            green=SCALE.green * tone,
            blue=SCALE.blue * tone,
        ),
    ]
    # small red follicular papules on the edge and inside
    for _ in range(draws.between(0, 7)):
        u, v = draws.direction()
        reach = radius * draws.uniform(0.3, 1.0)
        spots.append(
            site.spot(
                a + u * reach,
                b + v * reach,
                draws.uniform(0.6, 1.3),
                edge=0.5,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=0.5 * strength,
                melanin_plateau=0.1 * dark,
                height_dome=0.35,
            )
        )
    return spots
