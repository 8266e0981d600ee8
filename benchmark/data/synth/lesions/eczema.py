"""Eczema: ill-defined rough red patches, scratched and sometimes weeping; and its coin-shaped form."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import AMBER, BLOOD_CRUST, HONEY, SCALE, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, clump, patch, trail
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_eczema(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 6 blurred patches with papules, fine scale, thickened skin and scratches."""
    strength = draws.uniform(0.35, 0.75) * (0.8 + 0.3 * person.severity)
    spots: list[Spot | Patch] = []
    area: list[Lobe] = []
    spread = draws.uniform(10.0, 24.0)
    for k in range(draws.between(1, 6)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        if site.on_skin(a, b):
            radius = draws.uniform(8.0, 20.0) if k == 0 else draws.skewed(4.0, 16.0)
            area.extend(clump(draws, a, b, radius, draws.between(2, 4), draws.direction()))
    if not area:
        area.append((0.0, 0.0, 10.0))
    shape: dict[str, Any] = {
        "irregular": draws.uniform(0.25, 0.45),
        "wave": draws.uniform(0.7, 1.3),
        "offset": draws.uniform(0.0, 250.0),
        "blend": 1.2,
    }
    thickened = draws.skewed(0.0, 0.3)
    spots.append(
        patch(
            site,
            area,
            7.0,
            **shape,
            **inflamed(person, strength),
            edge=0.9,
            halo=2.0,
            blood_halo=0.2 * strength,
            mottle=0.9,
            mottle_size=draws.uniform(1.5, 3.0),
        )
    )
    spots.append(
        patch(
            site,
            area,
            7.0,
            **shape,
            **cover(SCALE, person, draws.uniform(0.85, 1.0)),
            edge=0.8,
            patch=0.85,
            patch_size=draws.uniform(0.7, 1.8),
            patch_level=draws.uniform(0.0, 0.5),
            bump=0.08 + thickened,
            vary=0.15,
            matt=0.6,
            cover_plateau=draws.skewed(0.03, 0.42),
        )
    )
    _papules(site, draws, person, spots, area, strength)
    if draws.chance(0.45):
        _scratches(site, draws, person, spots, area)
    paint(site.canvas, spots)


def _papules(
    site: Site, draws: Draws, person: Person, spots: list[Spot | Patch], area: list[Lobe], strength: float
) -> None:
    for _ in range(draws.between(4, 45)):
        a, b, radius = draws.pick(area)
        a, b = a + draws.normal(0.0, 0.6) * radius, b + draws.normal(0.0, 0.6) * radius
        if site.on_skin(a, b):
            spots.append(
                site.spot(
                    a,
                    b,
                    draws.uniform(0.5, 1.4),
                    **inflamed(person, draws.uniform(0.2, 0.6) * strength),
                    edge=0.7,
                    offset=draws.uniform(0.0, 250.0),
                    height_dome=draws.uniform(0.1, 0.35),
                )
            )


def _scratches(site: Site, draws: Draws, person: Person, spots: list[Spot | Patch], area: list[Lobe]) -> None:
    """Add nearly straight, nearly parallel lines, skin torn open along parts of them."""
    main = draws.direction()
    for _ in range(draws.between(1, 6)):
        a, b, radius = draws.pick(area)
        direction = (main[0] + draws.normal(0.0, 0.12) * main[1], main[1] - draws.normal(0.0, 0.12) * main[0])
        length = draws.uniform(4.0, 16.0)
        a += draws.normal(0.0, 0.5) * radius - 0.5 * length * direction[0]
        b += draws.normal(0.0, 0.5) * radius - 0.5 * length * direction[1]
        lobes = [
            (x, y, draws.uniform(0.18, 0.42))
            for x, y in trail(draws, a, b, direction, length, 0.45, 0.02)
            if draws.chance(0.72)
        ]
        if not lobes:
            continue
        spots.append(
            patch(
                site,
                lobes,
                0.6,
                **inflamed(person, draws.uniform(0.5, 1.0)),
                edge=0.8,
                irregular=0.15,
                halo=2.6,
                blood_halo=0.25,
                offset=draws.uniform(0.0, 250.0),
            )
        )
        for x, y, _ in lobes:
            if draws.chance(0.12):
                spots.append(
                    site.spot(
                        x,
                        y,
                        draws.uniform(0.35, 0.8),
                        **cover(BLOOD_CRUST, person, 1.5),
                        edge=0.5,
                        irregular=0.3,
                        cover_plateau=draws.uniform(0.4, 0.9),
                    )
                )


def draw_nummular_eczema(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 7 coins, red and crusted throughout: tinea's look-alike without a clearing centre."""
    strength = draws.uniform(0.4, 0.85) * (0.8 + 0.3 * person.severity)
    spots: list[Spot | Patch] = []
    for k in range(draws.between(1, 7)):
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 30.0), draws.normal(0.0, 30.0))
        if not site.on_skin(a, b):
            continue
        radius = draws.uniform(7.0, 20.0) if k == 0 else draws.skewed(2.5, 13.0)
        shape: dict[str, Any] = {
            "aspect": draws.uniform(0.72, 1.0),
            "axis": draws.direction(),
            "irregular": draws.uniform(0.08, 0.2),
            "wave": 0.8,
            "rough": 0.04,
            "offset": draws.uniform(0.0, 250.0),
        }
        matter = draws.pick((HONEY, AMBER, SCALE, SCALE))
        spots.append(
            site.spot(
                a,
                b,
                radius,
                **shape,
                **inflamed(person, strength),
                edge=draws.uniform(0.2, 0.45),
                blood_ring=draws.uniform(-0.1, 0.25),
                ring_width=0.2,
                height_plateau=0.2,
                mottle=0.7,
                mottle_size=1.8,
                gloss_plateau=draws.uniform(0.0, 0.5),
            )
        )
        spots.append(
            site.spot(
                a,
                b,
                0.9 * radius,
                **shape,
                **cover(matter, person, draws.uniform(0.8, 1.1)),
                edge=0.5,
                patch=0.85,
                patch_size=draws.uniform(0.8, 1.7),
                patch_level=draws.uniform(-0.1, 0.5),
                bump=0.2,
                vary=0.3,
                cover_plateau=draws.uniform(0.15, 0.7),
            )
        )
        for _ in range(draws.between(2, 18)):
            u, v = draws.direction()
            reach = radius * draws.uniform(0.1, 1.2)
            spots.append(
                site.spot(
                    a + u * reach,
                    b + v * reach,
                    draws.uniform(0.5, 1.2),
                    edge=0.6,
                    blood_plateau=0.4 * strength,
                    offset=draws.uniform(0.0, 250.0),
                    height_dome=0.25,
                    gloss_dome=draws.uniform(0.0, 1.0),
                )
            )
    paint(site.canvas, spots)
