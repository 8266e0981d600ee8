"""Contact dermatitis: red, papular or blistered skin in the shape of what touched it, streaks or a patch."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.blisters import blister
from hzbench.benchmark.data.synth.lesions.matter import HONEY, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart, clump, patch, trail
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_contact_dermatitis(site: Site, draws: Draws, person: Person) -> None:
    """Paint broken streaks (a plant's brush), a straight-edged patch (a plaster) or a diffuse one."""
    strength = draws.uniform(0.5, 1.0) * (0.75 + 0.3 * person.severity)
    spots: list[Spot | Patch] = []
    form = draws.weighted((0.45, 0.25, 0.30))
    area: list[Lobe] = []
    if form == 0:
        area = _streaks(site, draws, person, spots, strength)
    elif form == 1:
        area = _print(site, draws, person, spots, strength)
    else:
        for k in range(draws.between(1, 4)):
            a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 18.0), draws.normal(0.0, 18.0))
            if site.on_skin(a, b):
                radius = draws.uniform(6.0, 16.0)
                area.extend(clump(draws, a, b, radius, draws.between(2, 5), draws.direction()))
        if area:
            spots.append(_redness(site, draws, person, area, 0.8 * strength, 6.0))
    if area:
        _eruption(site, draws, person, spots, area)
    paint(site.canvas, spots)


def _redness(
    site: Site, draws: Draws, person: Person, lobes: list[Lobe], redness: float, unit: float
) -> Patch:
    return patch(
        site,
        lobes,
        unit,
        blend=0.6,
        **inflamed(person, redness),
        edge=draws.uniform(0.4, 0.9),
        irregular=draws.uniform(0.15, 0.35),
        wave=draws.uniform(0.6, 1.2),
        rough=0.1,
        offset=draws.uniform(0.0, 250.0),
        halo=1.9,
        blood_halo=0.25 * redness,
        height_plateau=draws.uniform(0.05, 0.3),
        mottle=0.6,
        mottle_size=1.8,
    )


def _streaks(
    site: Site, draws: Draws, person: Person, spots: list[Spot | Patch], strength: float
) -> list[Lobe]:
    """Add 1 to 5 lines that bend a little, swell and break off."""
    main = draws.direction()
    area: list[Lobe] = []
    for k in range(draws.between(1, 5)):
        direction = main if draws.chance(0.7) else draws.direction()
        length = draws.uniform(14.0, 60.0) if k == 0 else draws.uniform(6.0, 34.0)
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, 14.0), draws.normal(0.0, 14.0))
        a, b = a - 0.5 * length * direction[0], b - 0.5 * length * direction[1]
        width = draws.uniform(0.7, 2.4)
        step = 0.9 * width
        lobes: list[Lobe] = []
        gap = 0.0
        for x, y in trail(draws, a, b, direction, length, step, 0.09):
            gap -= step
            if draws.chance(0.07 * step):
                gap = draws.uniform(1.5, 6.0)
            if gap <= 0.0 and site.on_skin(x, y):
                lobes.append((x, y, width * draws.uniform(0.5, 1.25)))
        if lobes:
            spots.append(_redness(site, draws, person, lobes, strength * draws.uniform(0.7, 1.1), width))
            area.extend(lobes)
    return area


def _print(
    site: Site, draws: Draws, person: Person, spots: list[Spot | Patch], strength: float
) -> list[Lobe]:
    """Add one patch with straight edges and rounded corners."""
    radius = draws.uniform(9.0, 24.0)
    aspect = draws.uniform(0.3, 1.0)
    axis = draws.direction()
    spots.append(
        site.spot(
            0.0,
            0.0,
            radius,
            aspect=aspect,
            axis=axis,
            **inflamed(person, strength),
            square=1.0,
            edge=draws.uniform(0.15, 0.4),
            irregular=draws.uniform(0.06, 0.16),
            wave=0.5,
            rough=0.03,
            offset=draws.uniform(0.0, 250.0),
            height_plateau=0.15,
            mottle=0.7,
            mottle_size=2.2,
            gloss_plateau=draws.uniform(0.0, 0.4),
        )
    )
    wide = radius * (1.0 - 0.8 * aspect)
    return [
        (wide * u * axis[0], wide * u * axis[1], 0.9 * aspect * radius) for u in (-1.0, -0.5, 0.0, 0.5, 1.0)
    ]


def _eruption(site: Site, draws: Draws, person: Person, spots: list[Spot | Patch], area: list[Lobe]) -> None:
    """Add papules, blisters or crusts on the red skin."""
    age = draws.uniform(0.0, 0.95)
    wanted = draws.between(0, 60)
    taken: list[Lobe] = []
    for _ in range(2 * wanted):
        if len(taken) >= wanted:
            break
        a, b, radius = draws.pick(area)
        c, s = draws.direction()
        reach = radius * draws.uniform(0.0, 1.05)
        own = min(draws.skewed(0.4, 1.7), max(0.5, 0.8 * radius))
        a, b = a + c * reach, b + s * reach
        if apart(taken, a, b, own, 0.9) and site.on_skin(a, b, 0.98):
            taken.append((a, b, own))
            spots.extend(blister(site, draws, person, a, b, own, age + draws.normal(0.0, 0.12), 0.02))
    if draws.chance(0.3):  # weeping
        a, b, radius = draws.pick(area)
        spots.append(
            site.spot(
                a,
                b,
                max(1.5, 0.7 * radius),
                **cover(HONEY, person),
                edge=0.6,
                irregular=0.3,
                offset=draws.uniform(0.0, 250.0),
                gloss_plateau=0.8,
                patch=0.8,
                patch_size=0.9,
                patch_level=0.2,
                bump=0.15,
                cover_plateau=0.5,
            )
        )
