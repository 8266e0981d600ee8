"""Pigmented growths: moles, and seborrhoeic keratoses that look stuck on."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import KERATIN, SCALE, cover
from hzbench.benchmark.data.synth.lesions.shapes import clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_nevi(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 12 moles, flat or domed, even or speckled, brown or skin-coloured."""
    spots: list[Spot | Patch] = []
    for k in range(draws.between(1, 12)):
        a, b = (
            (draws.normal(0.0, 4.0), draws.normal(0.0, 4.0))
            if k == 0
            else (draws.normal(0.0, 34.0), draws.normal(0.0, 34.0))
        )
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(2.0, 8.0) if k == 0 else draws.skewed(0.8, 4.0)
        pigment = draws.uniform(0.1, 0.4) if draws.chance(0.2) else draws.uniform(0.4, 1.4)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.65, 1.0),
                axis=draws.direction(),
                edge=draws.uniform(0.15, 0.6),
                irregular=draws.skewed(0.06, 0.28),
                wave=0.8,
                rough=0.06,
                offset=draws.uniform(0.0, 250.0),
                melanin_plateau=pigment,
                melanin_core=draws.uniform(-0.3, 0.6) * pigment,
                core=0.6,
                mottle=draws.uniform(0.1, 0.7),
                mottle_size=1.2,
                blood_plateau=draws.uniform(0.0, 0.3),
                height_dome=draws.skewed(0.0, 0.3) * radius,
                gloss_dome=draws.uniform(0.0, 0.5),
                bump=draws.skewed(0.0, 0.12),
                patch_size=0.9,
            )
        )
    paint(site.canvas, spots)


def draw_seborrhoeic_keratosis(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 9 warty, greasy, tan to near black, sharply bordered plaques with plugs and pale cysts."""
    spots: list[Spot | Patch] = []
    tone = draws.skewed(0.35, 2.2)
    for k in range(draws.between(1, 9)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 30.0), draws.normal(0.0, 30.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(4.0, 12.0) if k == 0 else draws.skewed(1.5, 7.0)
        lobes = clump(draws, a, b, radius, draws.between(1, 3), draws.direction())
        spots.append(
            patch(
                site,
                lobes,
                0.6 * radius,
                blend=0.8,
                **cover(KERATIN, person, tone * draws.uniform(0.7, 1.3)),
                edge=draws.uniform(0.15, 0.3),
                irregular=0.14,
                wave=0.9,
                rough=0.03,
                offset=draws.uniform(0.0, 250.0),
                height_plateau=draws.uniform(0.3, 0.8),
                height_dome=draws.uniform(0.0, 0.08) * radius,
                bump=draws.uniform(0.2, 0.6),
                vary=draws.uniform(0.2, 0.6),
                patch=0.55,
                patch_size=draws.uniform(0.7, 1.6),
                patch_level=-0.6,
                cover_plateau=draws.uniform(0.35, 0.8),
                melanin_plateau=draws.uniform(0.3, 0.8),
                mottle=0.6,
                mottle_size=1.5,
                gloss_plateau=draws.uniform(0.1, 0.5),
            )
        )
        for _ in range(draws.between(0, 8)):  # horn plugs and cysts
            c, s = draws.direction()
            reach = draws.uniform(0.0, 0.7) * radius
            pale = draws.chance(0.4)
            spots.append(
                site.spot(
                    a + c * reach,
                    b + s * reach,
                    draws.uniform(0.3, 0.6),
                    **cover(SCALE if pale else KERATIN, person, 0.7 if pale else 0.3),
                    edge=0.5,
                    cover_plateau=0.5,
                    height_dome=-0.1,
                )
            )
    paint(site.canvas, spots)
