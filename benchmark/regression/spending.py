"""Boundaries of a one-sided group-sequential test whose error is spent as information comes in.

The spending function resembles O'Brien and Fleming's boundary: hardly any error is spent early, so that the
last look is almost what a test with one look would be. Information fractions are measured, not planned.

Source: Lan and DeMets 1983, "Discrete sequential boundaries for clinical trials", Biometrika 70; the
integration is that of Armitage, McPherson and Rowe 1969; Jennison and Turnbull 2000, chapters 7 and 19.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import norm

NEVER = math.inf  # a boundary that cannot be crossed: nothing is spent at that look
_POINTS = 401  # of the grid of a look's sums
_REACH = 8.0  # standard deviations that the grid covers
_LEAST = 1e-12  # an error that is not worth a boundary

Floats = npt.NDArray[np.float64]


def obrien_fleming_spent(fraction: float, alpha: float) -> float:
    """Return how much of the error `alpha` may be spent at an information fraction of 0 to 1."""
    if fraction <= 0:
        return 0.0
    return float(2 * norm.sf(norm.isf(alpha / 2) / math.sqrt(min(1.0, fraction))))


def upper_boundaries(fractions: Sequence[float], alpha: float) -> list[float]:
    """Return the z-value at each look that stops the test and rejects.

    Args:
        fractions: information at each look over that at the last, rising; the last may be less than 1.
        alpha: one-sided error over all looks, a fraction.

    Returns:
        One boundary a look; infinite where nothing may be spent yet.

    Raises:
        ValueError: fractions that do not rise, or are outside 0 to 1.

    >>> [round(z, 3) for z in upper_boundaries([0.5, 1.0], 0.025)]
    [2.963, 1.969]
    """
    if any(b <= a for a, b in zip([0.0, *fractions], fractions, strict=False)) or fractions[-1] > 1 + 1e-9:
        raise ValueError(f"information fractions must rise from above 0 to 1, found {list(fractions)}")
    boundaries: list[float] = []
    spent = 0.0
    grid: Floats = np.zeros(1)
    density: Floats = np.ones(1)  # of the sum (a Brownian motion at this information), tests going on alone
    before = 0.0
    for fraction in fractions:
        step = math.sqrt(fraction - before)
        allowed = obrien_fleming_spent(fraction, alpha) - spent
        boundary = NEVER
        if allowed > _LEAST:
            boundary = _solve(grid, density, step, allowed)
            spent += allowed
        boundaries.append(boundary / math.sqrt(fraction))
        grid, density = _go_on(grid, density, step, boundary, fraction)
        before = fraction
    return boundaries


def _solve(grid: Floats, density: Floats, step: float, allowed: float) -> float:
    """Return the sum above which a share `allowed` of all tests ends at this look."""

    def surplus(boundary: float) -> float:
        return float((density * norm.sf((boundary - grid) / step)).sum()) - allowed

    return float(brentq(surplus, -_REACH, _REACH * 2, xtol=1e-10))


def _go_on(
    grid: Floats, density: Floats, step: float, boundary: float, fraction: float
) -> tuple[Floats, Floats]:
    """Return the weights of the tests that go on, on a grid of their sums below the boundary."""
    reach = _REACH * math.sqrt(fraction)
    fresh = np.linspace(-reach, min(reach, boundary), _POINTS)
    weights = norm.pdf((fresh[:, None] - grid[None, :]) / step) @ density / step
    return fresh, weights * _simpson(fresh)


def _simpson(points: Floats) -> Floats:
    """Return Simpson's weights for equally spaced points, an odd number of them."""
    weights = np.full(points.size, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return np.asarray(weights * (points[1] - points[0]) / 3, dtype=np.float64)
