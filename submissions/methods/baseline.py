"""Baseline: cross-entropy with the labels, all classes weighted alike. Source: Back et al. 2021."""

from __future__ import annotations

import torch
from torch.nn import functional

from hzbench.submissions.methods.method import Batch, Method


class Baseline(Method):
    """Plain cross-entropy on the augmented pictures."""

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the mean cross-entropy in nats."""
        return functional.cross_entropy(self.student(batch.pixels), batch.labels)
