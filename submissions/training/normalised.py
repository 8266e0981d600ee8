"""A network that takes pixels in [0, 1] and normalises them itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import nn


class Normalised(nn.Module):
    """Subtract the mean, divide by the standard deviation, then run `network`.

    The two constants are no part of the state, so `network`'s own keys are what a checkpoint holds.
    """

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, network: nn.Module, mean: Sequence[float], std: Sequence[float]) -> None:
        """Wrap `network`; `mean` and `std` have one value a colour channel, in units of [0, 1]."""
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, -1, 1, 1), persistent=False)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the logits of pixels (B, 3, H, W) in [0, 1]."""
        return cast(torch.Tensor, self.network((pixels - self.mean) / self.std))
