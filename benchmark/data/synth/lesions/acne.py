"""Acne: comedones, papules and pustules strewn over oily skin, with marks that old ones left."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import PLUG, PUS, SERUM
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_acne(site: Site, draws: Draws, person: Person) -> None:
    """Paint 10 to 60 lesions of mixed kinds, each by itself at a follicle."""
    strength = 0.7 + 0.4 * person.severity
    spread = draws.uniform(17.0, 42.0)
    count = int(draws.uniform(18.0, 36.0) + 34.0 * person.severity)
    # the person's mixture: open comedones, closed comedones, papules, pustules, old marks
    comedonal = draws.uniform(0.2, 0.9)
    inflamed = draws.uniform(0.5, 1.3)
    weights = [0.7 * comedonal, 0.45 * comedonal, inflamed, 0.7 * inflamed, draws.uniform(0.2, 0.8)]
    total = weights[0] + weights[1] + weights[2] + weights[3] + weights[4]
    shares = [weight / total for weight in weights]
    spots: list[Spot] = []
    # an oily patch with a faint flush
    spots.append(
        site.spot(
            0.0,
            0.0,
            1.2 * spread,
            edge=0.7,
            irregular=0.3,
            gloss_plateau=draws.uniform(0.1, 0.7),
            blood_plateau=draws.uniform(0.0, 0.25),
            mottle=0.8,
            patch_size=4.0,
        )
    )
    for _ in range(count):
        a = draws.normal(0.0, spread)
        b = draws.normal(0.0, spread)
        if not site.on_skin(a, b, 0.93):
            continue
        kind = draws.weighted(shares)
        offset = draws.uniform(0.0, 250.0)
        if kind == 0:
            spots.append(_open_comedone(site, draws, a, b, offset))
        elif kind == 1:
            spots.append(
                site.spot(
                    a,
                    b,
                    draws.uniform(0.7, 1.4),
                    edge=0.35,
                    irregular=0.08,
                    offset=offset,
                    height_dome=draws.uniform(0.3, 0.6),
                    melanin_plateau=-0.15 * person.melanin,
                    gloss_dome=0.3,
                    cover_core=0.35,
                    red=SERUM.red,
                    green=SERUM.green,
                    blue=SERUM.blue,
                )
            )
        elif kind == 2:
            spots.append(_papule(site, draws, a, b, offset, strength, person))
        elif kind == 3:
            spots.append(_pustule(site, draws, a, b, offset, strength, person))
        else:
            spots.append(
                site.spot(
                    a,
                    b,
                    draws.uniform(1.2, 3.0),
                    edge=0.5,
                    irregular=0.2,
                    offset=offset,
                    melanin_plateau=draws.uniform(0.05, 0.15) + 0.28 * person.melanin,
                    blood_plateau=draws.uniform(0.1, 0.4),
                )
            )
    paint(site.canvas, spots)


def _open_comedone(site: Site, draws: Draws, a: float, b: float, offset: float) -> Spot:
    return site.spot(
        a,
        b,
        draws.uniform(0.6, 1.2),
        edge=0.3,
        irregular=0.12,
        offset=offset,
        core=draws.uniform(0.5, 0.8),
        height_plateau=0.12,
        height_core=-0.2,
        cover_core=0.9,
        red=PLUG.red,
        green=PLUG.green,
        blue=PLUG.blue,
    )


def _papule(
    site: Site, draws: Draws, a: float, b: float, offset: float, strength: float, person: Person
) -> Spot:
    radius = draws.skewed(0.9, 3.6) * (0.8 + 0.4 * person.severity)
    return site.spot(
        a,
        b,
        radius,
        edge=0.4,
        irregular=draws.uniform(0.12, 0.3),
        offset=offset,
        aspect=draws.uniform(0.65, 1.0),
        axis=draws.direction(),
        halo=2.0,
        blood_halo=0.35 * strength,
        blood_plateau=draws.uniform(0.5, 0.9) * strength,
        blood_dome=0.4 * strength,
        melanin_plateau=0.12 * person.melanin,
        height_dome=draws.uniform(0.5, 1.0),
        gloss_dome=draws.uniform(0.2, 1.0),
    )


def _pustule(
    site: Site, draws: Draws, a: float, b: float, offset: float, strength: float, person: Person
) -> Spot:
    radius = draws.uniform(1.0, 2.5)
    tone = max(0.5, 1.0 - 0.25 * person.melanin)
    return site.spot(
        a,
        b,
        radius,
        edge=0.4,
        irregular=draws.uniform(0.1, 0.3),
        offset=offset,
        core=draws.uniform(0.35, 0.75),
        halo=2.1,
        blood_halo=0.4 * strength,
        blood_plateau=draws.uniform(0.6, 1.0) * strength,
        melanin_plateau=0.1 * person.melanin,
        height_dome=draws.uniform(0.5, 0.8),
        height_core=draws.uniform(0.3, 0.6),
        gloss_dome=1.0,
        cover_core=draws.uniform(0.55, 0.9),
        red=PUS.red * tone,
        green=PUS.green * tone,
        blue=PUS.blue * tone,
    )
