"""Urticaria and insect bites: smooth swellings of the skin, pale or red."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import BLOOD_CRUST, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_urticaria(site: Site, draws: Draws, person: Person) -> None:
    """Paint 3 to 18 wheals of changing shape with a red flare; some pale in the middle, as rings or arcs."""
    strength = draws.uniform(0.4, 0.8) * (0.8 + 0.3 * person.severity)
    spots: list[Spot | Patch] = []
    annular = draws.chance(0.35)
    size = draws.uniform(0.7, 1.3)
    for k in range(draws.between(3, 18)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 32.0), draws.normal(0.0, 32.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.skewed(3.0, 19.0) * size
        lobes = clump(draws, a, b, radius, draws.between(1, 5), draws.direction())
        pale = draws.uniform(0.0, 0.6) if not annular else draws.uniform(0.7, 1.0)
        redness = strength * draws.uniform(0.7, 1.2)
        spots.append(
            patch(
                site,
                lobes,
                min(5.0, 0.6 * radius),
                blend=draws.uniform(0.4, 1.2),
                **inflamed(person, redness),
                edge=draws.uniform(0.3, 0.6),
                irregular=draws.uniform(0.15, 0.4),
                wave=draws.uniform(1.0, 2.0),
                offset=draws.uniform(0.0, 250.0),
                halo=draws.uniform(1.6, 2.6),
                blood_halo=0.45 * strength,
                blood_ring=0.25 * redness,
                ring=0.8,
                ring_width=0.4,
                ring_gap=draws.skewed(0.0, 0.8) if annular else 0.0,
                blood_core=-pale * redness,
                core=0.9,
                height_plateau=draws.uniform(0.3, 0.7),
                height_core=-0.5 if annular else 0.0,
                gloss_plateau=0.12,
            )
        )
    paint(site.canvas, spots)


def draw_insect_bites(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 10 firm red bumps, apart or in a row; some with a point, a blister or a scratch."""
    strength = draws.uniform(0.55, 1.0) * (0.8 + 0.25 * person.severity)
    spots: list[Spot | Patch] = []
    row = draws.chance(0.35)
    step_a, step_b = draws.direction()
    step = draws.uniform(8.0, 18.0)
    spread = draws.uniform(10.0, 34.0)
    count = draws.between(1, 10)
    for k in range(count):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        if row:
            shift = (k - count // 2) * step
            a, b = shift * step_a + draws.normal(0.0, 2.5), shift * step_b + draws.normal(0.0, 2.5)
        if not site.on_skin(a, b):
            continue
        _bite(site, draws, person, spots, a, b, draws.skewed(1.6, 6.0), strength)
    paint(site.canvas, spots)


def _bite(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    a: float,
    b: float,
    radius: float,
    strength: float,
) -> None:
    spots.append(
        site.spot(
            a,
            b,
            radius,
            aspect=draws.uniform(0.8, 1.0),
            axis=draws.direction(),
            **inflamed(person, draws.uniform(0.3, 0.7) * strength),
            edge=draws.uniform(0.5, 0.8),
            irregular=0.18,
            offset=draws.uniform(0.0, 250.0),
            halo=draws.uniform(1.8, 3.0),
            blood_halo=draws.uniform(0.2, 0.5) * strength,
            blood_dome=0.3 * strength,
            height_dome=draws.uniform(0.1, 0.25) * radius,
            gloss_dome=draws.uniform(0.0, 0.5),
        )
    )
    top = draws.weighted((0.45, 0.2, 0.2, 0.15))  # a bite's point, nothing, a blister, scratched open
    offset = draws.uniform(0.0, 250.0)
    if top == 0:
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(0.3, 0.6),
                edge=0.7,
                irregular=0.3,
                offset=offset,
                blood_plateau=draws.uniform(0.4, 1.0),
                melanin_plateau=draws.uniform(0.0, 0.4),
                height_dome=-0.08,
            )
        )
    elif top == 2:
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(0.3, 0.5) * radius,
                edge=0.2,
                irregular=0.12,
                offset=offset,
                flatness=0.5,
                height_dome=0.2 * radius,
                gloss_dome=draws.uniform(1.0, 2.2),
                blood_plateau=-0.35,
            )
        )
    elif top == 3:
        spots.append(
            site.spot(
                a,
                b,
                draws.uniform(0.5, 1.1),
                **cover(BLOOD_CRUST, person, draws.uniform(1.0, 2.0)),
                edge=0.4,
                irregular=0.3,
                offset=offset,
                cover_plateau=draws.uniform(0.5, 0.9),
                bump=0.15,
                patch_size=0.6,
                vary=0.4,
                gloss_plateau=0.3,
            )
        )
