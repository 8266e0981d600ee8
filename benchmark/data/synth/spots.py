"""Spots and patches: the primitives that every lesion is made of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from hzbench.benchmark.data.synth.canvas import Canvas
from hzbench.benchmark.data.synth.painting import paint_rows


class Spot(NamedTuple):
    """An irregular round patch; each amount is spread over the distance d (1 = outline) by five profiles.

    Profiles: `plateau` (flat with a soft edge), `ring` (a ridge at d = ring), `dome` (rises to the middle),
    `core` (a small dome of radius core), `halo` (fades out to d = halo).
    Lengths are in pixels unless said otherwise; colours are linear 0-1; heights are pixels toward the camera.
    """

    x: float
    y: float
    radius: float
    aspect: float = 1.0  # minor over major axis
    axis_x: float = 1.0  # direction of the major axis, unit vector
    axis_y: float = 0.0
    irregular: float = 0.12  # how far the outline is bent, share of the radius
    wave: float = 0.8  # size of the outline's bulges, in radii
    rough: float = 0.0  # how frayed the outline is, share of the radius
    square: float = 0.0  # 0 ellipse .. 1 rounded rectangle
    edge: float = 0.2  # softness of the outline, share of the radius
    ring: float = 1.0
    ring_width: float = 0.15
    ring_gap: float = 0.0  # 0 closed ring .. 1 broken
    core: float = 0.3
    halo: float = 0.0
    flatness: float = 0.0  # 0 dome like a lens .. 1 with a flat top and steep walls
    height_plateau: float = 0.0
    height_ring: float = 0.0
    height_dome: float = 0.0
    height_core: float = 0.0
    blood_plateau: float = 0.0
    blood_ring: float = 0.0
    blood_dome: float = 0.0
    blood_core: float = 0.0
    blood_halo: float = 0.0
    melanin_plateau: float = 0.0
    melanin_ring: float = 0.0
    melanin_core: float = 0.0
    melanin_halo: float = 0.0
    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0
    vary: float = 0.0  # how much the cover's brightness differs between flakes
    cover_plateau: float = 0.0
    cover_ring: float = 0.0
    cover_dome: float = 0.0
    cover_core: float = 0.0
    patch: float = 0.0  # 0 solid cover .. 1 cover in flakes
    patch_size: float = 4.0  # size of a flake in pixels
    patch_level: float = 0.0  # -1 flakes everywhere .. 1 nowhere
    bump: float = 0.0  # height of a flake in pixels
    mottle: float = 0.0  # how uneven blood and melanin are, 0 .. 1
    mottle_size: float = 2.0  # size of the unevenness in millimetres
    matt: float = 0.0  # how much of the gloss the cover takes away
    gloss_plateau: float = 0.0
    gloss_ring: float = 0.0
    gloss_dome: float = 0.0
    offset: float = 0.0  # where in the noise table the spot's noise lies


class Patch(NamedTuple):
    """The union of several round lobes with one outline and one look.

    d of the profiles is 1 on the outline and falls by 1 over `look.radius` pixels inward, so that an edge
    is as wide on a large patch as on a small one.

    Attributes:
        lobes: x, y, radius, aspect and axis of each are used.
        look: everything else; x and y are where its noise starts.
        blend: how smoothly lobes run into each other, share of `look.radius`.
    """

    lobes: tuple[Spot, ...]
    look: Spot
    blend: float = 0.5


_ROW = np.dtype(
    [(name, np.float64) for name in Spot._fields]
    + [("blend", np.float64), ("first", np.int64), ("last", np.int64)]
)


def paint(canvas: Canvas, spots: Sequence[Spot | Patch]) -> None:
    """Add `spots` to the canvas in their order."""
    rows: list[tuple[float, ...]] = []
    lobes: list[tuple[float, ...]] = []
    for spot in spots:
        look, blend, parts = (
            (spot, 0.0, (spot,)) if isinstance(spot, Spot) else (spot.look, spot.blend, spot.lobes)
        )
        rows.append((*look, blend, len(lobes), len(lobes) + len(parts)))
        lobes.extend(part[:6] for part in parts)
    if not lobes:
        return
    table: Any = np.array(rows, dtype=_ROW).view(np.recarray)
    paint_rows(
        canvas.scale,
        table,
        np.array(lobes, dtype=np.float64),
        canvas.table,
        canvas.rim,
        canvas.relief,
        canvas.blood,
        canvas.melanin,
        canvas.gloss,
        canvas.red,
        canvas.green,
        canvas.blue,
        canvas.cover,
    )
