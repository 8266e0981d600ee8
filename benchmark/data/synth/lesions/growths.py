"""Pigmented growths: moles, and seborrhoeic keratoses that look stuck on."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import KERATIN
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_nevi(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 12 moles, flat or domed, even or speckled."""
    spots: list[Spot] = []
    for k in range(draws.between(1, 12)):
        a, b = (
            (draws.normal(0.0, 4.0), draws.normal(0.0, 4.0))
            if k == 0
            else (draws.normal(0.0, 34.0), draws.normal(0.0, 34.0))
        )
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(2.5, 8.0) if k == 0 else draws.skewed(1.0, 4.5)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.65, 1.0),
                axis=draws.direction(),
                edge=draws.uniform(0.15, 0.5),
                irregular=draws.skewed(0.08, 0.35),
                wave=0.6,
                offset=draws.uniform(0.0, 250.0),
                melanin_plateau=draws.uniform(0.5, 1.5),
                melanin_core=draws.uniform(0.0, 0.6),
                core=0.6,
                mottle=draws.uniform(0.0, 0.7),
                patch_size=1.2,
                blood_plateau=draws.uniform(0.0, 0.3),
                height_dome=draws.skewed(0.0, 0.35) * radius,
                gloss_dome=draws.uniform(0.0, 0.5),
                bump=0.1,
            )
        )
    paint(site.canvas, spots)


def draw_seborrhoeic_keratosis(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 9 warty, greasy, brown, sharply bordered plaques."""
    spots: list[Spot] = []
    tone = draws.uniform(0.4, 1.2)
    for k in range(draws.between(1, 9)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 30.0), draws.normal(0.0, 30.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(5.0, 13.0) if k == 0 else draws.skewed(2.0, 9.0)
        own = tone * draws.uniform(0.7, 1.2)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.6, 1.0),
                axis=draws.direction(),
                edge=0.09,
                irregular=0.2,
                wave=0.6,
                offset=draws.uniform(0.0, 250.0),
                height_plateau=0.8,
                bump=0.6,
                patch=0.5,
                patch_size=draws.uniform(0.8, 1.6),
                cover_plateau=draws.uniform(0.5, 0.85),
                melanin_plateau=0.7,
                gloss_plateau=0.3,
                red=KERATIN.red * own,
                green=KERATIN.green * own,
                blue=KERATIN.blue * own,
            )
        )
    paint(site.canvas, spots)
