"""Impetigo: honey-coloured crusts on red, eroded, wet skin, one patch and its satellites."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.blisters import blister
from hzbench.benchmark.data.synth.lesions.matter import AMBER, BROWN_CRUST, HONEY, RAW, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_impetigo(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 11 patches close to each other."""
    strength = draws.uniform(0.4, 0.9) * (0.8 + 0.3 * person.severity)
    spots: list[Spot | Patch] = []
    spread = draws.uniform(7.0, 18.0)
    crusted = draws.uniform(0.4, 1.0)
    for k in range(draws.between(1, 11)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(4.0, 11.0) if k == 0 else draws.skewed(1.2, 6.0)
        lobes = clump(draws, a, b, radius, draws.between(2, 5), draws.direction())
        _sore(site, draws, person, spots, lobes, strength, crusted)
        if draws.chance(0.2):
            c, s = draws.direction()
            reach = radius * draws.uniform(0.8, 1.6)
            own = draws.uniform(0.8, 2.4)
            spots.extend(
                blister(site, draws, person, a + c * reach, b + s * reach, own, draws.uniform(0.2, 0.7), 0.0)
            )
    paint(site.canvas, spots)


def _sore(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    lobes: list[Lobe],
    strength: float,
    crusted: float,
) -> None:
    radius = lobes[0][2]
    shape: dict[str, Any] = {
        "irregular": draws.uniform(0.15, 0.3),
        "wave": draws.uniform(0.7, 1.2),
        "offset": draws.uniform(0.0, 250.0),
        "blend": 0.6,
    }
    spots.append(
        patch(
            site,
            [(a, b, own + 0.8) for a, b, own in lobes],
            0.9 * radius,
            **shape,
            **inflamed(person, strength),
            rough=0.08,
            edge=draws.uniform(0.3, 0.6),
            halo=1.8,
            blood_halo=0.3 * strength,
            height_plateau=0.15,
            mottle=0.4,
            mottle_size=1.6,
        )
    )
    if draws.chance(0.5):  # raw, wet skin where the crust is off
        spots.append(
            patch(
                site,
                lobes,
                0.9 * radius,
                **shape,
                **cover(RAW, person),
                edge=0.4,
                cover_plateau=draws.uniform(0.15, 0.45),
                gloss_plateau=draws.uniform(0.5, 1.6),
                height_plateau=-0.15,
            )
        )
    matter = draws.pick((HONEY, HONEY, AMBER, AMBER, BROWN_CRUST))
    spots.append(
        patch(
            site,
            lobes,
            0.9 * radius,
            **shape,
            **cover(matter, person, draws.uniform(0.75, 1.25)),
            rough=0.15,
            edge=0.35,
            patch=0.85,
            patch_size=draws.uniform(0.7, 1.7),
            patch_level=0.35 - 0.9 * crusted,
            bump=draws.uniform(0.25, 0.5),
            vary=0.5,
            height_plateau=0.2,
            cover_plateau=draws.uniform(0.6, 0.95),
            gloss_plateau=draws.uniform(0.1, 0.5),
        )
    )
