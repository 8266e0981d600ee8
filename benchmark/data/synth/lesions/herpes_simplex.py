"""Herpes simplex: one small cluster of vesicles alike in size and age, zoster's look-alike without a band."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.vesicles import vesicle_group
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import paint


def draw_herpes_simplex(site: Site, draws: Draws, person: Person) -> None:
    """Paint one cluster of 3 to 7 mm radius, rarely a small second one close by."""
    age = draws.uniform(0.05, 0.97)
    size = draws.uniform(0.6, 1.2)
    sizes = (0.8 * size, 1.25 * size)
    radius = draws.uniform(3.0, 7.0)
    spots = vesicle_group(site, draws, person, 0.0, 0.0, radius, age, draws.direction(), sizes, 0.03)
    if draws.chance(0.2):
        c, s = draws.direction()
        reach = draws.uniform(7.0, 11.0)
        second = draws.uniform(1.8, 3.5)
        spots.extend(
            vesicle_group(
                site, draws, person, c * reach, s * reach, second, age, draws.direction(), sizes, 0.03
            )
        )
    paint(site.canvas, spots)
