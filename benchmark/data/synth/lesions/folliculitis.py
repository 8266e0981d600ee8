"""Folliculitis: small pustules alike in size at hair follicles, acne's look-alike without comedones."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import PUS, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_folliculitis(site: Site, draws: Draws, person: Person) -> None:
    """Paint 5 to 45 follicular papules and pustules, a hair through some of them."""
    strength = draws.uniform(0.45, 0.95)
    size = draws.uniform(0.7, 1.5)
    spread = draws.uniform(12.0, 32.0)
    purulent = draws.uniform(0.15, 0.8)
    haired = draws.uniform(0.0, 0.6)
    wanted = draws.between(5, 45)
    spots: list[Spot | Patch] = []
    taken: list[Lobe] = []
    for _ in range(3 * wanted):
        if len(taken) >= wanted:
            break
        a, b = (0.0, 0.0) if not taken else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        radius = size * draws.uniform(0.75, 1.3)
        if not site.on_skin(a, b, 0.96) or not apart(taken, a, b, radius, 1.6):
            if not taken:
                taken.append((a, b, radius))
            continue
        taken.append((a, b, radius))
        offset = draws.uniform(0.0, 250.0)
        redness = strength * draws.uniform(0.6, 1.2)
        spots.append(
            site.spot(
                a,
                b,
                1.3 * radius,
                **inflamed(person, 0.7 * redness),
                edge=0.8,
                irregular=0.15,
                offset=offset,
                halo=draws.uniform(1.8, 2.8),
                blood_halo=0.5 * redness,
                height_dome=draws.uniform(0.15, 0.35) * radius,
                gloss_dome=0.3,
            )
        )
        if draws.chance(purulent):
            spots.append(
                site.spot(
                    a,
                    b,
                    0.6 * radius,
                    **cover(PUS, person),
                    edge=0.4,
                    flatness=0.4,
                    offset=offset,
                    height_dome=0.3 * radius,
                    gloss_dome=draws.uniform(0.5, 1.5),
                    cover_dome=draws.uniform(0.4, 0.8),
                )
            )
        if draws.chance(haired):
            c, s = draws.direction()
            length = draws.uniform(1.0, 2.5)
            hair = {"red": person.hair[0], "green": person.hair[1], "blue": person.hair[2]}
            spots.append(
                site.spot(
                    a + 0.7 * length * c,
                    b + 0.7 * length * s,
                    length,
                    aspect=0.06,
                    axis=(c, s),
                    **hair,
                    edge=0.4,
                    irregular=0.0,
                    cover_plateau=0.7,
                )
            )
    paint(site.canvas, spots)
