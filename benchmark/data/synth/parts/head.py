"""Head and neck: face from the front, cheek and jaw from the side with the ear and the neck."""

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import Feature
from hzbench.benchmark.data.synth.parts.part import Anchor, Part, Tuft, path
from hzbench.benchmark.data.synth.solids import Solid


def _lips(x: float, y: float, wide: float, full: float) -> list[Feature]:
    look = {"blood": 0.38, "melanin": 0.05, "gloss": 0.3, "edge": 0.8, "rough": 0.08}
    upper = ((x - wide, y), (x - 0.4 * wide, y - 3.6), (x, y - 2.6), (x + 0.4 * wide, y - 3.6), (x + wide, y))
    lower = (
        (x - 0.8 * wide, y + 1.5),
        (x - 0.3 * wide, y + 5.0),
        (x + 0.3 * wide, y + 5.0),
        (x + 0.8 * wide, y + 1.5),
    )
    features = path(upper, (1.2, 4.4 * full, 4.2 * full, 4.4 * full, 1.2), fade=False, height=1.8, **look)
    features += path(lower, (2.0, 6.2 * full, 6.2 * full, 2.0), fade=False, height=2.6, **look)
    features += path(
        (
            (x - wide - 1.0, y + 1.0),
            (x - 0.4 * wide, y),
            (x, y + 1.0),
            (x + 0.4 * wide, y),
            (x + wide + 1.0, y + 1.0),
        ),
        1.1,
        height=-1.0,
        cover=0.7,
        red=0.05,
        green=0.015,
        blue=0.012,
        edge=0.6,
    )
    return features


def _ear(x: float, y: float, size: float) -> tuple[list[Solid], list[Feature]]:
    """Return an ear seen from the side."""
    rim = ((-8.0, 0.0), (-11.0, -16.0), (-2.0, -28.0), (11.0, -28.0), (18.0, -14.0), (15.0, 6.0), (6.0, 20.0))
    solids = [
        Solid(
            x + 2.0 * size,
            y - 8.0 * size,
            58.0,
            13.0 * size,
            x + 1.0,
            y + 12.0 * size,
            54.0,
            9.0 * size,
            0.3,
            3.0,
        )
    ]
    for k in range(len(rim) - 1):
        (a, b), (c, d) = rim[k], rim[k + 1]
        solids.append(
            Solid(x + a * size, y + b * size, 61.0, 4.2, x + c * size, y + d * size, 61.0, 4.2, 1.0, 1.5)
        )
    solids.append(
        Solid(
            x + 2.0, y + 18.0 * size, 56.0, 8.0 * size, x + 1.0, y + 23.0 * size, 54.0, 7.0 * size, 0.6, 4.0
        )
    )
    features = [
        Feature(x - 1.0, y - 2.0, 8.0 * size, x, y + 6.0, 6.0 * size, height=-7.0, blood=0.25, melanin=0.15),
        Feature(
            x - 4.0,
            y + 2.0,
            3.0,
            x - 3.0,
            y + 5.0,
            2.6,
            height=-4.0,
            cover=0.5,
            red=0.03,
            green=0.015,
            blue=0.01,
        ),
        Feature(x + 9.0, y - 18.0, 5.0, x + 11.0, y + 2.0, 3.0, height=-3.0, blood=0.15),
        Feature(x, y - 20.0, 22.0, x, y + 20.0, 16.0, blood=0.1),
    ]
    return solids, features


