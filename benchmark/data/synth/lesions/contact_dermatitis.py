"""Contact dermatitis: red, papular or blistered skin in the shape of what touched it, a streak or a patch."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SERUM
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_contact_dermatitis(site: Site, draws: Draws, person: Person) -> None:
    """Paint streaks (a plant's brush) or one straight-edged patch (a strap, a plaster)."""
    strength = 0.55 + 0.5 * person.severity
    spots: list[Spot] = []
    if draws.chance(0.55):
        main = draws.direction()
        for _ in range(draws.between(1, 4)):
            u, v = draws.direction()
            axis = main if draws.chance(0.6) else (u, v)
            a, b = draws.normal(0.0, 12.0), draws.normal(0.0, 12.0)
            _patch(
                site,
                draws,
                person,
                spots,
                strength,
                (a, b),
                draws.uniform(16.0, 38.0),
                draws.uniform(0.05, 0.16),
                axis,
                0.3,
            )
    else:
        radius = draws.uniform(10.0, 26.0)
        _patch(
            site,
            draws,
            person,
            spots,
            strength,
            (0.0, 0.0),
            radius,
            draws.uniform(0.3, 1.0),
            draws.direction(),
            1.0,
        )
    paint(site.canvas, spots)


def _patch(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot],
    strength: float,
    centre: tuple[float, float],
    radius: float,
    aspect: float,
    axis: tuple[float, float],
    square: float,
) -> None:
    a, b = centre
    blisters = draws.chance(0.5)
    tone = max(0.45, 1.0 - 0.27 * person.melanin)
    spots.append(
        site.spot(
            a,
            b,
            radius,
            aspect=aspect,
            axis=axis,
            square=square,
            edge=draws.uniform(0.12, 0.3),
            irregular=0.1,
            wave=0.4,
            offset=draws.uniform(0.0, 250.0),
            blood_plateau=draws.uniform(0.5, 0.85) * strength,
            melanin_plateau=0.15 * person.melanin,
            height_plateau=0.2,
            mottle=0.6,
            patch_size=2.2,
            gloss_plateau=draws.uniform(0.0, 0.5),
        )
    )
    area = radius * radius * aspect
    for _ in range(min(70, int(area * draws.uniform(0.08, 0.3)))):
        u = draws.uniform(-0.95, 0.95) * radius
        v = draws.uniform(-0.95, 0.95) * radius * aspect
        x, y = a + u * axis[0] - v * axis[1], b + u * axis[1] + v * axis[0]
        if not site.on_skin(x, y):
            continue
        size = draws.skewed(0.5, 1.6)
        if blisters:
            spots.append(
                site.spot(
                    x,
                    y,
                    size,
                    edge=0.25,
                    irregular=0.1,
                    offset=draws.uniform(0.0, 250.0),
                    blood_plateau=-0.3,
                    height_dome=draws.uniform(0.3, 0.5) * size,
                    gloss_dome=2.4,
                    cover_plateau=draws.uniform(0.15, 0.35),
                    red=SERUM.red * tone,
                    green=SERUM.green * tone,
                    blue=SERUM.blue * tone,
                )
            )
        else:
            spots.append(
                site.spot(
                    x,
                    y,
                    size,
                    edge=0.5,
                    blood_plateau=0.5 * strength,
                    height_dome=0.4,
                    melanin_plateau=0.08 * person.melanin,
                )
            )
