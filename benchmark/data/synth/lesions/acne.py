"""Acne: comedones, papules, pustules and nodules at the follicles of oily skin, and the marks of old ones."""

from typing import NamedTuple

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import BROWN_CRUST, PLUG, PUS, SERUM, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart, clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


class Mixture(NamedTuple):
    """Weights of the kinds of lesion in one form of acne, and how many there are."""

    open_comedone: float
    closed_comedone: float
    papule: float
    pustule: float
    nodule: float
    mark: float
    scar: float
    low: int
    high: int


# comedonal, papular, pustular, nodular, nearly healed, a few spots
MIXTURES = (
    Mixture(0.44, 0.30, 0.15, 0.06, 0.00, 0.05, 0.00, 35, 100),
    Mixture(0.14, 0.14, 0.44, 0.08, 0.01, 0.17, 0.02, 24, 80),
    Mixture(0.08, 0.08, 0.28, 0.36, 0.02, 0.16, 0.02, 20, 64),
    Mixture(0.10, 0.06, 0.28, 0.16, 0.20, 0.14, 0.06, 18, 48),
    Mixture(0.08, 0.10, 0.13, 0.06, 0.02, 0.44, 0.17, 25, 80),
    Mixture(0.16, 0.16, 0.34, 0.18, 0.02, 0.12, 0.02, 6, 16),
)
SHARES = (0.17, 0.25, 0.18, 0.13, 0.14, 0.13)


def draw_acne(site: Site, draws: Draws, person: Person) -> None:
    """Paint 4 to 120 lesions of one form's mixture, thick in some places and thin in others."""
    mixture = MIXTURES[draws.weighted(SHARES)]
    spread = min(draws.uniform(14.0, 36.0), 0.3 * site.canvas.edge / site.canvas.scale)
    count = int(draws.uniform(mixture.low, mixture.high) * (0.7 + 0.5 * person.severity))
    strength = draws.uniform(0.7, 1.15)
    size = draws.uniform(0.9, 1.5)
    spots: list[Spot | Patch] = [_oily_skin(site, draws, spread)]
    nests = [(draws.normal(0.0, spread), draws.normal(0.0, spread)) for _ in range(draws.between(1, 5))]
    nests.append((draws.normal(0.0, 4.0), draws.normal(0.0, 4.0)))
    taken: list[Lobe] = []
    late: list[Spot | Patch] = []  # bumps lie above marks
    for _ in range(3 * count):
        if len(taken) >= count:
            break
        nest = draws.pick(nests)
        loose = draws.uniform(0.3, 1.0) * spread
        a, b = nest[0] + draws.normal(0.0, loose), nest[1] + draws.normal(0.0, loose)
        if not site.on_skin(a, b, 0.95):
            continue
        # whatever the form, some lesions are inflamed, and not the smallest
        kind = draws.weighted(mixture[:7]) if len(taken) >= 5 else draws.between(2, 3)
        radius = size * _radius(draws, kind) + (0.5 if len(taken) < 5 else 0.0)
        if not apart(taken, a, b, radius, 0.8):
            continue
        taken.append((a, b, radius))
        _lesion(site, draws, person, spots if kind >= 5 else late, kind, a, b, radius, strength)
    paint(site.canvas, spots + late)


def _radius(draws: Draws, kind: int) -> float:
    """Return a radius in millimetres that a lesion of this kind may have."""
    low, high = ((0.4, 1.0), (0.5, 1.2), (0.8, 2.6), (0.9, 2.4), (3.0, 6.5), (0.9, 2.8), (0.5, 1.6))[kind]
    return draws.skewed(low, high)


def _oily_skin(site: Site, draws: Draws, spread: float) -> Spot:
    return site.spot(
        0.0,
        0.0,
        1.3 * spread,
        edge=0.8,
        irregular=0.35,
        offset=draws.uniform(0.0, 250.0),
        gloss_plateau=draws.uniform(0.0, 0.5),
        blood_plateau=draws.uniform(0.0, 0.22),
        mottle=0.8,
        mottle_size=4.0,
    )


def _lesion(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    kind: int,
    a: float,
    b: float,
    radius: float,
    strength: float,
) -> None:
    offset = draws.uniform(0.0, 250.0)
    if kind == 0:
        spots.append(_open_comedone(site, draws, person, a, b, radius, offset))
    elif kind == 1:
        spots.append(_closed_comedone(site, draws, person, a, b, radius, offset))
    elif kind in (2, 3):
        spots.extend(_papule(site, draws, person, a, b, radius, offset, strength, kind == 3))
    elif kind == 4:
        spots.append(_nodule(site, draws, person, a, b, radius, offset, strength))
    else:
        spots.append(_mark(site, draws, person, a, b, radius, offset, kind == 6))


