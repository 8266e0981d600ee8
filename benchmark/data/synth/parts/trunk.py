"""The trunk: back, chest, abdomen and flank."""

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import Feature
from hzbench.benchmark.data.synth.parts.part import Anchor, Part, Tuft, path
from hzbench.benchmark.data.synth.solids import Solid


def _trunk_solids(stout: float, waist: float) -> tuple[Solid, ...]:
    wide = 150.0 * stout
    return (
        Solid(0.0, -120.0, 0.0, 1.16 * wide, 0.0, 150.0, 0.0, 138.0 * stout * waist, 0.42, 4.0),
        Solid(0.0, -250.0, 0.0, 62.0, 0.0, -120.0, 0.0, 1.16 * wide, 0.42, 4.0),
        Solid(0.0, -420.0, 4.0, 56.0, 0.0, -250.0, 0.0, 62.0, 0.6, 14.0),
        Solid(0.0, 150.0, 0.0, 138.0 * stout * waist, 0.0, 300.0, 0.0, 165.0 * stout, 0.42, 4.0),
        Solid(0.0, 300.0, 0.0, 165.0 * stout, 0.0, 480.0, 0.0, 172.0 * stout, 0.42, 4.0),
        Solid(-1.28 * wide, -130.0, -4.0, 56.0, -1.5 * wide, 120.0, -12.0, 44.0, 0.9, 3.0),
        Solid(1.28 * wide, -130.0, -4.0, 56.0, 1.5 * wide, 120.0, -12.0, 44.0, 0.9, 3.0),
        Solid(-1.5 * wide, 120.0, -12.0, 44.0, -1.6 * wide, 400.0, -12.0, 30.0, 0.9, 4.0),
        Solid(1.5 * wide, 120.0, -12.0, 44.0, 1.6 * wide, 400.0, -12.0, 30.0, 0.9, 4.0),
    )


def back(draws: Draws) -> Part:
    """Back from the neck to the loins."""
    stout = draws.uniform(0.85, 1.15)
    muscular = draws.uniform(0.4, 1.2)
    features = [
        Feature(0.0, -190.0, 22.0, 0.0, 260.0, 26.0, height=-6.0 * muscular, rough=0.05),
        Feature(-46.0, -20.0, 30.0, -42.0, 240.0, 28.0, height=4.0 * muscular),
        Feature(46.0, -20.0, 30.0, 42.0, 240.0, 28.0, height=4.0 * muscular),
        Feature(-88.0, -112.0, 62.0, -98.0, -30.0, 50.0, height=7.0 * muscular),
        Feature(88.0, -112.0, 62.0, 98.0, -30.0, 50.0, height=7.0 * muscular),
        Feature(-56.0, -104.0, 26.0, -76.0, 10.0, 28.0, height=-3.0 * muscular),
        Feature(56.0, -104.0, 26.0, 76.0, 10.0, 28.0, height=-3.0 * muscular),
    ]
    for k in range(9):  # vertebrae
        y = -200.0 + 46.0 * k
        features.append(Feature(0.0, y, 12.0, 0.0, y + 12.0, 12.0, height=1.4))
    for k in range(5):  # ribs
        y = 20.0 + 32.0 * k
        for side in (-1.0, 1.0):
            features.append(
                Feature(58.0 * side, y, 10.0, 120.0 * side, y + 16.0, 10.0, height=0.9 * muscular)
            )
    if draws.chance(0.4):  # folds above the hip
        for side in (-1.0, 1.0):
            features += path(
                ((70.0 * side, 214.0), (110.0 * side, 208.0), (150.0 * side, 192.0)), 9.0, height=-3.0
            )
    side = draws.pick((-1.0, 1.0))
    return Part(
        solids=_trunk_solids(stout, draws.uniform(0.84, 1.08)),
        features=tuple(features),
        anchors=(
            Anchor(70.0 * side, 0.0, 40.0, 80.0, 0.96, 0.28 * side),
            Anchor(75.0 * side, 150.0, 40.0, 60.0, 0.98, 0.2 * side),
            Anchor(40.0 * side, -140.0, 50.0, 30.0, 0.98, 0.17 * side),
        ),
        hems=((0.0, 235.0, 0.0, 1.0), (0.0, -190.0, 0.0, -1.0), (-40.0 * side, 0.0, -side, 0.0)),
        tufts=(Tuft(-40.0, -300.0, 40.0, -300.0, 44.0, 0.28, 34.0, 0.13, 0.0, 1.0, 0.5, 0.7),),
        upright=draws.chance(0.6),
        hairy=0.35,
        bulge=1.2,
        pores=0.6,
    )


