"""KDE-CT: one teacher after the other, from the weakest to the strongest.

Source: Back et al. 2021, Figures 5 and 6 (c): "a teacher is progressively updated for every E_s epoch". What
orders the teachers is not printed: here it is macro-F1 on validation pictures (ties: the higher loss first).
Nor is E_s: by default each teacher has an equal share of the epochs. Nothing says that the optimiser or the
discriminator starts anew with a teacher, so neither does; no average of all teachers follows the last one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Annotated

import pydantic

from hzbench.submissions.methods.distillation import Distillation, Target, answer_of
from hzbench.submissions.methods.method import Batch, Setup


def teacher_index(epoch: int, stage_epochs: int, teachers: int) -> int:
    """Return which teacher's turn it is, 0 for the weakest.

    >>> [teacher_index(epoch, stage_epochs=2, teachers=3) for epoch in range(8)]
    [0, 0, 1, 1, 2, 2, 2, 2]
    """
    return min(teachers - 1, epoch // stage_epochs)


class KdeCt(Distillation):
    """Distillation from an ensemble by curriculum: the teachers in turn, weakest first."""

    class Options(Distillation.Options):
        """`[method]` of kde_ct."""

        stage_epochs: Annotated[int, pydantic.Field(ge=0)] = 0  # E_s; 0: epochs / teachers, rounded up

    options: Options

    def setup(self, setup: Setup) -> None:
        """Take the teachers, and fix how many epochs each one has."""
        super().setup(setup)
        self.stage_epochs = self.options.stage_epochs or math.ceil(setup.epochs / len(setup.teachers))
        self.teacher = self.ordered[0]

    def on_epoch_start(self, epoch: int, batches: Callable[[], Iterator[Batch]]) -> None:
        """Choose the epoch's teacher."""
        self.teacher = self.ordered[teacher_index(epoch, self.stage_epochs, len(self.ordered))]

    def target(self, batch: Batch) -> Target:
        """Return the answer of the teacher whose turn it is."""
        return answer_of(self.teacher, batch)
