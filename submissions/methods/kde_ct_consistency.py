"""KDE-CT with consistency: the teacher sees a picture clean, the student also sees it augmented.

Beyond the paper. As in KDE-CT the teachers take turns; the student's answers to the clean picture and to
AugMix or PRIME views of it are all matched to the one target. That a student seeing noisy pictures learns
robustness from a teacher that sees clean ones: Arani, Sarfraz and Zonooz 2019, arXiv 1910.05057.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pydantic
import torch

from hzbench.submissions.augmentations.augmix import augmix
from hzbench.submissions.augmentations.prime import prime
from hzbench.submissions.methods.distillation import Target
from hzbench.submissions.methods.kde_ct import KdeCt
from hzbench.submissions.methods.method import Batch


class KdeCtConsistency(KdeCt):
    """KDE-CT in which the student's answers to AugMix or PRIME views are matched to the same target."""

    class Options(KdeCt.Options):
        """`[method]` of kde_ct_consistency."""

        augmentation: Literal["augmix", "prime"] = "augmix"
        views: Annotated[int, pydantic.Field(ge=1, le=4)] = 1  # augmented ones, beside the clean one
        severity: Annotated[float, pydantic.Field(gt=0, le=10)] = 1.0  # of AugMix's operations

    options: Options

    def __init__(self, options: Options) -> None:
        """Take the number of views from the options."""
        super().__init__(options)
        self.views = options.views

    def view(self, image: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
        """Return an AugMix or PRIME view."""
        if self.options.augmentation == "prime":
            return prime(image, random)
        return augmix(image, random, severity=self.options.severity)

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the mean over the clean and the augmented views of the losses against the clean target."""
        target = self.target(batch)
        logits = self.student(torch.cat([batch.pixels, *batch.views]))
        seen = 1 + len(batch.views)
        return self.compare(
            logits, Target(target.probabilities.repeat(seen, 1), target.logits.repeat(seen, 1))
        )
