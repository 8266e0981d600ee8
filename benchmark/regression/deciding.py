"""From estimates at several looks to a verdict: worse than allowed, or not.

Two questions can be asked. *Suite*: is the change on this frozen set above the limit? Only the cells that are
not known yet are uncertain, and at the last look nothing is. *Population*: is the change above the limit
among all pictures of this kind? That is a test, with a stated chance of a false alarm, and the pictures
themselves are a sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.stats import norm

from hzbench.benchmark.regression.estimates import Estimate
from hzbench.benchmark.regression.spending import upper_boundaries
from hzbench.benchmark.regression.waves import LOOKS

Verdict = Literal["worse", "not worse", "not shown worse", "open"]
"""`worse`: above the limit. `not worse`: below. `not shown worse`: neither could be shown. `open`: go on."""

CONTRADICTION = 0.01
"""The largest chance that a verdict on the suite differs from that of the full run."""

FALSE_ALARM = 0.05
"""The largest chance that a population verdict is `worse` where the change is at the limit."""

POWER = 0.80


@dataclass(frozen=True)
class Judged:
    """What was concluded at one look.

    Attributes:
        verdict: the conclusion.
        low: lower end of what the change may be, given the verdict's error; -inf where nothing is known.
        high: upper end.
        detectable: the smallest change above the limit that the whole run finds with 80 % power; None for
            the suite, whose whole run is exact.
    """

    verdict: Verdict
    low: float
    high: float
    detectable: float | None


def judge_suite(estimates: Sequence[Estimate], limit: float, error: float = CONTRADICTION) -> Judged:
    """Return the verdict on the suite at the last of the looks so far.

    The error is spread evenly over the looks before the last one, each of which may stop either way.

    Args:
        estimates: one a look, in the order of `LOOKS`.
        limit: the largest change allowed, in the unit of the estimates.
        error: chance that the verdict differs from the full run's.
    """
    latest = estimates[-1]
    if len(estimates) == len(LOOKS):
        return Judged("worse" if latest.value > limit else "not worse", latest.value, latest.value, None)
    reach = float(norm.isf(error / (len(LOOKS) - 1))) * latest.sampling
    low, high = latest.value - reach, latest.value + reach
    verdict: Verdict = "worse" if low > limit else "not worse" if high <= limit else "open"
    return Judged(verdict, low, high, None)


def judge_population(estimates: Sequence[Estimate], limit: float, error: float = FALSE_ALARM) -> Judged:
    """Return the verdict on all pictures of this kind at the last of the looks so far.

    Two one-sided group-sequential tests, of `worse` and of `not worse`, each at the given error.

    Args:
        estimates: one a look, in the order of `LOOKS`.
        limit: the largest change allowed, in the unit of the estimates.
        error: of either test.
    """
    latest, last = estimates[-1], len(estimates) == len(LOOKS)
    boundary = upper_boundaries(information_fractions(estimates), error)[-1]
    reach = boundary * latest.population
    low, high = latest.value - reach, latest.value + reach
    whole = math.sqrt(max(0.0, latest.population**2 - latest.sampling**2))
    detectable = (float(norm.isf(error)) + float(norm.ppf(POWER))) * whole
    if low > limit:
        verdict: Verdict = "worse"
    elif high <= limit:
        verdict = "not worse"
    else:
        verdict = "not shown worse" if last else "open"
    return Judged(verdict, low, high, detectable)


def information_fractions(estimates: Sequence[Estimate]) -> list[float]:
    """Return the measured information at each look over that of the whole run, rising, 1 at the last look."""
    fractions: list[float] = []
    for look, one in enumerate(estimates):
        before = fractions[-1] if fractions else 0.0
        if look == len(LOOKS) - 1:
            fractions.append(1.0)
            continue
        planned = LOOKS[look] / LOOKS[-1]
        whole = one.population**2 - one.sampling**2
        measured = whole / one.population**2 if math.isfinite(one.population) and whole > 0 else planned
        fractions.append(min(1.0 - 1e-3 * (len(LOOKS) - look), max(before + 1e-3, measured)))
    return fractions
