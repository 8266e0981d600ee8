"""Eczema: ill-defined rough red patches, scratched and sometimes weeping; and its coin-shaped form."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import HONEY, SCALE
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_eczema(site: Site, draws: Draws, person: Person) -> None:
    """Paint 2 to 6 blurred patches with papules, fine scale and scratches."""
    strength = 0.5 + 0.45 * person.severity
    tone = max(0.5, 1.0 - 0.2 * person.melanin)  # scale on dark skin looks grey
    spots: list[Spot] = []
    for k in range(draws.between(2, 6)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 22.0), draws.normal(0.0, 22.0))
        if not site.on_skin(a, b):
            continue
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(9.0, 24.0),
                aspect=draws.uniform(0.5, 0.95),
                axis=draws.direction(),
                edge=0.75,
                irregular=0.35,
                wave=0.45,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=draws.uniform(0.3, 0.65) * strength,
                melanin_plateau=0.18 * person.melanin,
                mottle=0.9,
                patch=0.75,
                patch_size=draws.uniform(1.0, 2.0),
                patch_level=draws.uniform(0.15, 0.45),
                bump=0.18,
                cover_plateau=draws.uniform(0.05, 0.35),
                red=SCALE.red * tone,
                green=SCALE.green * tone,
                blue=SCALE.blue * tone,
            )
        )
    for _ in range(draws.between(8, 45)):
        a, b = draws.normal(0.0, 18.0), draws.normal(0.0, 18.0)
        if site.on_skin(a, b):
            spots.append(
                site.spot(
                    a,
                    b,
                    draws.uniform(0.6, 1.5),
                    edge=0.6,
                    offset=draws.uniform(0.0, 250.0),
                    blood_plateau=draws.uniform(0.3, 0.8) * strength,
                    melanin_plateau=0.1 * person.melanin,
                    height_dome=0.3,
                )
            )
    for _ in range(draws.between(0, 6)):  # scratches
        a, b = draws.normal(0.0, 18.0), draws.normal(0.0, 18.0)
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(5.0, 11.0),
                aspect=0.035,
                axis=draws.direction(),
                edge=0.5,
                irregular=0.2,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=0.9,
                height_plateau=-0.1,
            )
        )
    paint(site.canvas, spots)


def draw_nummular_eczema(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 6 coins, red and crusted throughout: tinea's look-alike without a clearing centre."""
    strength = 0.55 + 0.45 * person.severity
    tone = max(0.5, 1.0 - 0.2 * person.melanin)  # scale on dark skin looks grey
    spots: list[Spot] = []
    for k in range(draws.between(1, 6)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 30.0), draws.normal(0.0, 30.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(8.0, 20.0) if k == 0 else draws.uniform(4.0, 14.0)
        shape: dict[str, Any] = {
            "aspect": draws.uniform(0.75, 1.0),
            "axis": draws.direction(),
            "irregular": draws.uniform(0.08, 0.18),
            "wave": 0.7,
            "offset": draws.uniform(0.0, 250.0),
        }
        matter = HONEY if draws.chance(0.5) else SCALE
        spots.append(
            site.spot(
                a,
                b,
                radius,
                **shape,
                edge=0.25,
                blood_plateau=draws.uniform(0.45, 0.8) * strength,
                blood_ring=0.1,
                melanin_plateau=0.22 * person.melanin,
                height_plateau=0.25,
                mottle=0.7,
                patch_size=1.8,
                gloss_plateau=draws.uniform(0.0, 0.6),
            )
        )
        spots.append(
            site.spot(
                a,
                b,
                0.9 * radius,
                **shape,
                edge=0.4,
                patch=0.8,
                patch_size=draws.uniform(0.8, 1.6),
                patch_level=draws.uniform(0.0, 0.35),
                bump=0.3,
                cover_plateau=draws.uniform(0.3, 0.75),
                red=matter.red * tone,
                green=matter.green * tone,
                blue=matter.blue * tone,
            )
        )
        for _ in range(draws.between(3, 16)):
            u, v = draws.direction()
            reach = radius * draws.uniform(0.1, 1.15)
            spots.append(
                site.spot(
                    a + u * reach,
                    b + v * reach,
                    draws.uniform(0.5, 1.1),
                    edge=0.5,
                    blood_plateau=0.5 * strength,
                    height_dome=0.35,
                    gloss_dome=0.8,
                )
            )
    paint(site.canvas, spots)
