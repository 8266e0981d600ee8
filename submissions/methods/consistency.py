"""One answer for a picture and views of it: what AugMix and PRIME share.

Source: Hendrycks et al. 2020, "AugMix", arXiv 1912.02781, section 3, and the authors' code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import pydantic
import torch
from torch.nn import functional

from hzbench.submissions.methods.method import Batch, Method

SMALLEST_PROBABILITY = 1e-7  # of the mean answer, so that its logarithm stays finite


class ConsistentViews(Method):
    """Cross-entropy on the clean pictures plus the divergence of the answers to them and to two views."""

    class Options(Method.Options):
        """`[method]` of every method with views."""

        consistency: Annotated[float, pydantic.Field(ge=0)] = 12.0  # 0: cross-entropy on one view alone

    options: Options

    def __init__(self, options: Options) -> None:
        """Ask for two views, or for one where there is no consistency term."""
        super().__init__(options)
        self.views = 2 if options.consistency else 1

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return CE(clean) + consistency x JSD(clean, view, view), or CE(view) where that is 0; nats.

        The three views go through the network as one batch, and share the statistics of batch normalisation.
        """
        if not self.options.consistency:
            return functional.cross_entropy(self.student(batch.views[0]), batch.labels)
        logits = self.student(torch.cat([batch.pixels, *batch.views])).float()  # half as exact under autocast
        parts = logits.split(len(batch.labels))
        divergence = jensen_shannon([part.softmax(dim=1) for part in parts])
        return functional.cross_entropy(parts[0], batch.labels) + self.options.consistency * divergence


def jensen_shannon(answers: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the Jensen-Shannon divergence of answers to views of the same pictures, in nats, batch mean.

    That is the mean over the answers p of KL(p || M), with M the mean of the answers. It lies between 0 (all
    answers alike) and the logarithm of their number.

    Args:
        answers: probabilities, each (B, classes).
    """
    mean = torch.stack(tuple(answers)).mean(dim=0).clamp(SMALLEST_PROBABILITY, 1).log()
    divergences = [functional.kl_div(mean, answer, reduction="batchmean") for answer in answers]
    return torch.stack(divergences).mean()
