"""Vitiligo: smoothly bordered patches without pigment, of normal surface."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_vitiligo(site: Site, draws: Draws, person: Person) -> None:
    """Paint pale patches that run together, some with a dark rim or islands of returning pigment."""
    loss = -draws.uniform(0.75, 1.0) * (person.melanin + 0.12)
    lobes: list[Lobe] = []
    for k in range(draws.between(1, 7)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 26.0), draws.normal(0.0, 26.0))
        if site.on_skin(a, b):
            radius = draws.uniform(8.0, 22.0) if k == 0 else draws.skewed(2.0, 13.0)
            lobes.extend(clump(draws, a, b, radius, draws.between(1, 5), draws.direction()))
    if not lobes:
        lobes.append((0.0, 0.0, 10.0))
    # a half-way zone between the pale and the normal skin in some
    between = draws.chance(0.3)
    wave = draws.uniform(1.0, 2.2)
    offset = draws.uniform(0.0, 250.0)
    irregular = draws.uniform(0.2, 0.5)
    blend = draws.uniform(0.5, 1.2)
    spots: list[Spot | Patch] = [
        patch(
            site,
            lobes,
            4.0,
            blend=blend,
            edge=draws.uniform(0.15, 0.4),
            irregular=irregular,
            wave=wave,
            offset=offset,
            melanin_plateau=loss * (0.6 if between else 1.0),
            melanin_ring=draws.uniform(0.0, 0.2) * person.melanin,
            ring=1.4,
            ring_width=0.35,
            blood_plateau=draws.uniform(0.0, 0.15),
        )
    ]
    if between:
        inner = [(a, b, max(0.6, radius - draws.uniform(0.8, 2.2))) for a, b, radius in lobes]
        spots.append(
            patch(
                site,
                inner,
                4.0,
                blend=blend,
                edge=0.3,
                irregular=irregular,
                wave=wave,
                offset=offset,
                melanin_plateau=0.4 * loss,
            )
        )
    for _ in range(draws.between(0, 30) if draws.chance(0.5) else 0):
        a, b, radius = draws.pick(lobes)
        c, s = draws.direction()
        reach = radius * draws.uniform(0.0, 0.95)
        spots.append(
            site.spot(
                a + c * reach,
                b + s * reach,
                draws.uniform(0.4, 1.4),
                edge=0.6,
                irregular=0.2,
                melanin_plateau=-0.7 * loss,
                offset=draws.uniform(0.0, 250.0),
            )
        )
    paint(site.canvas, spots)
