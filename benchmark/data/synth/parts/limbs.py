"""Arms and legs: forearm, upper arm, bent elbow, thigh, knee, shin."""

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import Feature
from hzbench.benchmark.data.synth.parts.extremities import hand_solids
from hzbench.benchmark.data.synth.parts.part import Anchor, Part, path
from hzbench.benchmark.data.synth.solids import Solid


def _vein(draws: Draws, x: float, y0: float, y1: float, sway: float) -> list[Feature]:
    """Return one vein that wanders down from y0 to y1."""
    points = []
    for k in range(7):
        points.append((x, y0 + (y1 - y0) * k / 6.0))
        x += draws.uniform(-sway, sway)
    strength = draws.skewed(0.0, 1.0)
    return path(
        tuple(points),
        2.8,
        height=0.4 * strength,
        blood=-0.05,
        cover=0.16 * strength,
        red=0.10,
        green=0.16,
        blue=0.19,
        rough=0.3,
    )


def forearm(draws: Draws) -> Part:
    """Inner or outer forearm with wrist and the root of the hand."""
    stout = draws.uniform(0.85, 1.2)
    inner = draws.chance(0.5)
    bend = draws.uniform(-14.0, 14.0)
    features: list[Feature] = []
    # the hand, its wrist at the end of the forearm
    hand = tuple(
        solid._replace(x0=solid.x0 + bend, y0=solid.y0 + 204.0, x1=solid.x1 + bend, y1=solid.y1 + 204.0)
        for solid in hand_solids(draws)[0]
        if solid.y0 > -200.0
    )
    if inner:
        for k in range(2):  # wrist creases
            y = 116.0 + 7.0 * k
            features += path(((-20.0, y), (0.0, y + 2.0), (20.0, y)), 1.3, height=-0.9, blood=0.1, rough=0.2)
        for x in (-6.0, 3.0):  # tendons
            features += path(((x, 124.0), (x - 1.0, 80.0), (x - 2.0, 20.0)), 4.0, height=0.8, rough=0.2)
        features += _vein(draws, draws.uniform(-12.0, 12.0), -90.0, 110.0, 8.0)
        features += _vein(draws, draws.uniform(-16.0, 16.0), -60.0, 110.0, 8.0)
    else:
        features.append(Feature(17.0, 108.0, 10.0, 18.0, 116.0, 9.0, height=3.5))  # end of the ulna
        features.append(Feature(-12.0, -60.0, 26.0, -6.0, 30.0, 14.0, height=3.0))
        features += _vein(draws, draws.uniform(-14.0, 14.0), 10.0, 120.0, 7.0)
    return Part(
        solids=(
            Solid(4.0, -130.0, 0.0, 45.0 * stout, bend, 40.0, 0.0, 36.0 * stout, 0.85, 20.0),
            Solid(bend, 40.0, 0.0, 36.0 * stout, bend, 122.0, 0.0, 26.5, 0.85, 4.0),
            Solid(4.0, -130.0, 0.0, 45.0 * stout, 46.0, -400.0, 0.0, 58.0 * stout, 0.85, 6.0),
            *hand,
        ),
        features=tuple(features),
        anchors=(Anchor(0.5 * bend, -10.0, 16.0, 85.0, 0.0, 1.0),),
        hems=((0.0, -100.0, 0.0, -1.0), (0.0, -60.0, 0.2, -0.98)),
        hairy=0.35 if inner else 1.0,
        melanin=-0.06 if inner else 0.03,
        pores=0.2 if inner else 0.5,
    )


