"""GNT: training on Gaussian noise.

Source: Rusak et al. 2020, "A simple way to make neural networks robust against diverse image corruptions",
arXiv 2001.06057, and the authors' code; with sigma 0.5 in Back et al. 2021.
"""

from __future__ import annotations

from typing import Annotated

import pydantic
import torch
from torch.nn import functional

from hzbench.submissions.methods.method import Batch, Method


class Gnt(Method):
    """Cross-entropy on batches of which a half carries Gaussian noise."""

    class Options(Method.Options):
        """`[method]` of gnt."""

        sigma: Annotated[float, pydantic.Field(gt=0)] = 0.5  # of the noise, where 1 is white
        clean: Annotated[float, pydantic.Field(ge=0, le=1)] = 0.5  # share of a batch without noise

    options: Options

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the mean cross-entropy in nats over the clean and the noisy part."""
        pixels = self.with_noise(batch.pixels)
        return functional.cross_entropy(self.student(pixels), batch.labels)

    def with_noise(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the batch (B, 3, H, W) with clip(x + N(0, sigma^2), 0, 1) behind its clean first part.

        The noise is drawn for each pixel and channel. Clipping cuts it: the nominal 0.5 is about 0.35 on
        pictures of middling brightness.
        """
        clean = int(len(pixels) * self.options.clean)
        noise = self.options.sigma * torch.randn_like(pixels[clean:])
        return torch.cat([pixels[:clean], (pixels[clean:] + noise).clamp(0, 1)])