def _open_comedone(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, offset: float
) -> Spot:
    return site.spot(
        a,
        b,
        radius,
        **cover(PLUG, person, draws.uniform(0.8, 2.2)),
        edge=0.45,
        irregular=0.15,
        offset=offset,
        aspect=draws.uniform(0.75, 1.0),
        axis=draws.direction(),
        core=draws.uniform(0.5, 0.85),
        height_dome=0.2 * radius,
        height_core=-0.3 * radius,
        cover_core=draws.uniform(0.55, 0.95),
        melanin_plateau=0.1,
        gloss_dome=0.2,
    )


def _closed_comedone(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, offset: float
) -> Spot:
    return site.spot(
        a,
        b,
        radius,
        **cover(SERUM, person, 1.1),
        edge=0.4,
        irregular=0.08,
        offset=offset,
        height_dome=draws.uniform(0.3, 0.5) * radius,
        melanin_plateau=-0.1 * person.melanin,
        blood_plateau=draws.uniform(-0.1, 0.1),
        gloss_dome=0.3,
        core=0.6,
        cover_core=draws.uniform(0.1, 0.4),
    )


def _papule(
    site: Site,
    draws: Draws,
    person: Person,
    a: float,
    b: float,
    radius: float,
    offset: float,
    strength: float,
    purulent: bool,
) -> list[Spot]:
    redness = draws.uniform(0.4, 1.0) * strength
    height = draws.uniform(0.25, 0.48) * radius
    spots = [
        site.spot(
            a,
            b,
            radius,
            **inflamed(person, redness),
            edge=draws.uniform(0.5, 0.8),
            irregular=draws.uniform(0.1, 0.25),
            offset=offset,
            aspect=draws.uniform(0.75, 1.0),
            axis=draws.direction(),
            halo=draws.uniform(1.8, 2.8),
            blood_halo=draws.uniform(0.3, 0.6) * redness,
            blood_dome=0.3 * redness,
            height_dome=height,
            gloss_dome=draws.uniform(0.0, 0.6),
        )
    ]
    if purulent:
        inner = radius * draws.uniform(0.35, 0.6)
        dried = draws.chance(0.15)
        spots.append(
            site.spot(
                a + draws.normal(0.0, 0.1) * radius,
                b + draws.normal(0.0, 0.1) * radius,
                inner,
                **cover(BROWN_CRUST if dried else PUS, person, draws.uniform(0.85, 1.1)),
                edge=0.45,
                irregular=0.12,
                flatness=0.5,
                offset=offset,
                height_dome=draws.uniform(0.3, 0.5) * inner,
                gloss_dome=0.1 if dried else draws.uniform(0.5, 1.8),
                blood_plateau=-0.3,
                cover_dome=draws.uniform(0.45, 0.85),
                cover_plateau=draws.uniform(0.1, 0.25),
            )
        )
    return spots


def _nodule(
    site: Site,
    draws: Draws,
    person: Person,
    a: float,
    b: float,
    radius: float,
    offset: float,
    strength: float,
) -> Patch:
    """A deep swelling with no clear border, sometimes two run together."""
    redness = draws.uniform(0.45, 0.95) * strength
    return patch(
        site,
        clump(draws, a, b, radius, draws.between(1, 3), draws.direction()),
        0.7 * radius,
        blend=1.2,
        **inflamed(person, redness),
        edge=0.75,
        irregular=0.15,
        offset=offset,
        halo=2.4,
        blood_halo=0.45 * redness,
        blood_dome=0.3 * redness,
        height_dome=draws.uniform(0.2, 0.35) * radius,
        gloss_dome=draws.uniform(0.2, 1.0),
        mottle=0.3,
        mottle_size=2.0,
    )


def _mark(
    site: Site, draws: Draws, person: Person, a: float, b: float, radius: float, offset: float, scar: bool
) -> Spot:
    return site.spot(
        a,
        b,
        radius,
        edge=draws.uniform(0.35, 0.8),
        irregular=0.22,
        offset=offset,
        aspect=draws.uniform(0.7, 1.0),
        axis=draws.direction(),
        melanin_plateau=draws.uniform(0.0, 0.1) + draws.uniform(0.14, 0.42) * person.melanin,
        blood_plateau=draws.uniform(0.05, 0.4),
        height_dome=-draws.uniform(0.15, 0.35) * radius if scar else 0.0,
        mottle=0.3,
    )
