"""Molluscum contagiosum: pearly, domed, dimpled papules, the look-alike of vesicles without a red base."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE, SERUM, cover
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_molluscum(site: Site, draws: Draws, person: Person) -> None:
    """Paint 4 to 24 papules, grouped or strewn, a few of them inflamed."""
    spread = draws.uniform(7.0, 22.0)
    wanted = draws.between(4, 24)
    inflammation = draws.skewed(0.0, 0.7)
    spots: list[Spot | Patch] = []
    taken: list[Lobe] = []
    for _ in range(3 * wanted):
        if len(taken) >= wanted:
            break
        a, b = draws.normal(0.0, spread), draws.normal(0.0, spread)
        radius = draws.skewed(0.7, 2.9)
        if not site.on_skin(a, b, 0.96) or not apart(taken, a, b, radius, 1.05):
            continue
        taken.append((a, b, radius))
        offset = draws.uniform(0.0, 250.0)
        red = draws.uniform(0.3, 0.8) if draws.chance(inflammation) else draws.uniform(0.0, 0.12)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                **cover(SERUM, person, 1.1),
                edge=0.16,
                irregular=0.08,
                flatness=draws.uniform(0.2, 0.8),
                offset=offset,
                halo=1.9,
                blood_halo=0.7 * red,
                blood_plateau=0.5 * red,
                melanin_plateau=-0.15 * person.melanin,
                height_dome=draws.uniform(0.35, 0.55) * radius,
                gloss_dome=draws.uniform(0.4, 1.3),
                cover_plateau=draws.uniform(0.05, 0.25),
            )
        )
        if draws.chance(0.7):
            spots.append(
                site.spot(
                    a,
                    b,
                    0.35 * radius,
                    **cover(SCALE, person),
                    edge=0.6,
                    offset=offset,
                    height_dome=-0.25 * radius,
                    cover_plateau=draws.uniform(0.1, 0.5),
                )
            )
    paint(site.canvas, spots)
