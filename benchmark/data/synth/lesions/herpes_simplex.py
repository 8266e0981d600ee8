"""Herpes simplex: one small cluster of vesicles, zoster's look-alike without a band."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.vesicles import vesicle_group
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import paint


def draw_herpes_simplex(site: Site, draws: Draws, person: Person) -> None:
    """Paint one cluster of 4 to 8 mm radius, rarely a small second one close by."""
    stage = draws.weighted((0.1, 0.4, 0.2, 0.3))
    spots = vesicle_group(site, draws, person, 0.0, 0.0, draws.uniform(4.5, 9.0), stage, draws.direction())
    if draws.chance(0.2):
        c, s = draws.direction()
        reach = draws.uniform(7.0, 10.0)
        spots.extend(
            vesicle_group(
                site, draws, person, c * reach, s * reach, draws.uniform(2.5, 4.0), stage, (1.0, 0.0)
            )
        )
    paint(site.canvas, spots)
