"""Hands and feet: back of the hand, palm, back of the foot."""

import math
from typing import Any

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.features import Feature
from hzbench.benchmark.data.synth.parts.part import Anchor, Part, path
from hzbench.benchmark.data.synth.solids import Solid

# root x, root y, length, root radius, tip radius, lean of the index to the little finger, millimetres
_FINGERS = (
    (-27.0, 22.0, 74.0, 10.0, 7.6, -0.10),
    (-9.0, 29.0, 84.0, 10.4, 7.8, -0.02),
    (9.5, 27.0, 77.0, 10.0, 7.4, 0.06),
    (26.0, 15.0, 59.0, 8.8, 6.6, 0.16),
)


def hand_solids(draws: Draws) -> tuple[list[Solid], list[tuple[float, ...]]]:
    """Return the hand's solids, and of each finger root, middle joint, tip and radii."""
    spread = draws.uniform(0.6, 2.2)
    solids = [
        Solid(0.0, -40.0, 0.0, 31.0, 0.0, 8.0, 2.0, 32.0, 0.5, 10.0),
        Solid(-22.0, -30.0, 0.0, 18.0, -27.0, 20.0, 2.0, 13.0, 0.75, 14.0),
        Solid(20.0, -40.0, 0.0, 20.0, 25.0, 14.0, 1.0, 12.0, 0.75, 14.0),
        Solid(0.0, -240.0, -6.0, 36.0, 0.0, -84.0, -1.0, 27.0, 0.72, 8.0),
        Solid(0.0, -84.0, -1.0, 27.0, 0.0, -46.0, 0.0, 31.0, 0.62, 6.0),
    ]
    bones: list[tuple[float, ...]] = []
    for x, y, length, root, tip, lean in _FINGERS:
        way = lean * spread + draws.uniform(-0.04, 0.04)
        curl = draws.uniform(0.0, 0.12)
        mx, my = x + 0.5 * length * way, y + 0.5 * length
        tx, ty = mx + 0.5 * length * (way - 0.3 * curl), my + 0.48 * length * (1.0 - curl)
        middle = 0.5 * (root + tip) + 0.4
        solids.append(Solid(x, y - 6.0, 1.0, root, mx, my, 3.0, middle, 0.95, 4.0))
        solids.append(Solid(mx, my, 3.0, middle, tx, ty, -1.0 - 20.0 * curl, tip, 0.95, 4.0))
        bones.append((x, y, mx, my, tx, ty, root, tip))
    out = draws.uniform(0.5, 1.1)
    solids.append(Solid(-20.0, -52.0, 0.0, 19.0, -30.0 - 18.0 * out, -20.0, 0.0, 13.0, 0.85, 12.0))
    bx, by = -30.0 - 18.0 * out, -20.0
    tx, ty = bx - 20.0 * out, by + 46.0
    solids.append(Solid(bx, by, 0.0, 12.5, tx, ty, -2.0, 9.6, 0.9, 6.0))
    bones.append((bx, by, 0.5 * (bx + tx), 0.5 * (by + ty), tx, ty, 12.0, 9.6))
    return solids, bones


def _nail(tx: float, ty: float, mx: float, my: float, tip: float) -> list[Feature]:
    """Return a finger nail that ends at the tip."""
    dx, dy = tx - mx, ty - my
    norm = math.sqrt(dx * dx + dy * dy)
    ux, uy = dx / norm, dy / norm
    x0, y0 = tx - 0.55 * tip * ux, ty - 0.55 * tip * uy
    x1, y1 = tx + 0.42 * tip * ux, ty + 0.42 * tip * uy
    look = {"edge": 0.25, "rough": 0.0}
    return [
        Feature(x0, y0, 0.86 * tip, x1, y1, 0.8 * tip, height=-0.7, melanin=0.1, blood=0.15, **look),
        Feature(
            x0,
            y0,
            0.74 * tip,
            x1,
            y1,
            0.68 * tip,
            height=0.5,
            gloss=1.4,
            blood=0.2,
            melanin=-0.3,
            cover=0.42,
            red=0.72,
            green=0.46,
            blue=0.40,
            **look,
        ),
        Feature(
            x1, y1, 0.66 * tip, x1 + ux, y1 + uy, 0.6 * tip, cover=0.3, red=0.8, green=0.7, blue=0.6, **look
        ),
    ]


def back_of_hand(draws: Draws) -> Part:
    """Back of the hand with knuckles, tendons, veins and nails."""
    solids, bones = hand_solids(draws)
    features: list[Feature] = []
    bony = draws.uniform(0.3, 1.2)
    for x, y, mx, my, tx, ty, _, tip in bones[:4]:
        features += path(
            ((0.55 * x, -66.0), (0.75 * x, -20.0), (x, y - 8.0)), 4.0, height=0.9 * bony, rough=0.1
        )
        features.append(Feature(x, y - 8.0, 9.0, x, y - 4.0, 8.5, height=2.6 * bony, melanin=0.06, blood=0.1))
        for jx, jy in ((mx, my), (mx + 0.55 * (tx - mx), my + 0.55 * (ty - my))):
            features.append(
                Feature(jx, jy - 3.0, 6.6, jx, jy + 3.0, 6.4, height=0.6, melanin=0.1, blood=0.12, rough=0.3)
            )
            for k in (-1.0, 0.0, 1.0):
                features += path(
                    ((jx - 5.6, jy + 2.6 * k), (jx, jy + 2.6 * k + 0.7), (jx + 5.6, jy + 2.6 * k)),
                    0.8,
                    height=-0.5,
                    melanin=0.08,
                )
        features += _nail(tx, ty, mx, my, tip)
    _, _, mx, my, tx, ty, _, tip = bones[4]
    features += _nail(tx, ty, mx, my, tip)
    vein = draws.skewed(0.0, 1.0) * bony
    for k in range(3):
        x = -14.0 + 14.0 * k + draws.uniform(-5.0, 5.0)
        features += path(
            ((x * 0.6, -62.0), (x + draws.uniform(-6.0, 6.0), -34.0), (x, -10.0), (x + 7.0, 12.0)),
            1.8,
            height=0.8 * vein,
            cover=0.16 * vein,
            red=0.10,
            green=0.15,
            blue=0.18,
        )
    return Part(
        solids=tuple(solids),
        features=tuple(features),
        anchors=(Anchor(0.0, -12.0, 14.0, 20.0, 0.05, 0.99), Anchor(-4.0, 20.0, 16.0, 12.0, 0.0, 1.0)),
        hems=((0.0, -84.0, 0.0, -1.0),),
        hairy=0.5,
        pores=0.15,
        furrows=1.5,
        melanin=0.06,
        bulge=0.5,
    )


