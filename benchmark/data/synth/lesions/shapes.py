"""Shapes that several diseases share: unions of lobes, clumps of them, and wandering lines."""

import math
from collections.abc import Sequence
from typing import Any

from hzbench.benchmark.data.synth.body import Site
from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.spots import Patch

Lobe = tuple[float, float, float]  # local position and radius in millimetres


def patch(site: Site, lobes: Sequence[Lobe], unit: float, blend: float = 0.5, **look: Any) -> Patch:
    """Return the union of `lobes`; `unit` is the length in millimetres over which its edge is laid out."""
    a, b, _ = lobes[0]
    parts = tuple(site.spot(x, y, radius) for x, y, radius in lobes)
    return Patch(parts, site.spot(a, b, unit, **look), blend)


def clump(
    draws: Draws, a: float, b: float, radius: float, count: int, axis: tuple[float, float] = (1.0, 0.0)
) -> list[Lobe]:
    """Return `count` lobes that overlap into one body of about `radius`, stretched along `axis`."""
    lobes = [(a, b, radius * draws.uniform(0.55, 0.8))]
    for _ in range(count - 1):
        u = draws.normal(0.0, 0.48) * radius
        v = draws.normal(0.0, 0.33) * radius
        lobes.append(
            (
                a + u * axis[0] - v * axis[1],
                b + u * axis[1] + v * axis[0],
                radius * draws.uniform(0.28, 0.62),
            )
        )
    return lobes


def trail(
    draws: Draws,
    a: float,
    b: float,
    direction: tuple[float, float],
    length: float,
    step: float,
    wander: float,
) -> list[tuple[float, float]]:
    """Return points `step` apart along a line of `length` that turns by about `wander` (tangent) a step."""
    c, s = direction
    points = [(a, b)]
    bend = draws.normal(0.0, 0.3 * wander)
    for _ in range(int(length / step)):
        t = 0.5 * (bend + draws.normal(0.0, wander))
        norm = 1.0 / (1.0 + t * t)
        c, s = (c * (1.0 - t * t) - s * 2.0 * t) * norm, (s * (1.0 - t * t) + c * 2.0 * t) * norm
        a += c * step
        b += s * step
        points.append((a, b))
    return points


def apart(taken: Sequence[Lobe], a: float, b: float, radius: float, share: float) -> bool:
    """Tell whether a disc at (a, b) keeps `share` of the summed radii from every disc of `taken`."""
    for other_a, other_b, other in taken:
        gap = share * (radius + other)
        if (a - other_a) * (a - other_a) + (b - other_b) * (b - other_b) < gap * gap:
            return False
    return True


def unit_vector(a: float, b: float) -> tuple[float, float]:
    """Return the direction of (a, b), which is not (0, 0)."""
    norm = math.sqrt(a * a + b * b)
    return a / norm, b / norm
