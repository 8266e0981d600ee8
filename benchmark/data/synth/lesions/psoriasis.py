"""Psoriasis: sharply bordered, thick red plaques under silvery scale that comes off in sheets."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_psoriasis(site: Site, draws: Draws, person: Person) -> None:
    """Paint one or a few plaques, many of very different sizes, or a shower of drops."""
    form = draws.weighted((0.35, 0.45, 0.20))
    count = (draws.between(1, 2), draws.between(3, 9), draws.between(16, 50))[form]
    spread = (18.0, 30.0, 26.0)[form]
    scaly = draws.uniform(0.1, 0.95)
    strength = draws.uniform(0.6, 1.1) * (0.8 + 0.25 * person.severity)
    groups: list[list[Lobe]] = []
    drops: list[Lobe] = []
    for k in range(count):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        if not site.on_skin(a, b):
            continue
        if form == 2 or (k > 0 and draws.chance(0.4)):
            drops.append((a, b, draws.skewed(1.2, 4.5)))
        else:
            radius = draws.uniform(10.0, 24.0) if k == 0 else draws.skewed(4.0, 15.0)
            groups.append(clump(draws, a, b, radius, draws.between(2, 5), draws.direction()))
    if drops:
        groups.append(drops)
    spots: list[Spot | Patch] = []
    for lobes in groups:
        _plaque(site, draws, person, spots, lobes, strength, scaly)
    paint(site.canvas, spots)


def _plaque(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    lobes: list[Lobe],
    strength: float,
    scaly: float,
) -> None:
    shape: dict[str, Any] = {
        "irregular": draws.uniform(0.1, 0.3),
        "wave": draws.uniform(0.7, 1.6),
        "rough": draws.uniform(0.04, 0.12),
        "offset": draws.uniform(0.0, 250.0),
        "blend": draws.uniform(0.3, 1.0),
    }
    spots.append(
        patch(
            site,
            lobes,
            5.0,
            **shape,
            **inflamed(person, strength),
            edge=draws.uniform(0.1, 0.2),
            halo=1.3,
            blood_halo=0.15,
            height_plateau=draws.uniform(0.15, 0.5),
            mottle=0.35,
            mottle_size=2.0,
        )
    )
    inner = [(a, b, max(0.5 * radius, radius - draws.uniform(0.3, 1.6))) for a, b, radius in lobes]
    # thick sheets in places over a thinner, finer layer
    for size, level, thickness in (
        (draws.uniform(0.6, 1.1), draws.uniform(-0.5, 0.1), 0.55),
        (draws.uniform(1.2, 2.8), draws.uniform(-0.2, 0.5), 0.85),
    ):
        spots.append(
            patch(
                site,
                inner,
                5.0,
                **shape,
                **cover(SCALE, person, draws.uniform(0.85, 1.1)),
                edge=0.3,
                patch=0.9,
                patch_size=size,
                patch_level=level,
                bump=0.14 * size,
                vary=0.2,
                matt=0.6,
                cover_plateau=scaly * thickness * draws.uniform(0.7, 1.0),
            )
        )