def face(draws: Draws) -> Part:
    """Face from the front with closed eyes."""
    wide = draws.uniform(0.92, 1.1)
    nose = draws.uniform(0.85, 1.25)
    turn = draws.uniform(-9.0, 9.0)  # the middle line moves as the head turns
    solids = [
        Solid(0.0, -62.0, -20.0, 80.0 * wide, 0.0, -20.0, -20.0, 74.0 * wide, 1.0, 20.0),
        Solid(0.0, -20.0, -20.0, 74.0 * wide, 0.4 * turn, 54.0, -6.0, 50.0 * wide, 1.0, 8.0),
        Solid(0.6 * turn - 8.0, 80.0, 2.0, 26.0, 0.6 * turn + 8.0, 80.0, 2.0, 26.0, 1.0, 30.0, 0.6),
        Solid(turn, -34.0, 54.0, 9.0, turn * 1.3, 12.0, 64.0 + 4.0 * nose, 12.0 * nose, 1.0, 12.0),
        Solid(
            turn * 1.3 - 12.0 * nose,
            17.0,
            58.0,
            8.5 * nose,
            turn * 1.3 + 12.0 * nose,
            17.0,
            58.0,
            8.5 * nose,
            0.9,
            9.0,
        ),
        Solid(0.0, 120.0, -66.0, 46.0, 0.0, 190.0, -76.0, 56.0, 0.9, 36.0, 0.3),
        Solid(0.0, 180.0, -76.0, 56.0, 0.0, 330.0, -90.0, 190.0, 0.6, 10.0),
        Solid(-80.0 * wide, -28.0, -22.0, 11.0, -76.0 * wide, 8.0, -22.0, 8.0, 0.6, 4.0),
        Solid(80.0 * wide, -28.0, -22.0, 11.0, 76.0 * wide, 8.0, -22.0, 8.0, 0.6, 4.0),
    ]
    features: list[Feature] = []
    tufts: list[Tuft] = []
    for side in (-1.0, 1.0):
        ex = turn * 0.8 + 32.0 * side
        features += [
            Feature(ex - 8.0, -33.0, 19.0, ex + 8.0, -33.0, 19.0, height=-8.0, melanin=0.05, rough=0.05),
            Feature(ex - 5.0, -32.0, 14.0, ex + 5.0, -32.0, 14.0, height=6.5, rough=0.03),
            Feature(ex - 12.0, -58.0, 8.0, ex + 12.0, -58.0, 7.0, height=4.0),
            Feature(turn + 44.0 * side, 6.0, 34.0, turn + 40.0 * side, 14.0, 26.0, height=7.0, blood=0.1),
        ]
        features += path(
            ((ex - 15.0, -29.0), (ex - 7.0, -26.0), (ex + 6.0, -26.0), (ex + 15.0, -30.0)),
            1.6,
            height=-1.0,
            cover=0.85,
            red=0.02,
            green=0.014,
            blue=0.01,
            edge=0.7,
            rough=0.2,
        )
        features += path(
            ((ex - 14.0, -42.0), (ex, -45.0), (ex + 14.0, -41.0)), 1.4, height=-1.2, melanin=0.06
        )
        features += path(  # the fold from the nose to the corner of the mouth
            ((turn * 1.3 + 18.0 * side, 18.0), (turn + 27.0 * side, 34.0), (turn + 31.0 * side, 50.0)),
            4.5,
            height=-1.6 * draws.uniform(0.2, 1.2),
            rough=0.1,
        )
        features.append(
            Feature(
                turn * 1.3 + 7.0 * side,
                25.0,
                3.6,
                turn * 1.3 + 8.5 * side,
                26.0,
                3.2,
                height=-2.0,
                cover=0.8,
                red=0.03,
                green=0.012,
                blue=0.01,
                edge=0.7,
            )
        )
        tufts.append(
            Tuft(
                ex - 13.0 * side,
                -59.0,
                ex + 16.0 * side,
                -61.0,
                4.0,
                1.1,
                8.0,
                0.16,
                0.93 * side,
                -0.36,
                0.5,
                0.3,
            )
        )
    features += _lips(turn * 1.1, 52.0, draws.uniform(22.0, 26.0), draws.uniform(0.8, 1.3))
    features.append(Feature(turn * 1.2, 32.0, 3.4, turn * 1.1, 44.0, 4.0, height=-1.0))
    lines = draws.skewed(0.0, 1.0)
    for k in range(3):
        y = -92.0 + 11.0 * k
        features += path(((-34.0, y + 3.0), (0.0, y), (34.0, y + 3.0)), 1.3, height=-1.1 * lines, rough=0.3)
    hair_line = draws.uniform(-122.0, -104.0)
    tufts.append(
        Tuft(-60.0, hair_line - 26.0, 60.0, hair_line - 26.0, 34.0, 0.5, 46.0, 0.14, 0.3, 0.95, 0.7, 0.9)
    )
    for side in (-1.0, 1.0):
        tufts.append(
            Tuft(82.0 * side, -110.0, 84.0 * side, -40.0, 18.0, 0.5, 34.0, 0.14, 0.1 * side, 1.0, 0.5, 0.9)
        )
    if draws.chance(0.25):
        tufts.append(Tuft(-30.0, 92.0, 30.0, 92.0, 30.0, 0.7, 2.4, 0.14, 0.1, 1.0, 1.4, 0.2))
    return Part(
        solids=tuple(solids),
        features=tuple(features),
        anchors=(
            Anchor(turn, -84.0, 30.0, 10.0, 0.5, 0.86),
            Anchor(turn + 44.0, 14.0, 10.0, 14.0, 0.85, 0.5),
            Anchor(turn - 44.0, 14.0, 10.0, 14.0, -0.85, 0.5),
            Anchor(turn, 62.0, 26.0, 20.0, 0.95, 0.3),
        ),
        tufts=tuple(tufts),
        hems=((0.0, 190.0, 0.0, 1.0),),
        upright=True,
        hairy=0.0,
        pores=1.0,
        blood=0.05,
        furrows=0.6,
        bulge=0.6,
    )


