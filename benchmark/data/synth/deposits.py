"""What lies on anybody's skin, sick or not: dry scale, lint and dust, drops of water, powder, lotion."""

from collections.abc import Iterator

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.lesions.matter import SCALE, Matter, cover
from hzbench.benchmark.data.synth.person import Person
from hzbench.benchmark.data.synth.spots import Spot, paint

CALAMINE = Matter(0.74, 0.50, 0.46)
ZINC = Matter(0.80, 0.79, 0.76)


def add_deposits(canvas: Canvas, person: Person, draws: Draws) -> None:
    """Paint none, one or several deposits; nothing here knows the diagnosis.

    Args:
        canvas: with lesions painted; what lies on the skin lies on them too.
        person: whose skin it is.
        draws: a stream of its own.
    """
    site = Site(canvas, 0.5 * canvas.edge, 0.5 * canvas.edge, (1.0, 0.0))
    field_mm = canvas.edge / canvas.scale
    spots: list[Spot] = []
    if draws.chance(0.3):
        spots.append(_dryness(site, person, draws, field_mm))
    if draws.chance(0.2):
        spots += _specks(site, person, draws, field_mm)
    if draws.chance(0.15):
        spots += _drops(site, draws, field_mm)
    if draws.chance(0.15):
        spots += _dabs(site, person, draws, field_mm)
    if spots:
        paint(canvas, spots)


def _places(site: Site, draws: Draws, field_mm: float, count: int) -> Iterator[tuple[float, float]]:
    """Yield those of `count` places anywhere in the picture that are on skin."""
    for _ in range(count):
        a, b = draws.uniform(-0.5, 0.5) * field_mm, draws.uniform(-0.5, 0.5) * field_mm
        if site.on_skin(a, b, 0.97):
            yield a, b


def _dryness(site: Site, person: Person, draws: Draws, field_mm: float) -> Spot:
    """Return the bran-like scale of dry skin, all over the picture."""
    return site.spot(
        draws.uniform(-0.3, 0.3) * field_mm,
        draws.uniform(-0.3, 0.3) * field_mm,
        draws.uniform(0.5, 1.0) * field_mm,
        **cover(SCALE, person, draws.uniform(0.8, 1.1)),
        irregular=0.4,
        edge=0.7,
        cover_plateau=draws.uniform(0.08, 0.4),
        patch=draws.uniform(0.7, 1.0),
        patch_size=draws.uniform(0.0025, 0.006) * field_mm,
        patch_level=draws.uniform(-0.1, 0.55),
        vary=0.4,
        bump=0.06,
        matt=0.7,
        offset=draws.uniform(0.0, 250.0),
    )


def _specks(site: Site, person: Person, draws: Draws, field_mm: float) -> list[Spot]:
    """Return lint, dust and flakes of dead skin: small, pale, anywhere."""
    size = draws.uniform(0.002, 0.0065) * field_mm  # what the eye, and so the camera, still sees
    strength = draws.uniform(0.3, 0.75)
    return [
        site.spot(
            a,
            b,
            size * draws.uniform(0.5, 1.6),
            **cover(SCALE, person, draws.uniform(0.75, 1.15)),
            aspect=draws.uniform(0.25, 1.0),
            axis=draws.direction(),
            irregular=0.3,
            edge=0.5,
            cover_plateau=strength,
            matt=0.8,
            offset=draws.uniform(0.0, 250.0),
        )
        for a, b in _places(site, draws, field_mm, draws.between(8, 90))
    ]


def _drops(site: Site, draws: Draws, field_mm: float) -> list[Spot]:
    """Return beads of sweat or water: clear, steep and glossy."""
    size = draws.uniform(0.003, 0.010) * field_mm
    spots = []
    for a, b in _places(site, draws, field_mm, draws.between(10, 80)):
        radius = size * draws.skewed(0.5, 1.8)
        spots.append(
            site.spot(
                a,
                b,
                radius,
                aspect=draws.uniform(0.7, 1.0),
                axis=draws.direction(),
                irregular=0.15,
                edge=0.25,
                flatness=0.3,
                height_dome=0.5 * radius,
                gloss_dome=1.2,
            )
        )
    return spots


def _dabs(site: Site, person: Person, draws: Draws, field_mm: float) -> list[Spot]:
    """Return dried lotion, zinc paste or powder in patches."""
    matter = CALAMINE if draws.chance(0.4) else ZINC
    thin = draws.uniform(0.12, 0.55)
    return [
        site.spot(
            a,
            b,
            draws.uniform(0.05, 0.22) * field_mm,
            **cover(matter, person, draws.uniform(0.85, 1.05)),
            aspect=draws.uniform(0.4, 0.9),
            axis=draws.direction(),
            irregular=draws.uniform(0.3, 0.6),
            edge=draws.uniform(0.3, 0.7),
            patch=draws.uniform(0.5, 0.95),
            patch_size=draws.uniform(0.5, 1.6),
            patch_level=draws.uniform(-0.4, 0.3),
            offset=draws.uniform(0.0, 250.0),
            cover_plateau=thin,
            bump=0.05,
            matt=0.6,
        )
        for a, b in _places(site, draws, field_mm, draws.between(1, 6))
    ]
