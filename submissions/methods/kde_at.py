"""KDE-AT: the average of all teachers in every batch.

Source: Back et al. 2021, Figure 6 (a): "the output of all teacher models is averaged". Whether that means
probabilities or logits is not printed; as in MEAL V2 (Shen and Savvides 2020) the target is the mean of the
probabilities, and the discriminator is shown the mean of the logits.
"""

from __future__ import annotations

import torch

from hzbench.submissions.methods.distillation import Distillation, Target
from hzbench.submissions.methods.method import Batch


class KdeAt(Distillation):
    """Distillation from an ensemble by averaged training: the mean of the teachers' probabilities."""

    def target(self, batch: Batch) -> Target:
        """Return the mean over the teachers, of probabilities and of logits."""
        logits = torch.stack([teacher.logits(batch) for teacher in self.ordered])
        return Target(logits.softmax(dim=2).mean(dim=0), logits.mean(dim=0))
