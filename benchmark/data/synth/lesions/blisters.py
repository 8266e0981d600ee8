"""One blister of herpes at each stage: papule, clear, cloudy, bloody, sunken, raw, crusted, mark."""

from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import (
    AMBER,
    BLOOD_CRUST,
    BLOOD_FLUID,
    BROWN_CRUST,
    HONEY,
    PUS,
    RAW,
    SCALE,
    SERUM,
    cover,
)
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot

# age at which each stage begins, 0 the first redness to 1 healed
CLEAR, CLOUDY, SUNKEN, RAW_BASE, CRUSTED, MARK = 0.13, 0.40, 0.60, 0.70, 0.76, 0.97


def blister(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, age: float, bloody: float
) -> list[Spot]:
    """Return the spots of a blister of `radius` millimetres at (a, b).

    Args:
        site: where on the body.
        draws: randomness.
        person: whose skin it is.
        a: local position in millimetres, first axis.
        b: the same, second axis.
        radius: of the blister in millimetres.
        age: 0 to 1, see the stages above.
        bloody: chance that the fluid has blood in it.
    """
    shape: dict[str, Any] = {
        "aspect": draws.uniform(0.62, 1.0),
        "axis": draws.direction(),
        "irregular": draws.uniform(0.08, 0.28),
        "offset": draws.uniform(0.0, 250.0),
    }
    if age < CLEAR:
        return [_papule(site, draws, person, a, b, radius, shape)]
    if age >= MARK:
        return [_mark(site, draws, person, a, b, radius, shape)]
    if age >= CRUSTED:
        return [_crust(site, draws, person, a, b, radius, shape, bloody)]
    if age >= RAW_BASE:
        return [_raw(site, draws, person, a, b, radius, shape)]
    return _tense(site, draws, person, a, b, radius, shape, age, draws.chance(bloody))


def _papule(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, shape: dict[str, Any]
) -> Spot:
    return site.spot(
        a,
        b,
        draws.uniform(0.7, 1.1) * radius,
        **shape,
        edge=0.5,
        halo=1.7,
        blood_halo=0.15,
        blood_plateau=draws.uniform(0.25, 0.6),
        melanin_plateau=0.08 * person.melanin,
        height_dome=draws.uniform(0.25, 0.45) * radius,
        gloss_dome=draws.uniform(0.1, 0.5),
    )


def _tense(
    site: Site,
    draws: Draws,
    person: Person,
    a: float,
    b: float,
    radius: float,
    shape: dict[str, Any],
    age: float,
    bloody: bool,
) -> list[Spot]:
    """A roof over fluid: first the skin shines through, then cream hides it, then it sinks."""
    cloud = min(1.0, max(0.0, (age - 0.28) / 0.22))
    sunken = age > SUNKEN
    fluid = SERUM if cloud < 0.35 else PUS
    look = cover(fluid, person, draws.uniform(0.85, 1.1))
    veil = 1.0 - 0.2 * min(2.0, person.melanin)  # a dark roof lets less of the fluid show
    opacity = (draws.uniform(0.04, 0.16) + 0.36 * cloud * draws.uniform(0.5, 1.2)) * veil
    if bloody:
        look = cover(BLOOD_FLUID, person)
        opacity = draws.uniform(0.35, 0.8)
    if sunken:
        shape["irregular"] = 0.22
        opacity *= 0.8
    height = (0.16 if sunken else draws.uniform(0.2, 0.42)) * radius
    spots = [
        site.spot(
            a,
            b,
            radius,
            **shape,
            **look,
            edge=draws.uniform(0.15, 0.35),
            flatness=draws.uniform(0.1, 1.0),
            ring=1.06,
            ring_width=draws.uniform(0.12, 0.24),
            blood_ring=draws.uniform(0.0, 0.35),
            blood_plateau=-0.4 * (1.0 - 0.3 * cloud),
            melanin_plateau=-0.22 * person.melanin,
            height_dome=height,
            core=draws.uniform(0.3, 0.5),
            height_core=-(0.16 * radius if sunken else 0.0),
            gloss_dome=draws.uniform(1.6, 3.0) * (1.0 - 0.45 * cloud),
            cover_plateau=0.35 * opacity,
            cover_dome=0.8 * opacity,
            bump=0.1 * radius if sunken else 0.0,
            patch_size=0.7 * radius,
            patch_level=-0.8,
        )
    ]
    if not sunken and draws.chance(0.15 + 0.4 * cloud):  # umbilicated
        dark = cover(BROWN_CRUST, person)
        spots.append(
            site.spot(
                a + draws.normal(0.0, 0.1) * radius,
                b + draws.normal(0.0, 0.1) * radius,
                draws.uniform(0.28, 0.45) * radius,
                **dark,
                edge=0.6,
                irregular=0.2,
                offset=shape["offset"],
                height_dome=-draws.uniform(0.35, 0.6) * height,
                cover_plateau=draws.uniform(0.0, 0.55) * cloud,
                blood_plateau=0.3,
            )
        )
    return spots


def _raw(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, shape: dict[str, Any]
) -> Spot:
    bare = draws.chance(0.6)
    look = cover(RAW if bare else SCALE, person, draws.uniform(0.7, 1.1))
    return site.spot(
        a,
        b,
        radius,
        **{**shape, "irregular": 0.2},
        **look,
        edge=0.2,
        ring=0.98,
        ring_width=0.16,
        height_ring=0.07 * radius,
        height_plateau=-0.14 * radius,
        blood_plateau=draws.uniform(0.2, 0.5),
        gloss_plateau=draws.uniform(0.4, 1.6),
        cover_plateau=draws.uniform(0.25, 0.6) if bare else 0.0,
        cover_ring=0.0 if bare else draws.uniform(0.08, 0.28),
        ring_gap=0.8,
    )


def _crust(
    site: Site,
    draws: Draws,
    person: Person,
    a: float,
    b: float,
    radius: float,
    shape: dict[str, Any],
    bloody: float,
) -> Spot:
    if draws.chance(min(0.9, 0.3 + bloody)):
        matter = BLOOD_CRUST
    else:
        matter = draws.pick((BROWN_CRUST, AMBER, AMBER, HONEY))
    return site.spot(
        a,
        b,
        draws.uniform(0.75, 1.1) * radius,
        **{**shape, "irregular": draws.uniform(0.18, 0.32)},
        **cover(matter, person, draws.uniform(0.7, 1.3)),
        edge=0.22,
        rough=0.1,
        ring=1.15,
        ring_width=0.25,
        blood_ring=draws.uniform(0.1, 0.4),
        height_plateau=0.16 * radius,
        height_dome=0.18 * radius,
        bump=0.15 * radius,
        vary=0.45,
        patch=0.3,
        patch_size=0.8 * radius,
        patch_level=-0.7,
        cover_plateau=draws.uniform(0.7, 0.95),
        gloss_dome=draws.uniform(0.0, 0.5),
    )


def _mark(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, shape: dict[str, Any]
) -> Spot:
    pale = draws.chance(0.25)
    return site.spot(
        a,
        b,
        radius,
        **shape,
        edge=0.4,
        blood_plateau=draws.uniform(0.1, 0.4),
        melanin_plateau=-0.3 * person.melanin if pale else 0.08 + draws.uniform(0.1, 0.3) * person.melanin,
        height_plateau=-draws.uniform(0.0, 0.12) * radius,
        gloss_plateau=draws.uniform(0.0, 0.25),
    )
