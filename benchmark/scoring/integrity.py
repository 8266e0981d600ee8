"""Signs in the predictions alone that a number may not mean what it seems to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.scoring.predictions import Predictions

CONSTANT_WITHIN = 1e-6  # probabilities that differ by less over all pictures are one constant output

TIES_ALLOWED = 0.01
"""Share of predictions that may share the maximum without a flag, as coarse numbers (bfloat16, int8) do.

They count as errors all the same.
"""


class Flag(NamedTuple):
    """Something about a run that a reader of its numbers should know."""

    name: str  # a short identifier, such as `not_finite`
    message: str  # one sentence: what was found, how often, what it does to the score


def prediction_flags(predictions: Predictions) -> list[Flag]:
    """Return what can be seen in probabilities alone: not finite, constant, tied or one-sided output."""
    finite: npt.NDArray[np.bool_] = np.all(np.isfinite(predictions.probabilities), axis=2)
    highest = predictions.probabilities.max(axis=2, keepdims=True, initial=-np.inf)
    tied = finite & ((predictions.probabilities == highest).sum(axis=2) > 1)
    flags: list[Flag] = []
    if not finite.all():
        flags.append(Flag("not_finite", f"{_where(~finite)} hold NaN or infinity and count as errors"))
    if tied.mean() > TIES_ALLOWED:
        flags.append(Flag("tied_outputs", f"{_where(tied)} share the maximum and count as errors"))
    if len(predictions) > 1:
        with np.errstate(invalid="ignore"):
            spread = np.ptp(predictions.probabilities, axis=1).max(axis=1)
        constant = np.flatnonzero(spread < CONSTANT_WITHIN)
        if constant.size:
            message = f"the output is the same for all pictures in {_cells(constant)}"
            flags.append(Flag("constant_output", message))
        one_sided = predictions.answers.min() == predictions.answers.max()
        if one_sided and predictions.answers.min() >= 0 and len(np.unique(predictions.labels)) > 1:
            name = predictions.classes[predictions.answers[0, 0]]
            flags.append(Flag("one_answer", f"every picture of every cell is answered {name}"))
    return flags


def _where(rows: npt.NDArray[np.bool_]) -> str:
    """Count rows and name the cells they lie in, from shape (76, n)."""
    return f"{int(rows.sum())} of {rows.size} predictions, in {_cells(np.flatnonzero(rows.any(axis=1)))},"


def _cells(numbers: Sequence[int] | npt.NDArray[np.int64]) -> str:
    titles = [ALL_CELLS[number].title for number in numbers[:3]]
    more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return f"{len(numbers)} of 76 cells ({', '.join(titles)}{more})"
