"""Single rows of the paper's tables against what they must be: mCEs against CEs, costs against networks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hzbench.leaderboards.paper import CleanRow, CorruptionRow, category_means

ROUNDING = 0.55  # points: 15 CEs rounded to 1 move their mean by 0.5 at most, and it is printed to 0.1
COUNTED_BESIDE = 0.07  # share by which counts with batch normalisation and activations lie above ours


class Measured(NamedTuple):
    """A network as it is built here: parameters, and MACs of convolutions and linear layers at 224 pixels."""

    parameters: int
    macs: int


class MceCheck(NamedTuple):
    """A row of Table 4 or 6: its mCE as printed and recomputed, in points."""

    table: int
    row: str
    printed: float
    recomputed: float

    @property
    def difference(self) -> float:
        """Printed less recomputed."""
        return self.printed - self.recomputed

    @property
    def fits(self) -> bool:
        """Whether rounding alone can explain the difference."""
        return abs(self.difference) <= ROUNDING


class CostCheck(NamedTuple):
    """A row of Table 2: its costs as printed and measured."""

    row: str
    architecture: str
    parameters_printed: float  # millions
    parameters_measured: int
    parameters_fit: bool
    macs_printed: int
    macs_unit: int  # the power of ten that brings the printed number closest to the measured one
    macs_measured: int
    macs_fit: bool


def check_mce(row: CorruptionRow) -> MceCheck:
    """Recompute a row's mCE: the mean of its 15 CEs."""
    mean = sum(row.corruption_error.values()) / len(row.corruption_error)
    return MceCheck(row.table, row.name, row.mce, mean)


def check_cost(
    row: CleanRow, measured: Mapping[str, Measured], members: Mapping[str, tuple[str, ...]]
) -> CostCheck:
    """Compare a row's costs with the measured ones.

    Args:
        row: of Table 2.
        measured: costs of its architecture, and of an ensemble's members.
        members: ensemble -> architectures of its members.
    """
    architecture = row.architecture
    cost = measured[architecture]
    unit = 10 ** round(math.log10(cost.macs / row.macs))
    millions = [cost.parameters / 1e6]
    if architecture in members:  # a sum of rounded numbers is as good
        millions.append(sum(round(measured[member].parameters / 1e6, 1) for member in members[architecture]))
    lowest, highest = cost.macs - unit / 2, cost.macs * (1 + COUNTED_BESIDE) + unit / 2
    return CostCheck(
        row=row.title,
        architecture=architecture,
        parameters_printed=row.parameters_millions,
        parameters_measured=cost.parameters,
        parameters_fit=row.parameters_millions in [round(number, 1) for number in millions],
        macs_printed=row.macs,
        macs_unit=unit,
        macs_measured=cost.macs,
        macs_fit=lowest <= row.macs * unit <= highest,
    )


def mean_of_categories_fits(rows: Sequence[CorruptionRow]) -> bool:
    """Return whether the mean of four category means could be the printed mCE, wherever brightness is."""
    return any(
        all(
            abs(sum(category_means(row, brightness=brightness).values()) / 4 - row.mce) <= ROUNDING
            for row in rows
        )
        for brightness in ("weather", "digital")
    )
