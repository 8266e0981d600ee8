"""Rosacea: lasting diffuse redness with fine vessels and some papules, without comedones."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import PUS, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, patch, trail
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_rosacea(site: Site, draws: Draws, person: Person) -> None:
    """Paint a broad flush, red threads and 0 to 24 papules: acne's look-alike."""
    strength = draws.uniform(0.4, 0.85) * (0.8 + 0.3 * person.severity)
    spots: list[Spot | Patch] = []
    area: list[Lobe] = [
        (draws.normal(0.0, 12.0), draws.normal(0.0, 12.0), draws.uniform(10.0, 26.0))
        for _ in range(draws.between(2, 4))
    ]
    spots.append(
        patch(
            site,
            area,
            12.0,
            blend=1.0,
            **inflamed(person, draws.uniform(0.35, 0.7) * strength),
            edge=0.9,
            irregular=0.35,
            wave=0.9,
            offset=draws.uniform(0.0, 250.0),
            halo=2.0,
            blood_halo=0.2 * strength,
            mottle=0.8,
            mottle_size=3.0,
            gloss_plateau=draws.uniform(0.0, 0.4),
        )
    )
    for _ in range(draws.between(2, 22)):  # telangiectasia
        a, b = draws.normal(0.0, 15.0), draws.normal(0.0, 15.0)
        width = draws.uniform(0.16, 0.3)
        lobes = [
            (x, y, width * draws.uniform(0.7, 1.1))
            for x, y in trail(draws, a, b, draws.direction(), draws.uniform(2.0, 7.0), 0.4, 0.18)
        ]
        spots.append(
            patch(
                site,
                lobes,
                0.4,
                blend=0.5,
                edge=0.8,
                irregular=0.2,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=draws.uniform(0.3, 0.8),
            )
        )
    purulent = draws.uniform(0.0, 0.5)
    for _ in range(draws.between(0, 24)):
        a, b = draws.normal(0.0, 15.0), draws.normal(0.0, 15.0)
        if not site.on_skin(a, b):
            continue
        radius = draws.skewed(0.8, 2.6)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                **inflamed(person, draws.uniform(0.4, 0.8) * strength),
                edge=0.7,
                irregular=0.15,
                offset=draws.uniform(0.0, 250.0),
                halo=2.2,
                blood_halo=0.3 * strength,
                height_dome=draws.uniform(0.2, 0.4) * radius,
                gloss_dome=0.4,
            )
        )
        if draws.chance(purulent):
            spots.append(
                site.spot(
                    a,
                    b,
                    0.45 * radius,
                    **cover(PUS, person),
                    edge=0.5,
                    offset=draws.uniform(0.0, 250.0),
                    height_dome=0.2 * radius,
                    cover_dome=draws.uniform(0.4, 0.8),
                    gloss_dome=draws.uniform(0.3, 1.2),
                )
            )
    paint(site.canvas, spots)
