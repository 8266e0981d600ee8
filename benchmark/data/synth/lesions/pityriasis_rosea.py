"""Pityriasis rosea: one large scaly oval and many small ones along the skin's lines, tinea's look-alike."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE, cover, inflamed
from hzbench.benchmark.data.synth.lesions.shapes import Lobe, apart
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_pityriasis_rosea(site: Site, draws: Draws, person: Person) -> None:
    """Paint 5 to 26 salmon ovals with a collar of scale that opens to the middle."""
    strength = draws.uniform(0.3, 0.75)
    scaly = draws.uniform(0.1, 0.6)
    axis = draws.direction()
    spread = draws.uniform(20.0, 34.0)
    herald = draws.chance(0.5)
    wanted = draws.between(5, 26)
    spots: list[Spot | Patch] = []
    taken: list[Lobe] = []
    for k in range(3 * wanted):
        if len(taken) >= wanted:
            break
        a, b = (0.0, 0.0) if k == 0 else (draws.normal(0.0, spread), draws.normal(0.0, spread))
        radius = draws.uniform(8.0, 14.0) if herald and k == 0 else draws.skewed(1.8, 6.0)
        if not site.on_skin(a, b, 0.96) or not apart(taken, a, b, radius, 1.1):
            continue
        taken.append((a, b, radius))
        _oval(site, draws, person, spots, taken[-1], axis, strength * draws.uniform(0.7, 1.2), scaly)
    paint(site.canvas, spots)


def _oval(
    site: Site,
    draws: Draws,
    person: Person,
    spots: list[Spot | Patch],
    lobe: Lobe,
    axis: tuple[float, float],
    redness: float,
    scaly: float,
) -> None:
    a, b, radius = lobe
    offset = draws.uniform(0.0, 250.0)
    aspect = draws.uniform(0.5, 0.8)
    lean = (axis[0] + draws.normal(0.0, 0.15) * axis[1], axis[1] - draws.normal(0.0, 0.15) * axis[0])
    spots.append(
        site.spot(
            a,
            b,
            radius,
            aspect=aspect,
            axis=lean,
            **inflamed(person, redness * draws.uniform(0.6, 1.0)),
            irregular=0.18,
            offset=offset,
            edge=draws.uniform(0.2, 0.45),
            ring=0.9,
            ring_width=0.2,
            blood_ring=0.3 * redness,
            height_ring=0.12,
            height_plateau=0.1,
            mottle=0.4,
            mottle_size=1.5,
        )
    )
    spots.append(
        site.spot(
            a,
            b,
            radius,
            aspect=aspect,
            axis=lean,
            **cover(SCALE, person),
            irregular=0.18,
            offset=offset,
            ring=draws.uniform(0.6, 0.8),
            ring_width=draws.uniform(0.1, 0.2),
            ring_gap=0.5,
            cover_ring=scaly * draws.uniform(0.5, 1.0),
            cover_plateau=0.15 * scaly,
            patch=0.85,
            patch_size=0.8,
            patch_level=-0.3,
            bump=0.1,
            matt=0.7,
        )
    )
