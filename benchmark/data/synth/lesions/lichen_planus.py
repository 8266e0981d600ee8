"""Lichen planus: shiny, flat-topped, violet, angular papules, in groups, rings or lines."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE, VIOLET, cover
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart, trail
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_lichen_planus(site: Site, draws: Draws, person: Person) -> None:
    """Paint 6 to 44 papules with fine white lines on some; some have run together or follow a scratch."""
    spread = draws.uniform(8.0, 24.0)
    wanted = draws.between(6, 44)
    violet = draws.uniform(0.12, 0.35)
    redness = draws.uniform(0.3, 0.7)
    line: list[tuple[float, float]] = []
    if draws.chance(0.3):
        c, s = draws.direction()
        line = trail(draws, -18.0 * c, -18.0 * s, (c, s), 36.0, 2.2, 0.06)
    spots: list[Spot | Patch] = []
    taken: list[Lobe] = []
    for _ in range(2 * wanted):
        if len(taken) >= wanted:
            break
        a, b = draws.normal(0.0, spread), draws.normal(0.0, spread)
        if line and draws.chance(0.7):
            a, b = draws.pick(line)
        radius = draws.skewed(0.9, 4.2)
        if not site.on_skin(a, b, 0.96) or not apart(taken, a, b, radius, 0.9):
            continue
        taken.append((a, b, radius))
        shape: dict[str, Any] = {
            "aspect": draws.uniform(0.65, 1.0),
            "axis": draws.direction(),
            "square": draws.uniform(0.1, 0.5),
            "irregular": draws.uniform(0.1, 0.22),
            "offset": draws.uniform(0.0, 250.0),
        }
        spots.append(
            site.spot(
                a,
                b,
                radius,
                **shape,
                red=VIOLET.red * 3.0,
                green=VIOLET.green * 2.0,
                blue=VIOLET.blue * 3.0,
                edge=0.15,
                cover_plateau=violet,
                blood_plateau=redness * draws.uniform(0.7, 1.1),
                melanin_plateau=draws.uniform(0.05, 0.2) + 0.15 * person.melanin,
                height_plateau=draws.uniform(0.15, 0.3) * min(radius, 2.0),
                gloss_plateau=draws.uniform(0.3, 1.1),
                mottle=0.3,
                mottle_size=1.0,
            )
        )
        if draws.chance(0.5):  # Wickham's striae
            spots.append(
                site.spot(
                    a,
                    b,
                    0.75 * radius,
                    **shape,
                    **cover(SCALE, person, 0.9),
                    edge=0.3,
                    cover_plateau=draws.uniform(0.08, 0.25),
                    patch=1.0,
                    patch_size=0.7,
                    patch_level=0.25,
                )
            )
    paint(site.canvas, spots)
