"""The largest gap between skin-type groups, beside the gap that chance alone gives.

Groups of few pictures differ even for a model that treats all skin alike, so a gap says nothing by itself.
Chance is a permutation test (Fisher 1935, section 21; Phipson and Smyth 2010 for the share): within each
class the skin types are dealt anew among persons with as many pictures, 2,000 times. That keeps the
classes, sizes and persons of every group as they are, and only breaks the tie between skin and answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.skin_types import SKIN_TYPE_GROUPS, SMALLEST_GROUP, skin_type_group

PERMUTATIONS = 2000
_CHUNK = 2_000_000  # skin types held at once
_ROUNDING = 1e-12  # equal gaps on paper differ by less

Floats = npt.NDArray[np.float64]


class SkinTypeGap(NamedTuple):
    """The largest difference between two groups, and what chance gives; fractions."""

    gap: float
    highest: str  # the group with the highest value
    lowest: str
    chance_mean: float  # mean of the largest gaps of the permutations
    chance_95: float  # the gap that 95 % of the permutations do not exceed
    chance_share: float  # how often chance gives a gap at least as large, (1 + such permutations) / (1 + all)
    permutations: int


class _Units(NamedTuple):
    """Pictures of one person and class, which keep together; sorted by stratum."""

    codes: npt.NDArray[np.int64]  # skin-type group of each unit, shape (u,)
    strata: list[slice]  # units of one class with equally many pictures
    sums: Floats  # events of each number in each unit, shape (u, 4)
    sizes: Floats  # pictures that count towards each number, shape (u, 4)


NUMBERS = ("error", "corrupted_error", "sensitivity_hz", "corrupted_sensitivity_hz")


def skin_type_gaps(predictions: Predictions, *, permutations: int = PERMUTATIONS) -> dict[str, SkinTypeGap]:
    """Return the largest gap of each number that at least two groups of 20 pictures have.

    Args:
        predictions: of all cells. Equal predictions give equal gaps: the permutations are drawn from raw
            words of numpy's Philox generator, keyed by their digest.
        permutations: how often the skin types are dealt anew.

    Returns:
        Some of {`error`, `corrupted_error`, `sensitivity_hz`, `corrupted_sensitivity_hz`: gap}, the numbers
        of `GroupNumbers`.
    """
    units = _units(predictions)
    if units is None:
        return {}
    groups = np.arange(len(SKIN_TYPE_GROUPS))
    of_group = (units.codes == groups[:, None]).astype(np.float64)  # group, unit
    pictures = of_group @ units.sizes  # group, number
    chunks = [
        np.stack([(dealt == group).astype(np.float64) @ units.sums for group in groups])
        for dealt in _dealt(units, predictions.digest, permutations)
    ]
    by_chance = np.concatenate(chunks, axis=1)  # group, permutation, number
    observed = of_group @ units.sums
    names = list(SKIN_TYPE_GROUPS)
    gaps: dict[str, SkinTypeGap] = {}
    for column, number in enumerate(NUMBERS):
        large = np.flatnonzero(pictures[:, column] >= SMALLEST_GROUP)
        if large.size < 2:
            continue
        cells = 75 if number.startswith("corrupted") else 1
        divisor = cells * pictures[large, column]
        shares = observed[large, column] / divisor
        gap = float(shares.max() - shares.min())
        chance = np.ptp(by_chance[large, :, column] / divisor[:, None], axis=0)
        as_large = int((chance >= gap - _ROUNDING).sum())
        gaps[number] = SkinTypeGap(
            gap=gap,
            highest=names[large[int(shares.argmax())]],
            lowest=names[large[int(shares.argmin())]],
            chance_mean=float(chance.mean()),
            chance_95=float(np.quantile(chance, 0.95, method="inverted_cdf")),
            chance_share=(1 + as_large) / (1 + permutations),
            permutations=permutations,
        )
    return gaps


def _units(predictions: Predictions) -> _Units | None:
    """Gather the pictures of known skin type; None where there are none."""
    names = list(SKIN_TYPE_GROUPS)
    found: dict[tuple[int, str | int, int], list[int]] = {}
    for row, skin_type in enumerate(predictions.skin_types):
        group = skin_type_group(skin_type)
        if group is not None:
            key = (int(predictions.labels[row]), predictions.groups[row] or row, names.index(group))
            found.setdefault(key, []).append(row)
    if not found:
        return None
    ordered = sorted(found.items(), key=lambda item: (item[0][0], len(item[1])))  # stable within a stratum
    kinds = [(key[0], len(rows)) for key, rows in ordered]
    edges = [0, *(i for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]), len(kinds)]
    wrong = predictions.answers != predictions.labels
    is_focus = predictions.labels == predictions.focus
    errors = np.stack([wrong[0], wrong[1:].sum(axis=0)], axis=1).astype(np.float64)
    hits = np.where(is_focus[:, None], np.array([1.0, 75.0]) - errors, 0.0)
    events = np.concatenate([errors, hits], axis=1)
    counted = np.stack([np.ones_like(is_focus)] * 2 + [is_focus] * 2, axis=1).astype(np.float64)
    return _Units(
        codes=np.array([key[2] for key, _ in ordered], dtype=np.int64),
        strata=[slice(first, last) for first, last in pairwise(edges)],
        sums=np.stack([events[rows].sum(axis=0) for _, rows in ordered]),
        sizes=np.stack([counted[rows].sum(axis=0) for _, rows in ordered]),
    )


def _dealt(units: _Units, digest: str, permutations: int) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the skin-type groups of the units, dealt anew within each stratum: shapes (p, u)."""
    key = hashlib.sha256(f"hzbench skin types|{digest}".encode()).hexdigest()
    words = np.random.Philox(key=int(key[:32], 16))
    count = units.codes.size
    step = max(1, _CHUNK // count)
    for start in range(0, permutations, step):
        rows = min(step, permutations - start)
        raw = words.random_raw(rows * count).reshape(rows, count)
        dealt = np.empty((rows, count), dtype=np.int64)
        for stratum in units.strata:
            order = raw[:, stratum].argsort(axis=1, kind="stable")
            dealt[:, stratum] = units.codes[stratum][order]
        yield dealt