def abdomen(draws: Draws) -> Part:
    """Belly with the navel, and the lower ribs."""
    stout = draws.uniform(0.85, 1.2)
    soft = draws.uniform(0.0, 1.0)
    features = [
        Feature(0.0, 130.0, 10.0, 0.0, 136.0, 9.0, height=-9.0, melanin=0.25, blood=0.15, rough=0.1),
        Feature(0.0, 130.0, 17.0, 0.0, 136.0, 16.0, height=-3.0 - 3.0 * soft),
        Feature(0.0, -60.0, 20.0, 0.0, 105.0, 22.0, height=-2.2, rough=0.1),
        Feature(0.0, 90.0, 120.0, 0.0, 190.0, 110.0, height=5.0 + 22.0 * soft, rough=0.05),
        Feature(-70.0, -100.0, 64.0, -60.0, -92.0, 60.0, height=10.0),
        Feature(70.0, -100.0, 64.0, 60.0, -92.0, 60.0, height=10.0),
    ]
    for side in (-1.0, 1.0):  # costal arch and ribs
        features += path(
            ((10.0 * side, -20.0), (50.0 * side, 22.0), (110.0 * side, 74.0)), 24.0, height=3.0 - 2.7 * soft
        )
    if soft > 0.5:
        features += path(
            ((-120.0, 190.0), (0.0, 204.0), (120.0, 190.0)), 9.0, height=-3.5, blood=0.05, rough=0.1
        )
    if draws.chance(0.25):  # an old operation scar
        x = draws.uniform(-70.0, 70.0)
        features += path(
            ((x, 150.0), (x + 14.0, 178.0), (x + 34.0, 196.0)), 1.6, height=-0.4, melanin=-0.15, blood=-0.1
        )
    side = draws.pick((-1.0, 1.0))
    return Part(
        solids=_trunk_solids(stout, draws.uniform(0.86, 1.12)),
        features=tuple(features),
        anchors=(
            Anchor(70.0 * side, 60.0, 40.0, 70.0, 0.95, 0.31 * side),
            Anchor(50.0 * side, 140.0, 50.0, 40.0, 0.97, 0.24 * side),
        ),
        hems=((0.0, 215.0, 0.0, 1.0), (0.0, -40.0, 0.0, -1.0), (-50.0 * side, 0.0, -side, 0.0)),
        upright=draws.chance(0.6),
        hairy=0.6,
        bulge=1.2,
    )


def chest(draws: Draws) -> Part:
    """Upper chest with the collar bones."""
    stout = draws.uniform(0.85, 1.15)
    bony = draws.uniform(0.3, 1.2)
    features = [
        Feature(0.0, -150.0, 22.0, 0.0, 40.0, 26.0, height=-3.0, rough=0.1),
        Feature(-80.0, -30.0, 74.0, -56.0, -20.0, 64.0, height=12.0),
        Feature(80.0, -30.0, 74.0, 56.0, -20.0, 64.0, height=12.0),
        Feature(0.0, -208.0, 15.0, 0.0, -200.0, 13.0, height=-7.0 * bony),
    ]
    for side in (-1.0, 1.0):
        features += path(
            ((14.0 * side, -186.0), (70.0 * side, -196.0), (150.0 * side, -206.0)), 15.0, height=4.5 * bony
        )
        features.append(Feature(50.0 * side, -214.0, 26.0, 100.0 * side, -222.0, 24.0, height=-5.0 * bony))
        features += path(((24.0 * side, 44.0), (80.0 * side, 56.0), (130.0 * side, 24.0)), 14.0, height=-3.0)
    side = draws.pick((-1.0, 1.0))
    return Part(
        solids=_trunk_solids(stout, draws.uniform(0.86, 1.05)),
        features=tuple(features),
        anchors=(
            Anchor(70.0 * side, -110.0, 44.0, 46.0, 0.97, 0.24 * side),
            Anchor(20.0 * side, -60.0, 34.0, 60.0, 0.97, 0.24 * side),
        ),
        hems=(
            (0.0, -10.0, 0.0, 1.0),
            (-30.0 * side, 0.0, -side, 0.1),
            (60.0 * side, -170.0, 0.6 * side, -0.8),
        ),
        upright=draws.chance(0.7),
        hairy=0.8,
        pores=0.6,
        bulge=1.2,
    )


def flank(draws: Draws) -> Part:
    """Side of the trunk with the arm lifted: ribs, waist and hip."""
    stout = draws.uniform(0.85, 1.2)
    thin = draws.uniform(0.0, 1.2)
    features = []
    for k in range(6):
        y = -120.0 + 34.0 * k
        features += path(
            ((-80.0, y - 10.0), (-10.0, y + 12.0), (80.0, y + 6.0)), 9.0, height=1.1 * thin, rough=0.1
        )
    features.append(Feature(-10.0, 170.0, 40.0, 30.0, 186.0, 34.0, height=9.0))
    if thin < 0.5:
        features += path(
            ((-90.0, 96.0), (0.0, 108.0), (90.0, 92.0)), 10.0, height=-3.0, blood=0.05, rough=0.1
        )
    return Part(
        solids=(
            Solid(0.0, -140.0, 0.0, 112.0 * stout, 0.0, 60.0, 0.0, 100.0 * stout, 0.75, 30.0),
            Solid(0.0, 60.0, 0.0, 100.0 * stout, 4.0, 200.0, 0.0, 116.0 * stout, 0.75, 8.0),
            Solid(4.0, 200.0, 0.0, 116.0 * stout, 4.0, 400.0, 0.0, 120.0 * stout, 0.75, 8.0),
            Solid(-20.0, -210.0, 0.0, 64.0, -90.0, -400.0, 10.0, 50.0, 0.9, 60.0, 0.7),
        ),
        features=tuple(features),
        anchors=(Anchor(0.0, -50.0, 46.0, 80.0, 0.98, 0.2), Anchor(4.0, 90.0, 46.0, 50.0, 0.99, 0.1)),
        hems=((0.0, 140.0, 0.0, 1.0), (0.0, -130.0, 0.1, -1.0)),
        hairy=0.25,
        bulge=1.2,
    )