def upper_arm(draws: Draws) -> Part:
    """Upper arm beside the chest, with shoulder and armpit."""
    stout = draws.uniform(0.85, 1.25)
    away = draws.uniform(0.0, 60.0)
    side = 1.0
    features = [
        Feature(18.0, -120.0, 46.0, 22.0, -40.0, 30.0, height=5.0),  # deltoid
        Feature(-6.0, -10.0, 30.0, -2.0, 70.0, 26.0, height=3.5),  # biceps
        Feature(-52.0, -85.0, 14.0, -66.0, -40.0, 10.0, height=-5.0, melanin=0.1),
    ]
    return Part(
        solids=(
            Solid(-8.0, -150.0, 0.0, 64.0 * stout, 10.0 + 0.3 * away, -30.0, 0.0, 50.0 * stout, 0.9, 30.0),
            Solid(10.0 + 0.3 * away, -30.0, 0.0, 50.0 * stout, away, 170.0, 0.0, 42.0 * stout, 0.9, 4.0),
            Solid(away, 170.0, 0.0, 42.0 * stout, 0.5 * away, 400.0, 0.0, 36.0 * stout, 0.9, 4.0),
            Solid(-200.0, -120.0, -22.0, 150.0, -205.0, 300.0, -35.0, 130.0, 0.5, 22.0, 0.4),
            Solid(-60.0, -165.0, -10.0, 62.0, -210.0, -250.0, -20.0, 60.0, 0.7, 40.0, 1.0),
        ),
        features=tuple(features),
        anchors=(
            Anchor(10.0, -100.0, 26.0, 40.0, 0.2, 0.98),
            Anchor(6.0 + 0.5 * away, 30.0, 18.0, 70.0, 0.0, side),
            Anchor(-170.0, 40.0, 45.0, 90.0, 0.97, 0.24),
        ),
        hems=((0.0, -70.0, 0.1, -1.0), (-110.0, 0.0, -1.0, 0.0)),
        hairy=0.45,
    )


def elbow(draws: Draws) -> Part:
    """Bent elbow from outside: rough, darker skin over the point."""
    stout = draws.uniform(0.85, 1.15)
    opening = draws.uniform(60.0, 190.0)
    features = [
        Feature(0.0, 6.0, 26.0, 4.0, 10.0, 22.0, height=6.0, melanin=0.18, blood=0.08, rough=0.3),
        Feature(2.0, 10.0, 15.0, 6.0, 14.0, 12.0, height=2.5, melanin=0.12, blood=0.06, rough=0.4),
    ]
    for k in range(5):
        y = -8.0 + 8.0 * k + draws.uniform(-2.0, 2.0)
        w = 13.0 + draws.uniform(-4.0, 4.0)
        features += path(((-w, y), (0.0, y + 3.0), (w, y - 1.0)), 1.5, height=-0.5, melanin=0.06, rough=0.2)
    return Part(
        solids=(
            Solid(0.0, 0.0, 0.0, 40.0 * stout, -190.0, -120.0, -6.0, 58.0 * stout, 0.9, 20.0),
            Solid(0.0, 0.0, 0.0, 40.0 * stout, 190.0, -opening, 0.0, 34.0 * stout, 0.9, 5.0),
            Solid(190.0, -opening, 0.0, 34.0 * stout, 245.0, -1.25 * opening, 0.0, 28.0, 0.9, 4.0),
            Solid(245.0, -1.25 * opening, 0.0, 28.0, 330.0, -1.6 * opening, 2.0, 42.0, 0.6, 8.0),
            Solid(-190.0, -120.0, -6.0, 58.0 * stout, -330.0, -170.0, -10.0, 66.0 * stout, 0.9, 4.0),
        ),
        features=tuple(features),
        anchors=(
            Anchor(4.0, 0.0, 20.0, 16.0, 0.8, 0.6),
            Anchor(90.0, -0.48 * opening, 40.0, 10.0, 0.86, -0.5),
            Anchor(-90.0, -58.0, 40.0, 14.0, 0.85, 0.53),
        ),
        hems=((-120.0, -80.0, -0.9, -0.45),),
        furrows=1.4,
    )


def thigh(draws: Draws) -> Part:
    """One thigh beside the other."""
    stout = draws.uniform(0.85, 1.3)
    gap = draws.uniform(150.0, 230.0)
    return Part(
        solids=(
            Solid(0.0, -440.0, 0.0, 96.0 * stout, 4.0, 170.0, 0.0, 66.0 * stout, 0.9, 20.0),
            Solid(4.0, 170.0, 0.0, 66.0 * stout, 6.0, 400.0, 0.0, 56.0 * stout, 0.9, 5.0),
            Solid(gap, -440.0, -8.0, 96.0 * stout, gap - 8.0, 300.0, -10.0, 62.0 * stout, 0.9, 9.0),
        ),
        features=(
            Feature(-22.0, -120.0, 40.0, -16.0, 120.0, 26.0, height=5.0),
            Feature(26.0, -60.0, 30.0, 22.0, 120.0, 22.0, height=4.0),
        ),
        anchors=(Anchor(-6.0, -20.0, 34.0, 130.0, 0.1, 0.99),),
        hems=((0.0, -110.0, 0.1, -1.0), (0.0, -40.0, -0.15, -0.98)),
        hairy=0.8,
        bulge=1.8,
    )