def palm(draws: Draws) -> Part:
    """Palm of the hand: pale, creased, ridged."""
    solids, bones = hand_solids(draws)
    features = [
        Feature(-22.0, -36.0, 17.0, -28.0, -12.0, 14.0, height=6.0, blood=0.12),
        Feature(20.0, -40.0, 15.0, 22.0, -4.0, 12.0, height=4.5, blood=0.12),
        Feature(-26.0, 14.0, 10.0, 24.0, 10.0, 9.0, height=2.6, blood=0.14),
        Feature(0.0, -30.0, 13.0, 0.0, -6.0, 13.0, height=-2.6),
    ]
    crease: dict[str, Any] = {"height": -0.7, "melanin": 0.05, "blood": 0.12, "rough": 0.3}
    features += path(((-34.0, 2.0), (-18.0, -6.0), (-5.0, -26.0), (-2.0, -52.0)), 1.3, **crease)
    features += path(((-34.0, 4.0), (-10.0, -2.0), (14.0, -14.0), (24.0, -22.0)), 1.2, **crease)
    features += path(((-10.0, 16.0), (6.0, 4.0), (32.0, -2.0)), 1.2, **crease)
    for x, y, mx, my, tx, ty, root, tip in bones:
        features.append(Feature(tx, ty - 2.0, 0.8 * tip, tx, ty + 2.0, 0.7 * tip, height=1.0, blood=0.25))
        for share in (0.02, 0.5, 0.98):
            jx, jy = x + share * (mx - x) * 1.6, y + share * (my - y) * 1.6
            features += path(((jx - 0.8 * root, jy), (jx, jy + 0.9), (jx + 0.8 * root, jy)), 0.9, **crease)
    return Part(
        solids=tuple(solids),
        features=tuple(features),
        anchors=(Anchor(0.0, -14.0, 12.0, 18.0, 0.05, 0.99),),
        hems=((0.0, -100.0, 0.0, -1.0),),
        hairy=0.0,
        pores=0.0,
        furrows=0.5,
        ridges=1.0,
        melanin=-0.8,
        blood=0.14,
        bulge=0.6,
    )


def foot(draws: Draws) -> Part:
    """Foot from above, with toes and nails."""
    solids = [
        Solid(2.0, -20.0, 6.0, 36.0, -2.0, 62.0, 0.0, 40.0, 0.6, 14.0),
        Solid(-22.0, 30.0, 2.0, 22.0, -26.0, 70.0, 0.0, 20.0, 0.8, 16.0),
        Solid(2.0, -20.0, 6.0, 36.0, 2.0, -80.0, 20.0, 36.0, 0.8, 8.0),
        Solid(2.0, -80.0, 20.0, 36.0, 10.0, -360.0, 24.0, 54.0, 0.9, 6.0),
    ]
    features: list[Feature] = []
    toes = (
        (-27.0, 82.0, 46.0, 13.5, -0.05),
        (-6.0, 92.0, 36.0, 9.0, 0.0),
        (9.0, 89.0, 31.0, 8.4, 0.06),
        (22.0, 81.0, 27.0, 7.8, 0.12),
        (33.0, 69.0, 23.0, 7.6, 0.2),
    )
    for x, y, length, radius, lean in toes:
        tx, ty = x + lean * length, y + length * draws.uniform(0.85, 1.0)
        solids.append(Solid(x, y - 12.0, 2.0, radius, tx, ty, -3.0, 0.95 * radius, 0.95, 5.0))
        features += _nail(tx, ty, x, y, 0.92 * radius)
        features += path(
            ((x - 6.0, y + 6.0), (x, y + 7.0), (x + 6.0, y + 6.0)), 0.9, height=-0.5, melanin=0.08
        )
        features += path(((0.5 * x, -50.0), (0.7 * x, 20.0), (x, y - 8.0)), 4.0, height=0.7, rough=0.1)
    vein = draws.skewed(0.0, 1.0)
    for k in range(3):
        x = -16.0 + 15.0 * k
        features += path(
            ((x * 0.5, -50.0), (x + draws.uniform(-8.0, 8.0), 0.0), (x, 40.0), (x + 8.0, 66.0)),
            1.9,
            height=0.8 * vein,
            cover=0.16 * vein,
            red=0.10,
            green=0.15,
            blue=0.18,
        )
    features.append(Feature(-32.0, -58.0, 12.0, -31.0, -54.0, 11.0, height=5.0))
    return Part(
        solids=tuple(solids),
        features=tuple(features),
        anchors=(Anchor(0.0, 26.0, 16.0, 34.0, 0.05, 0.99),),
        hems=((0.0, -80.0, 0.0, -1.0),),
        hairy=0.5,
        pores=0.15,
        furrows=1.3,
        melanin=0.04,
        bulge=0.7,
    )
