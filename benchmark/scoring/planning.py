"""What a dataset can show before any model is scored: detectable differences, and the pictures they need.

A difference is seen against the spread of the models' influences. Models like those that will be compared
tell that spread best; where there are none, the seeds of the reference stand for them: one of them alone
shows what an unpaired comparison can see, two of them what a paired one can.
Source: Cohen 1988, chapter 2; for paired proportions, Connor 1987.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

from hzbench.benchmark.scoring.bootstrap import LEVEL
from hzbench.benchmark.scoring.comparison import POWER, differences
from hzbench.benchmark.scoring.influence import Influence

PLANNED = ("mce", "clean.acc", "clean.sensitivity_hz", "mean_sensitivity_hz")


class Detectable(NamedTuple):
    """The smallest true difference of one number that 80 % of comparisons find.

    Attributes:
        unpaired: of two models on different pictures of this kind, as many of each; a fraction.
        paired: of two models on the same pictures; None where fewer than two models are known.
        pictures_unpaired: how many pictures a wanted difference needs, each model; None where none is wanted.
        pictures_paired: likewise, the same for both.
    """

    unpaired: float
    paired: float | None
    pictures_unpaired: int | None
    pictures_paired: int | None


def detectable(
    models: Sequence[Influence], pictures: int, wanted: float | None = None
) -> dict[str, Detectable | None]:
    """Return what can be detected of every number of `PLANNED`.

    Args:
        models: known models on these pictures, one or more; pairs of them stand for pairs to come.
        pictures: how many these are.
        wanted: a difference to be found, a fraction; None for no question of that kind.

    Returns:
        {number: detectable}; None where the number is undefined for the models.
    """
    normal = NormalDist()
    factor = normal.inv_cdf((1 + LEVEL) / 2) + normal.inv_cdf(POWER)
    found: dict[str, Detectable | None] = {}
    pairs = [differences(one, other) for one, other in itertools.combinations(models, 2)]
    for name in PLANNED:
        errors = [model.standard_error(name) for model in models]
        if not all(math.isfinite(error) for error in errors):
            found[name] = None
            continue
        unpaired = factor * math.sqrt(2 * _mean_square(errors))
        paired_errors = [pair.standard_error for one in pairs if (pair := one[name]) is not None]
        paired = factor * math.sqrt(_mean_square(paired_errors)) if paired_errors else None
        found[name] = Detectable(
            unpaired, paired, _needed(unpaired, pictures, wanted), _needed(paired, pictures, wanted)
        )
    return found


def _mean_square(values: Sequence[float]) -> float:
    return math.fsum(value * value for value in values) / len(values)


def _needed(detected: float | None, pictures: int, wanted: float | None) -> int | None:
    """Return the pictures at which `wanted` is detected: a spread falls with the root of their number."""
    if detected is None or not wanted:
        return None
    return max(1, math.ceil(pictures * (detected / wanted) ** 2))
