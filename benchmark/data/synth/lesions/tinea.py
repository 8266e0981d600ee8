"""Tinea: rings with a raised, red, finely scaling edge and a clearing centre; arcs, unions, milder forms."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import PUS, SCALE, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_tinea(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 5 rings of 6 to 30 mm radius, or what treatment, or a yeast, makes of them."""
    form = draws.weighted((0.62, 0.26, 0.07, 0.05))  # rings, one union of rings, treated, versicolor
    if form == 3:
        _versicolor(site, draws, person)
        return
    widest = 0.34 * site.canvas.edge / site.canvas.scale
    count = draws.between(2, 5) if form == 1 else 1 + draws.weighted((0.5, 0.27, 0.15, 0.08))
    size = draws.uniform(15.0, 27.0) if count == 1 else draws.uniform(8.0, 17.0)
    step = (0.75, 1.25) if form == 1 else (1.7, 2.6)
    a, b = 0.0, 0.0
    lobes: list[Lobe] = []
    for _ in range(count):
        radius = min(size * draws.uniform(0.55, 1.25), widest)
        if site.on_skin(a, b, 0.97):
            lobes.append((a, b, radius))
        c, s = draws.direction()
        reach = draws.uniform(*step) * size
        a, b = (a + c * reach, b + s * reach) if form == 1 else (c * reach, s * reach)
    spots: list[Spot | Patch] = []
    if form == 1:
        _plaque(site, draws, person, spots, lobes, treated=False)
    else:
        for lobe in lobes:
            # a ring grows unevenly: two or three shifted discs make one
            grown = [lobe]
            for _ in range(draws.between(0, 2)):
                c, s = draws.direction()
                shift = 0.35 * lobe[2]
                grown.append((lobe[0] + c * shift, lobe[1] + s * shift, lobe[2] * draws.uniform(0.7, 0.9)))
            _plaque(site, draws, person, spots, grown, treated=form == 2)
    paint(site.canvas, spots)


def _plaque(
    site: Site, draws: Draws, person: Person, spots: list[Spot | Patch], lobes: list[Lobe], treated: bool
) -> None:
    """Add one outline with its active edge; a treated one has lost most of its scale and clearing."""
    strength = draws.uniform(0.7, 1.15) * (0.8 + 0.25 * person.severity)
    unit = min(draws.uniform(4.0, 9.0), 0.7 * lobes[0][2])  # width of the active edge, in millimetres
    clearing = draws.uniform(0.45, 0.9) if treated else draws.skewed(0.0, 0.42)
    residue = draws.uniform(0.0, 0.14) + draws.uniform(0.0, 0.22) * person.melanin
    gap = draws.uniform(0.6, 1.0) if draws.chance(0.15) else draws.skewed(0.0, 0.5)
    shape: dict[str, Any] = {
        "irregular": draws.uniform(0.15, 0.45),
        "wave": draws.uniform(0.8, 2.0),
        "rough": draws.uniform(0.03, 0.12),
        "offset": draws.uniform(0.0, 250.0),
        "blend": draws.uniform(0.1, 0.8),
    }
    width = draws.uniform(0.28, 0.55)
    spots.append(
        patch(
            site,
            lobes,
            unit,
            **shape,
            **inflamed(person, strength * clearing),
            edge=draws.uniform(0.15, 0.4),
            mottle=0.5,
            mottle_size=2.0,
            halo=1.8 if draws.chance(0.5) else 0.0,
            blood_halo=0.2 * strength,
        )
    )
    spots.append(
        patch(
            site,
            lobes,
            unit,
            **shape,
            **inflamed(person, strength * (0.35 if treated else 1.0), "ring"),
            melanin_plateau=residue,
            edge=0.3,
            ring=1.0 - 0.7 * width,
            ring_width=width,
            ring_gap=gap,
            height_ring=draws.uniform(0.1, 0.3) if treated else draws.uniform(0.25, 0.7),
            mottle=0.6,
            mottle_size=1.6,
        )
    )
    _scale(site, draws, person, spots, lobes, unit, shape, width, gap, 0.35 if treated else 1.0)
    _beads(site, draws, person, spots, lobes, strength)


