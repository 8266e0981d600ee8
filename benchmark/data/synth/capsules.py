"""Capsules: the shape that body parts and the details on them are made of, and how they lie in a picture."""

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from hzbench.benchmark.data.synth.compiled import kernel
from hzbench.benchmark.data.synth.noise import Plane


class Capsule(Protocol):
    """What has an axis in the part's frame, with lengths in millimetres."""

    @property
    def x0(self) -> float:
        """One end, to the right."""

    @property
    def y0(self) -> float:
        """One end, down."""

    @property
    def x1(self) -> float:
        """The other end, to the right."""

    @property
    def y1(self) -> float:
        """The other end, down."""


class View(NamedTuple):
    """How the part's frame lies in the picture.

    Attributes:
        x, y: the part's point in the middle of the picture, millimetres.
        c, s: the part's right-hand direction in the picture, unit vector.
        mirror: -1 turns a right hand into a left one, else 1.
        scale: pixels per millimetre.
    """

    x: float
    y: float
    c: float
    s: float
    mirror: float
    scale: float

    def to_picture(self, x: float, y: float, edge: int) -> tuple[float, float]:
        """Return the pixel of a point of the part."""
        u = (x - self.x) * self.mirror * self.scale
        v = (y - self.y) * self.scale
        return 0.5 * edge + u * self.c - v * self.s, 0.5 * edge + u * self.s + v * self.c

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """Return a direction of the part in the picture."""
        u = x * self.mirror
        return u * self.c - y * self.s, u * self.s + y * self.c


def rows_in_picture(
    items: Sequence[Capsule], view: View, edge: int, ends: tuple[int, int], lengths: tuple[int, ...]
) -> Plane:
    """Return capsules as rows in pixels, one field a column.

    Args:
        items: named tuples with x0, y0, x1 and y1.
        view: how they lie in the picture.
        edge: height and width of the picture.
        ends: the columns of x0 and x1 (y0 and y1 follow them).
        lengths: the columns of other lengths.
    """
    rows: Plane = np.array(items, dtype=np.float64)
    for row, item in zip(rows, items, strict=True):
        row[ends[0] : ends[0] + 2] = view.to_picture(item.x0, item.y0, edge)
        row[ends[1] : ends[1] + 2] = view.to_picture(item.x1, item.y1, edge)
        for column in lengths:
            row[column] *= view.scale
    return rows


@kernel
def signed_distance(row: Plane, px: float, py: float, along: Plane, k: int) -> float:
    """Return the signed distance to a capsule's outline; note how far along its axis the nearest point is."""
    dx = row[4] - row[0]
    dy = row[5] - row[1]
    squared = dx * dx + dy * dy
    t = 0.0
    if squared > 1.0e-9:
        t = ((px - row[0]) * dx + (py - row[1]) * dy) / squared
        if t < 0.0:
            t = 0.0
        if t > 1.0:
            t = 1.0
    ex = px - row[0] - t * dx
    ey = py - row[1] - t * dy
    t = t * t * (3.0 - 2.0 * t)  # a taper without a kink at the ends
    along[k] = t
    distance: float = math.sqrt(ex * ex + ey * ey) - (row[3] + t * (row[7] - row[3]))
    return distance