def knee(draws: Draws) -> Part:
    """Knee from the front, the other one beside it."""
    stout = draws.uniform(0.85, 1.2)
    gap = draws.uniform(135.0, 220.0)
    features: list[Feature] = []
    for x in (0.0, gap):
        features += [
            Feature(x, -4.0, 34.0, x, 10.0, 30.0, height=8.0, melanin=0.08, rough=0.25),
            Feature(x, 8.0, 22.0, x + 1.0, 14.0, 20.0, melanin=0.1, blood=0.08, rough=0.4),
            Feature(x - 34.0, 4.0, 12.0, x - 30.0, 30.0, 10.0, height=-4.0),
            Feature(x + 34.0, 4.0, 12.0, x + 30.0, 30.0, 10.0, height=-4.0),
            Feature(x, 52.0, 14.0, x + 3.0, 90.0, 10.0, height=4.0),
        ]
        for k in range(4):
            y = -22.0 + 9.0 * k + draws.uniform(-2.0, 2.0)
            features += path(
                ((x - 20.0, y + 2.0), (x, y), (x + 20.0, y + 2.0)), 1.7, height=-0.5, melanin=0.04, rough=0.3
            )
    return Part(
        solids=(
            Solid(0.0, -480.0, 0.0, 96.0 * stout, 0.0, -30.0, 0.0, 60.0 * stout, 0.9, 20.0),
            Solid(0.0, -30.0, 0.0, 60.0 * stout, 0.0, 40.0, 0.0, 51.0 * stout, 0.9, 4.0),
            Solid(0.0, 40.0, 0.0, 51.0 * stout, -4.0, 150.0, 0.0, 54.0 * stout, 0.9, 5.0),
            Solid(-4.0, 150.0, 0.0, 54.0 * stout, 4.0, 400.0, 0.0, 34.0 * stout, 0.9, 5.0),
            Solid(gap, -480.0, -4.0, 96.0 * stout, gap, -30.0, -4.0, 60.0 * stout, 0.9, 6.0),
            Solid(gap, -30.0, -4.0, 60.0 * stout, gap, 40.0, -4.0, 51.0 * stout, 0.9, 4.0),
            Solid(gap, 40.0, -4.0, 51.0 * stout, gap + 4.0, 400.0, -4.0, 38.0 * stout, 0.9, 4.0),
        ),
        features=tuple(features),
        anchors=(Anchor(0.0, 0.0, 20.0, 26.0, 0.2, 0.98), Anchor(-2.0, -90.0, 26.0, 40.0, 0.1, 0.99)),
        hems=((0.0, -130.0, 0.0, -1.0),),
        furrows=1.2,
        hairy=0.8,
    )


def shin(draws: Draws) -> Part:
    """Lower leg with calf and ankle."""
    stout = draws.uniform(0.85, 1.2)
    features = [Feature(-10.0, -90.0, 24.0, -4.0, 130.0, 18.0, height=3.0)]  # edge of the tibia
    features.append(Feature(-26.0, 190.0, 12.0, -25.0, 198.0, 10.0, height=5.0))  # ankle bone
    features += _vein(draws, draws.uniform(4.0, 22.0), -60.0, 170.0, 9.0)
    return Part(
        solids=(
            Solid(0.0, -190.0, 0.0, 54.0 * stout, 5.0, -60.0, 0.0, 56.0 * stout, 0.88, 20.0),
            Solid(5.0, -60.0, 0.0, 56.0 * stout, 0.0, 160.0, 0.0, 33.0 * stout, 0.88, 5.0),
            Solid(0.0, 160.0, 0.0, 33.0 * stout, -2.0, 210.0, 4.0, 35.0 * stout, 0.88, 5.0),
            Solid(-2.0, 210.0, 4.0, 35.0 * stout, -16.0, 270.0, 14.0, 42.0, 0.75, 8.0),
            Solid(-16.0, 270.0, 14.0, 42.0, -24.0, 330.0, 10.0, 46.0, 0.6, 8.0),
            Solid(0.0, -190.0, 0.0, 54.0 * stout, 0.0, -230.0, 0.0, 58.0 * stout, 0.88, 4.0),
            Solid(0.0, -230.0, 0.0, 58.0 * stout, 0.0, -420.0, 0.0, 82.0 * stout, 0.88, 4.0),
        ),
        features=tuple(features),
        anchors=(Anchor(4.0, 0.0, 22.0, 105.0, 0.05, 0.99),),
        hems=((0.0, -110.0, 0.0, -1.0), (0.0, 205.0, 0.0, 1.0)),
        hairy=1.3,
    )
