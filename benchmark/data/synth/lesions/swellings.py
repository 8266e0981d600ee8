"""Urticaria and insect bites: smooth swellings of the skin, pale or red."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_urticaria(site: Site, draws: Draws, person: Person) -> None:
    """Paint 4 to 20 wheals of changing shape with a red flare; some pale in the middle, as rings."""
    strength = 0.55 + 0.45 * person.severity
    spots: list[Spot] = []
    annular = draws.chance(0.35)
    for k in range(draws.between(4, 20)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 34.0), draws.normal(0.0, 34.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.skewed(4.0, 17.0)
        pale = draws.uniform(0.0, 0.5)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.5, 1.0),
                axis=draws.direction(),
                edge=0.45,
                irregular=draws.uniform(0.12, 0.28),
                wave=draws.uniform(0.4, 0.8),
                offset=draws.uniform(0.0, 250.0),
                halo=1.7,
                blood_halo=0.35 * strength,
                blood_plateau=draws.uniform(0.3, 0.6) * strength,
                blood_ring=0.35 * strength,
                ring=0.95,
                ring_width=0.2,
                blood_core=-(0.9 if annular else pale) * strength,
                core=0.8,
                height_plateau=draws.uniform(0.4, 0.8),
                height_core=-0.7 if annular else 0.0,
                gloss_plateau=0.15,
            )
        )
    paint(site.canvas, spots)


def draw_insect_bites(site: Site, draws: Draws, person: Person) -> None:
    """Paint 2 to 9 firm red bumps with a central point, apart, in a row or in a small group."""
    strength = 0.55 + 0.45 * person.severity
    spots: list[Spot] = []
    row = draws.chance(0.35)
    step_a, step_b = draws.direction()
    step = draws.uniform(9.0, 18.0)
    spread = draws.uniform(14.0, 34.0)
    count = draws.between(2, 9)
    for k in range(count):
        a, b = draws.normal(0.0, spread), draws.normal(0.0, spread)
        if row:
            shift = (k - 0.5 * count) * step
            a, b = shift * step_a + draws.normal(0.0, 2.5), shift * step_b + draws.normal(0.0, 2.5)
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(2.2, 5.5)
        blister = draws.chance(0.2)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.85, 1.0),
                edge=0.5,
                irregular=0.12,
                offset=draws.uniform(0.0, 250.0),
                halo=2.3,
                blood_halo=0.5 * strength,
                blood_plateau=draws.uniform(0.3, 0.6) * strength,
                blood_dome=0.35 * strength,
                height_dome=draws.uniform(0.6, 1.4),
                gloss_dome=draws.uniform(0.2, 0.7),
                melanin_plateau=0.1 * person.melanin,
            )
        )
        if blister:
            spots.append(
                site.spot(a, b, 0.5 * radius, edge=0.25, height_dome=0.8, gloss_dome=1.8, blood_plateau=-0.5)
            )
        else:
            spots.append(
                site.spot(
                    a,
                    b,
                    draws.uniform(0.35, 0.7),
                    edge=0.4,
                    blood_plateau=1.4,
                    melanin_plateau=0.6,
                    height_dome=-0.1,
                )
            )
    paint(site.canvas, spots)
