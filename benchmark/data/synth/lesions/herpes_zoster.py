"""Herpes zoster: clusters of vesicles on red bases, strung along one band, fresh to purulent to crusted."""

import math

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.vesicles import CRUSTED, EARLY, vesicle_group
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint


def draw_herpes_zoster(site: Site, draws: Draws, person: Person) -> None:
    """Paint 3 to 9 clusters along a bent band that stops at a midline."""
    length = draws.uniform(60.0, 130.0)
    spacing = draws.uniform(15.0, 24.0)
    count = max(3, int(length / spacing))
    bend = draws.uniform(-0.007, 0.007)
    slant_c, slant_s = draws.direction()
    slope = 0.6 * slant_s * abs(slant_c)
    stage = draws.weighted((0.12, 0.38, 0.24, 0.26))
    start = draws.uniform(0.25, 0.75)
    groups: list[tuple[float, float, float]] = []
    for k in range(count):
        a = (k + draws.uniform(-0.25, 0.25)) * spacing - start * (count - 1) * spacing
        b = bend * a * a + slope * a + draws.normal(0.0, 2.8)
        radius = draws.uniform(5.5, 10.5) * (0.75 + 0.4 * person.severity)
        if site.on_skin(a, b, 0.95):
            groups.append((a, b, radius))
    if not groups:
        groups.append((0.0, 0.0, 8.0))
    spots: list[Spot] = []
    for a, b, radius in groups:
        # neighbours differ by at most a stage: lesions of a band do not age together
        own = stage
        if draws.chance(0.3):
            own = min(CRUSTED, max(EARLY, stage + draws.pick((-1, 1))))
        slope_here = 2.0 * bend * a + slope
        norm = math.sqrt(1.0 + slope_here * slope_here)
        axis = (1.0 / norm, slope_here / norm)
        spots.extend(vesicle_group(site, draws, person, a, b, radius, own, axis))
    paint(site.canvas, spots)
