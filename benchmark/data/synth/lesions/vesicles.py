"""A group of vesicles on a red base: zoster strings several along a band, simplex shows one."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.blisters import CRUSTED, blister
from hzbench.benchmark.data.synth.lesions.matter import inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart, clump, patch
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot


def vesicle_group(
    site: Site,
    draws: Draws,
    person: Person,
    a: float,
    b: float,
    radius: float,
    age: float,
    axis: tuple[float, float],
    size: tuple[float, float] = (0.5, 2.3),
    bloody: float = 0.1,
) -> list[Spot | Patch]:
    """Return a red base of about `radius` millimetres at (a, b), stretched along `axis`, and its vesicles.

    Args:
        site: where on the body.
        draws: randomness.
        person: whose skin it is.
        a: middle in local millimetres, first axis.
        b: the same, second axis.
        radius: half the length of the base.
        age: 0 the first papules to 1 healed; single vesicles run ahead of it or lag behind.
        axis: local direction of the longer axis.
        size: smallest and largest radius of a vesicle in millimetres.
        bloody: chance that a vesicle has blood in it.
    """
    redness = draws.uniform(0.4, 0.95) * (0.75 + 0.3 * person.severity) * (1.0 if age < CRUSTED else 0.7)
    lobes = clump(draws, a, b, radius, draws.between(3, 6), axis)
    unit = draws.uniform(0.45, 0.7) * radius
    spots: list[Spot | Patch] = [
        patch(
            site,
            lobes,
            unit,
            **inflamed(person, redness),
            edge=draws.uniform(0.4, 0.9),
            irregular=draws.uniform(0.2, 0.4),
            wave=draws.uniform(0.4, 0.8),
            rough=0.1,
            offset=draws.uniform(0.0, 250.0),
            halo=draws.uniform(1.6, 2.4),
            blood_halo=0.35 * redness,
            height_plateau=draws.uniform(0.1, 0.5),
            mottle=draws.uniform(0.3, 0.6),
            mottle_size=draws.uniform(1.2, 2.5),
            gloss_plateau=0.12,
        )
    ]
    filled = draws.uniform(0.25, 0.7)  # share of the base under vesicles
    room = filled * radius * radius * 0.9
    taken: list[Lobe] = []
    for _ in range(90):
        if room <= 0.0 or len(taken) >= 34:
            break
        own = draws.skewed(size[0], size[1]) * (0.75 + 0.045 * radius)
        u = draws.normal(0.0, 0.44) * radius
        v = draws.normal(0.0, 0.33) * radius
        x, y = a + u * axis[0] - v * axis[1], b + u * axis[1] + v * axis[0]
        if not apart(taken, x, y, own, draws.uniform(0.55, 1.0)) or not site.on_skin(x, y, 0.98):
            continue
        taken.append((x, y, own))
        room -= own * own
        spots.extend(blister(site, draws, person, x, y, own, age + draws.normal(0.0, 0.075), bloody))
    return spots
