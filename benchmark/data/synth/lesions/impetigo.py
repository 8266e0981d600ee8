"""Impetigo: honey-coloured crusts on red, eroded, wet skin, one patch with satellites."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import BROWN_CRUST, HONEY
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_impetigo(site: Site, draws: Draws, person: Person) -> None:
    """Paint 2 to 10 patches close to each other."""
    strength = 0.55 + 0.5 * person.severity
    spots: list[Spot] = []
    spread = draws.uniform(8.0, 18.0)
    for k in range(draws.between(2, 10)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(5.0, 11.0) if k == 0 else draws.skewed(1.8, 6.0)
        shape: dict[str, Any] = {
            "aspect": draws.uniform(0.6, 1.0),
            "axis": draws.direction(),
            "wave": 0.5,
            "offset": draws.uniform(0.0, 250.0),
        }
        crust = HONEY if draws.chance(0.75) else BROWN_CRUST
        tone = draws.uniform(0.7, 1.2) * max(0.5, 1.0 - 0.22 * person.melanin)
        spots.append(
            site.spot(
                a,
                b,
                1.15 * radius,
                **shape,
                irregular=0.28,
                edge=0.35,
                halo=1.6,
                blood_halo=0.25 * strength,
                blood_plateau=draws.uniform(0.5, 0.9) * strength,
                gloss_plateau=draws.uniform(0.3, 1.0),
                melanin_plateau=0.1 * person.melanin,
            )
        )
        spots.append(
            site.spot(
                a,
                b,
                0.85 * radius,
                **shape,
                irregular=0.35,
                edge=0.25,
                patch=0.85,
                patch_size=draws.uniform(0.9, 2.0),
                patch_level=draws.uniform(-0.4, 0.05),
                bump=0.55,
                height_plateau=0.3,
                cover_plateau=draws.uniform(0.7, 0.95),
                gloss_plateau=0.3,
                red=crust.red * tone,
                green=crust.green * tone,
                blue=crust.blue * tone,
            )
        )
    paint(site.canvas, spots)
