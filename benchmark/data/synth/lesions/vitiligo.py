"""Vitiligo: sharply bordered patches without pigment, of normal surface."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_vitiligo(site: Site, draws: Draws, person: Person) -> None:
    """Paint 2 to 10 pale patches that run together, some with islands of pigment."""
    spots: list[Spot] = []
    loss = -draws.uniform(0.8, 1.0) * (person.melanin + 0.12)
    for k in range(draws.between(2, 10)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 26.0), draws.normal(0.0, 26.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(8.0, 22.0) if k == 0 else draws.skewed(2.0, 14.0)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.5, 1.0),
                axis=draws.direction(),
                edge=draws.uniform(0.08, 0.22),
                irregular=draws.uniform(0.2, 0.45),
                wave=draws.uniform(0.35, 0.7),
                offset=draws.uniform(0.0, 250.0),
                melanin_plateau=loss,
                melanin_ring=0.18 * person.melanin,
                ring=1.12,
                ring_width=0.14,
                blood_plateau=draws.uniform(0.0, 0.15),
            )
        )
    for _ in range(draws.between(0, 25)):
        a, b = draws.normal(0.0, 12.0), draws.normal(0.0, 12.0)
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(0.5, 1.3),
                edge=0.5,
                melanin_plateau=-0.8 * loss,
                offset=draws.uniform(0.0, 250.0),
            )
        )
    paint(site.canvas, spots)
