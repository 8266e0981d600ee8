"""KDE-ST: one teacher a batch, drawn anew each time.

Source: Back et al. 2021, Figure 6 (b): "a random teacher for each batch is selected", as in MEAL.
"""

from __future__ import annotations

import torch

from hzbench.submissions.methods.distillation import Distillation, Target, answer_of
from hzbench.submissions.methods.method import Batch


class KdeSt(Distillation):
    """Distillation from an ensemble by switched training: a teacher drawn evenly for each batch."""

    def target(self, batch: Batch) -> Target:
        """Return the answer of a teacher drawn from torch's global generator."""
        number = int(torch.randint(len(self.ordered), ()))
        return answer_of(self.ordered[number], batch)
