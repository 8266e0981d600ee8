"""Psoriasis: sharply bordered, thick red plaques under silvery scale."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_psoriasis(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 9 plaques of very different sizes."""
    strength = 0.6 + 0.45 * person.severity
    tone = max(0.5, 1.0 - 0.2 * person.melanin)  # scale on dark skin looks grey
    spots: list[Spot] = []
    scaly = draws.uniform(0.35, 0.95)
    for k in range(draws.between(1, 9)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 32.0), draws.normal(0.0, 32.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(9.0, 24.0) if k == 0 else draws.skewed(2.5, 16.0)
        shape: dict[str, Any] = {
            "aspect": draws.uniform(0.6, 1.0),
            "axis": draws.direction(),
            "irregular": draws.uniform(0.12, 0.3),
            "wave": draws.uniform(0.4, 0.9),
            "offset": draws.uniform(0.0, 250.0),
        }
        spots.append(
            site.spot(
                a,
                b,
                radius,
                **shape,
                edge=0.08,
                blood_plateau=draws.uniform(0.7, 1.15) * strength,
                melanin_plateau=0.25 * person.melanin,
                height_plateau=draws.uniform(0.3, 0.7),
                mottle=0.3,
                patch_size=2.5,
            )
        )
        spots.append(
            site.spot(
                a,
                b,
                0.90 * radius,
                **shape,
                edge=0.2,
                patch=0.7,
                patch_size=draws.uniform(0.7, 1.7),
                patch_level=draws.uniform(-0.5, 0.1),
                bump=0.35,
                cover_plateau=scaly * draws.uniform(0.4, 0.8),
                red=SCALE.red * tone,
                green=SCALE.green * tone,
                blue=SCALE.blue * tone,
            )
        )
    paint(site.canvas, spots)
