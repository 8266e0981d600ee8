"""Chickenpox: scattered single vesicles of every age on red spots, zoster's look-alike without a band."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.blisters import blister
from hzbench.benchmark.data.synth.lesions.matter import inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_chickenpox(site: Site, draws: Draws, person: Person) -> None:
    """Paint 6 to 34 lesions, each by itself, papules beside vesicles beside crusts."""
    strength = draws.uniform(0.4, 0.9)
    spread = draws.uniform(18.0, 36.0)
    wanted = draws.between(6, 34)
    middle = draws.uniform(0.25, 0.65)
    spots: list[Spot | Patch] = []
    taken: list[Lobe] = []
    for _ in range(3 * wanted):
        if len(taken) >= wanted:
            break
        a, b = draws.normal(0.0, spread), draws.normal(0.0, spread)
        radius = draws.skewed(0.7, 2.4)
        if not site.on_skin(a, b, 0.96) or not apart(taken, a, b, radius, 1.7):
            continue
        taken.append((a, b, radius))
        redness = strength * draws.uniform(0.5, 1.2)
        spots.append(
            site.spot(
                a,
                b,
                radius * draws.uniform(1.2, 1.9),
                **inflamed(person, redness),
                edge=0.8,
                irregular=0.2,
                offset=draws.uniform(0.0, 250.0),
                halo=2.2,
                blood_halo=0.3 * redness,
                height_dome=0.15,
            )
        )
        age = min(0.99, max(0.0, middle + draws.uniform(-0.45, 0.45)))
        spots.extend(blister(site, draws, person, a, b, radius, age, 0.05))
    paint(site.canvas, spots)