def _scale(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    lobes: list[Lobe],
    unit: float,
    shape: dict[str, Any],
    width: float,
    gap: float,
    amount: float,
) -> None:
    """Add thin flakes that trail inside the edge, and a dust of them over the centre."""
    thick = draws.uniform(0.12, 0.55) * amount
    spots.append(
        patch(
            site,
            lobes,
            unit,
            **shape,
            **cover(SCALE, person, draws.uniform(0.85, 1.05)),
            ring=1.0 - draws.uniform(0.9, 1.7) * width,
            ring_width=draws.uniform(0.8, 1.3) * width,
            ring_gap=0.8 * gap,
            cover_ring=thick,
            patch=0.92,
            patch_size=draws.uniform(0.7, 1.7),
            patch_level=draws.uniform(-0.25, 0.4),
            bump=draws.uniform(0.08, 0.25) * amount,
            vary=0.25,
            matt=0.9,
        )
    )
    spots.append(
        patch(
            site,
            lobes,
            unit,
            **shape,
            **cover(SCALE, person, 0.9),
            edge=0.3,
            cover_plateau=draws.skewed(0.0, 0.22) * amount,
            patch=0.9,
            patch_size=draws.uniform(0.9, 2.2),
            patch_level=draws.uniform(0.0, 0.6),
            bump=0.08,
            matt=0.8,
        )
    )


def _beads(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    lobes: list[Lobe],
    strength: float,
) -> None:
    """Add red follicular papules, some with pus, on the edge and inside."""
    purulent = draws.skewed(0.0, 0.6)
    for _ in range(draws.between(0, 14)):
        a, b, radius = draws.pick(lobes)
        c, s = draws.direction()
        reach = radius * (draws.uniform(0.86, 0.98) if draws.chance(0.7) else draws.uniform(0.2, 0.9))
        spots.append(
            site.spot(
                a + c * reach,
                b + s * reach,
                draws.uniform(0.5, 1.2),
                **cover(PUS, person),
                edge=0.5,
                offset=draws.uniform(0.0, 250.0),
                blood_plateau=0.45 * strength,
                height_dome=draws.uniform(0.15, 0.4),
                core=0.6,
                cover_core=0.5 if draws.chance(purulent) else 0.0,
                gloss_dome=0.3,
            )
        )


def _versicolor(site: Site, draws: Draws, person: Person) -> None:
    """Paint many pale, brown or pinkish ovals that run together, with bran-like scale."""
    pale = draws.chance(min(0.8, 0.6 * person.melanin))  # untanned skin has nothing to lose
    change = -draws.uniform(0.3, 0.5) * (person.melanin + 0.1) if pale else draws.uniform(0.12, 0.4)
    spread = draws.uniform(14.0, 30.0)
    lobes: list[Lobe] = []
    for _ in range(draws.between(14, 46)):
        a, b = draws.normal(0.0, spread), draws.normal(0.0, spread)
        if site.on_skin(a, b, 0.97):
            lobes.append((a, b, draws.skewed(1.6, 7.0)))
    if not lobes:
        lobes.append((0.0, 0.0, 6.0))
    shape: dict[str, Any] = {
        "irregular": draws.uniform(0.3, 0.6),
        "wave": draws.uniform(0.8, 1.6),
        "offset": draws.uniform(0.0, 250.0),
        "edge": draws.uniform(0.2, 0.5),
        "rough": 0.12,
    }
    scale = draws.skewed(0.03, 0.3)
    spots = [
        patch(
            site,
            lobes,
            3.0,
            **shape,
            **cover(SCALE, person, 0.95),
            melanin_plateau=change,
            blood_plateau=0.0 if pale else draws.uniform(0.05, 0.4),
            mottle=0.3,
            cover_plateau=scale,
            patch=0.85,
            patch_size=draws.uniform(0.6, 1.2),
            patch_level=draws.uniform(-0.3, 0.2),
            bump=0.06,
            matt=0.8,
        )
    ]
    paint(site.canvas, spots)
