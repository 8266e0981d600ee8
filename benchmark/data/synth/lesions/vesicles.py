"""A group of vesicles on a red base, at one stage: zoster strings them along a band, simplex shows one."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import BLOOD_CRUST, BROWN_CRUST, HONEY, PUS, SERUM
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot

EARLY, FRESH, PURULENT, CRUSTED = 0, 1, 2, 3


def vesicle_group(
    site: Site,
    draws: Draws,
    person: Person,
    a: float,
    b: float,
    radius: float,
    stage: int,
    axis: tuple[float, float],
) -> list[Spot]:
    """Return a red base of about `radius` millimetres at (a, b), stretched along `axis`, and its vesicles."""
    strength = 0.65 + 0.4 * person.severity
    stretch = draws.uniform(1.0, 1.5)
    base = site.spot(
        a,
        b,
        radius * stretch * 1.15,
        aspect=1.0 / stretch,
        axis=axis,
        edge=draws.uniform(0.3, 0.6),
        irregular=0.32,
        wave=0.55,
        offset=draws.uniform(0.0, 250.0),
        halo=1.9,
        blood_halo=0.3 * strength,
        blood_plateau=draws.uniform(0.5, 1.0) * strength,
        melanin_plateau=0.16 * person.melanin * strength,
        height_plateau=draws.uniform(0.2, 0.7),
        mottle=0.5,
        patch_size=2.2,
        gloss_plateau=0.15,
    )
    spots = [base]
    size = draws.uniform(1.0, 1.7)
    wanted = int(draws.uniform(0.30, 0.62) * radius * radius * stretch / (size * size))
    taken: list[tuple[float, float, float]] = []
    for _ in range(6 * max(4, wanted)):
        if len(taken) >= min(max(4, wanted), 26):
            break
        u = draws.normal(0.0, 0.42) * radius * stretch
        v = draws.normal(0.0, 0.42) * radius
        own = size * draws.skewed(0.5, 1.8)
        if _crowded(taken, u, v, own):
            continue
        taken.append((u, v, own))
        spots.extend(
            _vesicle(
                site, draws, person, a + u * axis[0] - v * axis[1], b + u * axis[1] + v * axis[0], own, stage
            )
        )
    return spots


def _crowded(taken: list[tuple[float, float, float]], u: float, v: float, own: float) -> bool:
    for other_u, other_v, other in taken:
        gap = 0.78 * (own + other)
        if (u - other_u) * (u - other_u) + (v - other_v) * (v - other_v) < gap * gap:
            return True
    return False


def _vesicle(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, stage: int
) -> list[Spot]:
    if not site.on_skin(a, b, 0.98):
        return []
    offset = draws.uniform(0.0, 250.0)
    shape: dict[str, Any] = {
        "aspect": draws.uniform(0.7, 1.0),
        "axis": draws.direction(),
        "irregular": draws.uniform(0.08, 0.22),
        "offset": offset,
        "edge": 0.3,
    }
    # the deeper a skin's colour, the less light comes back through a blister's roof
    tone = max(0.45, 1.0 - 0.27 * person.melanin)
    dent = draws.uniform(0.3, 0.7) if draws.chance(0.45) else 0.0
    if stage == EARLY:
        return [
            site.spot(
                a,
                b,
                0.9 * radius,
                **{**shape, "edge": 0.5},
                blood_plateau=draws.uniform(0.35, 0.7),
                melanin_plateau=0.1 * person.melanin,
                height_dome=draws.uniform(0.3, 0.5) * radius,
                gloss_dome=0.5,
            )
        ]
    if stage == FRESH:
        clear = draws.uniform(0.22, 0.48)
        return [
            site.spot(
                a,
                b,
                radius,
                **shape,
                ring=1.05,
                ring_width=0.22,
                blood_ring=draws.uniform(0.3, 0.6),
                blood_plateau=-0.35,
                melanin_plateau=-0.3 * person.melanin,
                height_dome=draws.uniform(0.35, 0.6) * radius,
                height_core=-dent * 0.6 * radius,
                core=0.38,
                gloss_dome=2.8,
                cover_plateau=clear,
                red=SERUM.red * tone,
                green=SERUM.green * tone,
                blue=SERUM.blue * tone,
            )
        ]
    if stage == PURULENT:
        return [
            site.spot(
                a,
                b,
                1.05 * radius,
                **shape,
                ring=1.08,
                ring_width=0.24,
                blood_ring=draws.uniform(0.4, 0.7),
                melanin_plateau=-0.2 * person.melanin,
                height_dome=draws.uniform(0.25, 0.5) * radius,
                height_core=-dent * 0.7 * radius,
                core=0.42,
                gloss_dome=1.5,
                cover_plateau=draws.uniform(0.3, 0.62),
                red=PUS.red * tone,
                green=PUS.green * tone,
                blue=PUS.blue * tone,
            )
        ]
    crust = BLOOD_CRUST if draws.chance(0.6) else (BROWN_CRUST if draws.chance(0.7) else HONEY)
    return [
        site.spot(
            a,
            b,
            radius,
            **{**shape, "irregular": 0.25},
            ring=1.1,
            ring_width=0.3,
            blood_ring=draws.uniform(0.3, 0.6),
            height_dome=0.3 * radius,
            bump=0.35 * radius,
            patch=0.35,
            patch_size=0.7,
            patch_level=-0.35,
            cover_plateau=draws.uniform(0.75, 0.95),
            gloss_dome=0.4,
            red=crust.red,
            green=crust.green,
            blue=crust.blue,
        )
    ]
