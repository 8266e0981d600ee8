"""Herpes zoster: clusters of vesicles on red bases, strung along one band, fresh to crusted to healing."""

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import inflamed
from hzbench.benchmark.data.synth.lesions.shapes import patch, unit_vector
from hzbench.benchmark.data.synth.lesions.vesicles import vesicle_group
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Patch, Spot, paint


def draw_herpes_zoster(site: Site, draws: Draws, person: Person) -> None:
    """Paint 1 to 8 clusters along a bent band, with skipped skin between some, that ends at a midline."""
    form = draws.weighted((0.68, 0.10, 0.22))  # a band, one or two early clusters, a confluent plaque
    spacing = (draws.uniform(12.0, 22.0), draws.uniform(16.0, 30.0), draws.uniform(7.0, 10.0))[form]
    count = (draws.between(3, 8), draws.between(1, 2), draws.between(4, 8))[form]
    bend = draws.uniform(-0.008, 0.008)
    slant_c, slant_s = draws.direction()
    slope = 0.6 * slant_s * abs(slant_c)
    age = draws.uniform(0.03, 0.45) if form == 1 else draws.uniform(0.05, 1.0)
    drift = draws.normal(0.0, 0.03)  # one end of a band is often older
    bloody = 0.6 if draws.chance(0.12) else draws.skewed(0.0, 0.25)
    start = draws.uniform(0.25, 0.75)
    spread = draws.uniform(1.0, 4.0)
    groups: list[tuple[float, float, float]] = []
    for k in range(count):
        a = (k + draws.uniform(-0.3, 0.3)) * spacing - start * (count - 1) * spacing
        b = bend * a * a + slope * a + draws.normal(0.0, spread)
        radius = draws.uniform(5.0, 11.0) * (0.8 + 0.3 * person.severity)
        if k > 0 and draws.chance(0.3):
            radius *= 0.5
        skipped = form == 0 and 0 < k < count - 1 and draws.chance(0.18)
        if site.on_skin(a, b, 0.95) and not skipped:
            groups.append((a, b, radius))
    if not groups:
        groups.append((0.0, 0.0, 8.0))
    spots: list[Spot | Patch] = []
    if form != 1 and draws.chance(0.6):
        flush = draws.uniform(0.1, 0.45) * (1.0 if age < 0.8 else 0.5)
        spots.append(
            patch(
                site,
                [(a, b, 0.9 * radius) for a, b, radius in groups],
                6.0,
                blend=2.0,
                **inflamed(person, flush),
                edge=0.7,
                irregular=0.4,
                wave=1.0,
                halo=2.2,
                blood_halo=0.4 * flush,
                mottle=0.7,
                mottle_size=2.5,
                offset=draws.uniform(0.0, 250.0),
            )
        )
    for a, b, radius in groups:
        axis = unit_vector(1.0, 2.0 * bend * a + slope + draws.normal(0.0, 0.3))
        own = age + drift * a * 0.1 + draws.normal(0.0, 0.06)
        spots.extend(vesicle_group(site, draws, person, a, b, radius, own, axis, bloody=bloody))
    paint(site.canvas, spots)
