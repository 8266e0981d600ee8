"""Rosacea: lasting diffuse redness with fine vessels and some papules, without comedones."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import PUS
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_rosacea(site: Site, draws: Draws, person: Person) -> None:
    """Paint a broad flush, red threads and 0 to 14 papules: acne's look-alike."""
    strength = 0.5 + 0.5 * person.severity
    spots: list[Spot] = []
    for _ in range(draws.between(2, 4)):
        a, b = draws.normal(0.0, 16.0), draws.normal(0.0, 16.0)
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(16.0, 34.0),
                aspect=draws.uniform(0.5, 0.9),
                axis=draws.direction(),
                edge=0.8,
                irregular=0.3,
                wave=0.5,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=draws.uniform(0.25, 0.55) * strength,
                mottle=0.8,
                patch_size=3.5,
                gloss_plateau=draws.uniform(0.0, 0.3),
                melanin_plateau=0.05 * person.melanin,
            )
        )
    for _ in range(draws.between(6, 40)):  # telangiectasia
        a, b = draws.normal(0.0, 17.0), draws.normal(0.0, 17.0)
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(1.2, 3.5),
                aspect=0.06,
                axis=draws.direction(),
                edge=0.6,
                irregular=0.35,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=draws.uniform(0.3, 0.65),
            )
        )
    for _ in range(draws.between(0, 14)):
        a, b = draws.normal(0.0, 17.0), draws.normal(0.0, 17.0)
        if not site.on_skin(a, b):
            continue
        pus = 0.8 if draws.chance(0.25) else 0.0
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(1.2, 2.6),
                edge=0.5,
                irregular=0.12,
                offset=draws.uniform(0.0, 250.0),
                halo=1.8,
                blood_halo=0.25 * strength,
                blood_plateau=draws.uniform(0.4, 0.8) * strength,
                height_dome=draws.uniform(0.4, 0.8),
                gloss_dome=0.4,
                core=0.5,
                cover_core=pus,
                red=PUS.red,
                green=PUS.green,
                blue=PUS.blue,
            )
        )
    paint(site.canvas, spots)
