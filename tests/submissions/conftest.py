"""A toy dataset of coloured squares and a tiny network, on which training takes moments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.recipe import Recipe

COLOURS = ((220, 40, 40), (40, 200, 60), (50, 70, 230))


class TinyNetwork(nn.Module):
    """One convolution, batch normalisation, dropout and a linear layer: what a resumed run must restore."""

    def __init__(self, classes: int) -> None:
        """Build the layers with torch's initialisation."""
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.BatchNorm2d(8), nn.ReLU())
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(8, classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (B, classes)."""
        logits: torch.Tensor = self.head(self.features(images).mean(dim=(2, 3)))
        return logits


def coloured_squares(count: int, seed: int, side: int = 32) -> Pictures:
    """Return pictures with one square whose colour is the class, on a grey noisy ground."""
    random = np.random.default_rng(seed)
    images = random.integers(90, 160, size=(count, side, side, 3), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int64) % len(COLOURS)
    for image, label in zip(images, labels, strict=True):
        top, left = random.integers(0, side // 2, size=2)
        image[top : top + side // 2, left : left + side // 2] = COLOURS[label]
    return Pictures(images, labels)


@pytest.fixture
def squares() -> Callable[[int, int], Pictures]:
    """A maker of coloured squares from a number of pictures and a seed."""
    return coloured_squares


@pytest.fixture
def tiny_network() -> Callable[[], TinyNetwork]:
    """A maker of equal tiny networks."""

    def make() -> TinyNetwork:
        torch.manual_seed(7)
        return TinyNetwork(len(COLOURS))

    return make


@pytest.fixture
def toy_recipe() -> Recipe:
    """Four epochs on 32 x 32 pixels with every augmentation."""
    return Recipe.model_validate(
        {
            "name": "toy-baseline",
            "architecture": "alexnet",
            "input_size": 32,
            "epochs": 4,
            "optimiser": {"lr": 0.01, "batch": 8},
            "augmentations": {
                "horizontal_flip": 0.5,
                "vertical_flip": 0.5,
                "brightness_contrast": {},
                "hue_saturation_value": {},
                "shift_scale_rotate": {},
            },
        }
    )


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """Where a run keeps its state."""
    return tmp_path / "toy.run"
