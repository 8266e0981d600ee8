"""Granuloma annulare: rings of smooth firm beads, tinea's look-alike without scale."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_granuloma_annulare(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 3 rings of 6 to 22 mm radius, closed or broken."""
    strength = draws.uniform(0.2, 0.5)
    spots: list[Spot | Patch] = []
    a, b = 0.0, 0.0
    for _ in range(draws.between(1, 3)):
        radius = draws.uniform(6.0, 22.0)
        if site.on_skin(a, b):
            _ring(site, draws, person, spots, a, b, radius, strength)
        c, s = draws.direction()
        reach = draws.uniform(22.0, 40.0)
        a, b = reach * c, reach * s
    paint(site.canvas, spots)


def _ring(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    a: float,
    b: float,
    radius: float,
    strength: float,
) -> None:
    c, s = draws.direction()
    shift = draws.uniform(0.0, 0.12) * radius
    lobes: list[Lobe] = [(a, b, radius), (a + c * shift, b + s * shift, 0.9 * radius)]
    unit = draws.uniform(3.0, 5.0)
    gap = draws.uniform(0.0, 0.9)
    spots.append(
        patch(
            site,
            lobes,
            unit,
            blend=1.0,
            **inflamed(person, strength, "ring"),
            irregular=draws.uniform(0.1, 0.3),
            wave=draws.uniform(1.5, 2.5),
            offset=draws.uniform(0.0, 250.0),
            edge=0.4,
            ring=0.6,
            ring_width=draws.uniform(0.5, 0.8),
            ring_gap=gap,
            height_ring=draws.uniform(0.4, 0.8),
            melanin_plateau=draws.uniform(0.0, 0.08) + 0.08 * person.melanin,
            blood_plateau=draws.uniform(0.0, 0.25),
            mottle=0.3,
            mottle_size=2.0,
        )
    )
    # beads one after another round the ring; some of the way is bare
    bead = draws.uniform(0.9, 1.7)
    turn = 1.6 * bead / radius
    c, s = draws.direction()
    norm = 1.0 / (1.0 + 0.25 * turn * turn)
    cosine, sine = (1.0 - 0.25 * turn * turn) * norm, turn * norm
    bare = 0
    for _ in range(min(60, int(6.28 / turn))):
        c, s = c * cosine - s * sine, s * cosine + c * sine
        if draws.chance(0.08 + 0.1 * gap):
            bare = draws.between(1, 5)
        bare -= 1
        if bare >= 0:
            continue
        reach = radius - 0.35 * unit + draws.normal(0.0, 0.35)
        spots.append(
            site.spot(
                a + c * reach,
                b + s * reach,
                bead * draws.uniform(0.7, 1.2),
                edge=0.7,
                irregular=0.15,
                offset=draws.uniform(0.0, 250.0),
                height_dome=draws.uniform(0.25, 0.5),
                blood_plateau=0.35 * strength,
                gloss_dome=0.2,
            )
        )
