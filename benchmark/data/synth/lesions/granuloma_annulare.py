"""Granuloma annulare: rings of smooth firm beads, tinea's look-alike without scale."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_granuloma_annulare(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 3 rings of 7 to 20 mm radius."""
    strength = 0.5 + 0.4 * person.severity
    spots: list[Spot] = []
    a, b = 0.0, 0.0
    for _ in range(draws.between(1, 3)):
        radius = draws.uniform(7.0, 20.0)
        if site.on_skin(a, b):
            spots.append(
                site.spot(
                    a,
                    b,
                    radius,
                    aspect=draws.uniform(0.75, 1.0),
                    axis=draws.direction(),
                    irregular=0.14,
                    offset=draws.uniform(0.0, 250.0),
                    edge=0.2,
                    ring=0.92,
                    ring_width=draws.uniform(0.14, 0.25),
                    ring_gap=draws.uniform(0.0, 0.7),
                    blood_ring=draws.uniform(0.3, 0.6) * strength,
                    height_ring=draws.uniform(0.7, 1.2),
                    melanin_plateau=0.08 * person.melanin,
                    blood_plateau=0.12,
                )
            )
            for _ in range(draws.between(8, 20)):
                u, v = draws.direction()
                reach = radius * draws.uniform(0.86, 0.98)
                spots.append(
                    site.spot(
                        a + u * reach,
                        b + v * reach,
                        draws.uniform(1.2, 2.4),
                        edge=0.5,
                        offset=draws.uniform(0.0, 250.0),
                        height_dome=draws.uniform(0.4, 0.9),
                        blood_plateau=0.2 * strength,
                        gloss_dome=0.3,
                    )
                )
        c, s = draws.direction()
        a = 34.0 * c
        b = 34.0 * s
    paint(site.canvas, spots)
