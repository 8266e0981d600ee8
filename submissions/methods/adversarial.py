"""The game between a student and a discriminator that tells its answers from a teacher's.

Source: MEAL (Shen, He and Xue 2019, "MEAL: multi-model ensemble via adversarial learning"), with two changes:

- The published discriminator halves its width twice and ends in a rectifier. With 4 classes that is 4, 2, 1
  and 2 units, which for a third of all random weights answer the same whatever they see, and never learn.
  Here it has 32 and 16 units, and no rectifier behind the last layer.
- The published code leaves its gradient reversal off by default, so that the student descends the
  discriminator's loss too and is rewarded for being told apart. Here the reversal is the rule: the
  discriminator descends the loss, the student ascends it.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import nn
from torch.nn import functional

HIDDEN_UNITS = (32, 16)


class _Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: torch.Tensor) -> torch.Tensor:
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        return -gradient


def reverse_gradient(values: torch.Tensor) -> torch.Tensor:
    """Return `values` unchanged; the gradient that comes back through them has its sign turned."""
    return cast(torch.Tensor, _Reversal.apply(values))


class Discriminator(nn.Module):
    """Three linear layers with rectifiers between them: logits (B, classes) to two scores (B, 2)."""

    def __init__(self, classes: int) -> None:
        """Draw weights from torch's global generator; `classes` is the width of what it is shown."""
        super().__init__()
        first, second = HIDDEN_UNITS
        self.layers = nn.Sequential(
            nn.Linear(classes, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(), nn.Linear(second, 2)
        )

    def forward(self, logits: torch.Tensor) -> torch.Tensor:
        """Return the scores for "a student's" and "a teacher's", (B, 2)."""
        return cast(torch.Tensor, self.layers(logits))


def discriminator_loss(
    discriminator: nn.Module, student: torch.Tensor, teacher: torch.Tensor
) -> torch.Tensor:
    """Return the binary cross-entropy over both scores: (1, 0) for a student's row, (0, 1) for a teacher's.

    Args:
        discriminator: maps logits to two scores.
        student: logits (S, classes); its gradient is reversed.
        teacher: logits (T, classes); gets no gradient.
    """
    scores = discriminator(torch.cat([reverse_gradient(student), teacher.detach()])).float()
    truth = torch.zeros_like(scores)
    truth[: len(student), 0] = 1
    truth[len(student) :, 1] = 1
    return functional.binary_cross_entropy_with_logits(scores, truth)
