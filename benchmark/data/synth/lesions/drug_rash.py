"""Drug rash: a shower of pink spots and papules, alike on all the skin, that run together in places."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_drug_rash(site: Site, draws: Draws, person: Person) -> None:
    """Paint 30 to 90 spots of 1 to 5 mm radius and a few dozen small papules."""
    spread = draws.uniform(24.0, 40.0)
    redness = draws.uniform(0.3, 0.7)
    size = draws.uniform(0.7, 1.3)
    lobes: list[Lobe] = [(0.0, 0.0, 2.0 * size)]
    for _ in range(draws.between(30, 90)):
        a, b = draws.normal(0.0, spread), draws.normal(0.0, spread)
        if site.on_skin(a, b):
            lobes.append((a, b, size * draws.skewed(0.8, 4.2)))
    spots: list[Spot | Patch] = [
        patch(
            site,
            lobes,
            2.0,
            blend=0.8,
            **inflamed(person, redness),
            edge=draws.uniform(0.5, 0.9),
            irregular=draws.uniform(0.3, 0.5),
            wave=1.2,
            rough=0.15,
            offset=draws.uniform(0.0, 250.0),
            halo=2.2,
            blood_halo=0.4 * redness,
            height_plateau=draws.uniform(0.0, 0.2),
            mottle=0.6,
            mottle_size=1.6,
        )
    ]
    for a, b, radius in lobes[1 : 1 + draws.between(0, 50)]:
        spots.append(
            site.spot(
                a,
                b,
                min(1.4, 0.7 * radius),
                edge=0.7,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=0.3 * redness,
                height_dome=draws.uniform(0.1, 0.3),
            )
        )
    paint(site.canvas, spots)
