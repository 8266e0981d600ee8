"""Erythema migrans: one wide, flat red ring or disc about a bite, tinea's look-alike without scale."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import inflamed
from hzbench.benchmark.data.synth.lesions.shapes import clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_erythema_migrans(site: Site, draws: Draws, person: Person) -> None:
    """Paint a patch of 14 to 34 mm radius that may clear between its middle and its rim."""
    widest = 0.4 * site.canvas.edge / site.canvas.scale
    radius = min(draws.uniform(14.0, 34.0), widest)
    redness = draws.uniform(0.3, 0.7)
    target = draws.chance(0.65)
    lobes = clump(draws, 0.0, 0.0, radius, draws.between(1, 3), draws.direction())
    lobes[0] = (0.0, 0.0, radius)
    unit = 0.5 * radius
    spots: list[Spot | Patch] = [
        patch(
            site,
            lobes,
            unit,
            blend=0.6,
            **inflamed(person, redness * (draws.uniform(0.1, 0.35) if target else 1.0)),
            edge=draws.uniform(0.25, 0.5),
            irregular=draws.uniform(0.1, 0.25),
            wave=1.2,
            offset=draws.uniform(0.0, 250.0),
            ring=0.7,
            ring_width=draws.uniform(0.3, 0.5),
            ring_gap=draws.uniform(0.0, 0.4),
            blood_ring=redness * (0.9 if target else 0.2),
            mottle=0.4,
            mottle_size=4.0,
        )
    ]
    if draws.chance(0.75):
        spots.append(
            site.spot(
                draws.normal(0.0, 0.08) * radius,
                draws.normal(0.0, 0.08) * radius,
                draws.uniform(2.0, 0.35 * radius),
                **inflamed(person, redness * draws.uniform(0.5, 1.1)),
                edge=0.8,
                irregular=0.25,
                offset=draws.uniform(0.0, 250.0),
                core=0.15,
                blood_core=draws.uniform(0.0, 0.6),
                mottle=0.5,
                mottle_size=2.0,
            )
        )
    paint(site.canvas, spots)