def neck(draws: Draws) -> Part:
    """Cheek, jaw and neck from the side, with the ear."""
    solids = [
        Solid(0.0, -130.0, 0.0, 92.0, -10.0, -100.0, 0.0, 88.0, 0.75, 20.0),
        Solid(-56.0, -28.0, 0.0, 26.0, 6.0, -46.0, 0.0, 48.0, 0.9, 60.0, 0.9),
        Solid(-72.0, -22.0, 0.0, 18.0, -62.0, -16.0, 0.0, 20.0, 0.9, 34.0, 0.9),
        Solid(-88.0, -112.0, 0.0, 9.0, -106.0, -80.0, 0.0, 9.0, 1.0, 16.0),  # nose
        Solid(-98.0, -74.0, 4.0, 8.0, -92.0, -74.0, 10.0, 8.0, 1.0, 8.0),
        Solid(-82.0, -58.0, 0.0, 9.0, -84.0, -52.0, 0.0, 9.0, 0.9, 14.0),  # lips
        Solid(-80.0, -40.0, 0.0, 10.0, -79.0, -36.0, 0.0, 10.0, 0.9, 14.0),
        Solid(20.0, 10.0, -4.0, 54.0, 34.0, 120.0, -6.0, 60.0, 0.9, 42.0),
        Solid(34.0, 105.0, -6.0, 59.0, 36.0, 310.0, -40.0, 180.0, 0.9, 6.0),
    ]
    ear_solids, features = _ear(34.0, -72.0, draws.uniform(0.9, 1.1))
    solids += ear_solids
    muscle = draws.uniform(0.2, 1.2)
    features += path(((40.0, -18.0), (16.0, 50.0), (-24.0, 120.0)), 12.0, height=5.0 * muscle)
    features += path(((-4.0, 30.0), (-30.0, 90.0)), 12.0, height=-4.0 * muscle)
    for k in range(draws.between(0, 3)):
        y = 40.0 + 18.0 * k + draws.uniform(-4.0, 4.0)
        features += path(((-20.0, y), (20.0, y + 5.0), (60.0, y - 4.0)), 1.5, height=-1.3, blood=0.06)
    features += path(  # corner of the mouth and the closed eye
        ((-98.0, -46.0), (-86.0, -46.0), (-76.0, -43.0)),
        1.3,
        height=-1.2,
        cover=0.6,
        red=0.06,
        green=0.02,
        blue=0.015,
        edge=0.7,
    )
    for y in (-52.0, -40.0):
        features.append(
            Feature(-94.0, y, 6.0, -82.0, y + 1.0, 3.0, blood=0.4, melanin=0.05, gloss=0.3, rough=0.05)
        )
    features.append(Feature(-80.0, -112.0, 19.0, -66.0, -110.0, 15.0, height=-7.0))
    features.append(Feature(-76.0, -110.0, 11.0, -70.0, -110.0, 10.0, height=4.0))
    features += path(
        ((-84.0, -106.0), (-76.0, -103.0), (-64.0, -107.0)),
        1.3,
        height=-0.8,
        cover=0.75,
        red=0.02,
        green=0.014,
        blue=0.01,
        edge=0.7,
    )
    features.append(
        Feature(
            -97.0, -71.0, 3.2, -94.0, -70.0, 2.6, height=-1.0, cover=0.6, red=0.03, green=0.012, blue=0.01
        )
    )
    features.append(Feature(-58.0, -72.0, 30.0, -50.0, -64.0, 26.0, height=5.0, blood=0.08))
    tufts = [
        Tuft(34.0, -190.0, 88.0, -100.0, 52.0, 0.4, 40.0, 0.14, 0.35, 0.93, 0.6, 0.9),
        Tuft(86.0, -110.0, 84.0, -20.0, 26.0, 0.4, 34.0, 0.14, 0.1, 1.0, 0.5, 0.85),
        Tuft(8.0, -130.0, 12.0, -96.0, 7.0, 0.9, 10.0, 0.14, 0.0, 1.0, 0.5, 0.3),
        Tuft(-84.0, -126.0, -62.0, -132.0, 4.0, 1.1, 8.0, 0.16, 0.9, -0.4, 0.5, 0.3),
    ]
    if draws.chance(0.3):
        tufts.append(Tuft(-66.0, -14.0, -4.0, -36.0, 26.0, 0.6, 2.4, 0.14, 0.2, 1.0, 1.4, 0.15))
    return Part(
        solids=tuple(solids),
        features=tuple(features),
        anchors=(
            Anchor(-6.0, -34.0, 18.0, 12.0, -0.9, 0.44),
            Anchor(14.0, 50.0, 18.0, 34.0, -0.7, 0.71),
            Anchor(20.0, 110.0, 24.0, 24.0, -0.8, 0.6),
        ),
        tufts=tuple(tufts),
        hems=((20.0, 150.0, -0.2, 0.98),),
        upright=True,
        hairy=0.1,
        pores=0.8,
        blood=0.04,
        furrows=0.8,
        bulge=0.8,
    )
