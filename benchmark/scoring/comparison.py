"""Two models on the same pictures: by how much they differ, and what difference could have been seen.

The difference of two numbers has the difference of their influences, so that pictures on which both models
do alike add nothing to its spread. Intervals are the difference plus and minus Student's t times its
standard error; degrees of freedom are clusters less strata. Source: Cochran 1977, sections 2.14 and 5A.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from hzbench.benchmark.scoring.bootstrap import LEVEL
from hzbench.benchmark.scoring.influence import INFLUENCE_NAMES, Influence, stratified_covariance

POWER = 0.80


class Difference(NamedTuple):
    """One number of a model less the same number of another.

    Attributes:
        value: the difference, a fraction.
        low: lower end of its interval.
        high: upper end.
        standard_error: of the difference; 0 where the models do alike on every picture.
        detectable: the smallest true difference that a two-sided test at the interval's level finds with
            80 % power on pictures like these.
    """

    value: float
    low: float
    high: float
    standard_error: float
    detectable: float

    @property
    def significant(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def differences(
    first: Influence, second: Influence, *, level: float = LEVEL, power: float = POWER
) -> dict[str, Difference | None]:
    """Return first less second for every number of `INFLUENCE_NAMES`.

    Args:
        first: of one model.
        second: of the other, on the same pictures in the same order, beside the same reference.
        level: of the intervals, a fraction.
        power: of the detectable difference, a fraction.

    Returns:
        {name: difference}; None where either number is undefined or its spread is unknown.

    Raises:
        ValueError: the two were not computed on the same clusters of pictures.
    """
    if not np.array_equal(first.strata, second.strata):
        raise ValueError("the two models were not evaluated on the same pictures and groups")
    freedom = degrees_of_freedom(first)
    factor = float(student.ppf((1 + level) / 2, freedom))
    found: dict[str, Difference | None] = {}
    detectable = factor + float(student.ppf(power, freedom))
    variances = np.diagonal(stratified_covariance(first.of_clusters - second.of_clusters, first.strata))
    for name, variance in zip(INFLUENCE_NAMES, variances, strict=True):
        value, error = first.values[name] - second.values[name], math.sqrt(variance)
        if not math.isfinite(value) or not math.isfinite(error):
            found[name] = None
            continue
        found[name] = Difference(
            value, value - factor * error, value + factor * error, error, detectable * error
        )
    return found


def degrees_of_freedom(influence: Influence) -> int:
    """Return clusters less strata, at least 1."""
    return max(1, len(influence.strata) - int(np.unique(influence.strata).size))
