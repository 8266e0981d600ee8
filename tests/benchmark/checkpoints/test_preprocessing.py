"""Declared preprocessing is checked, and done as torchvision does it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torchvision.transforms.functional as F
from pydantic import ValidationError

from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing, column_order
from hzbench.benchmark.errors import CheckpointError

CLASSES = ("acne", "herpes_zoster", "tinea", "other")


@pytest.fixture
def images() -> torch.Tensor:
    """Two pictures of noise."""
    return torch.from_numpy(np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8))


def torchvision_way(images: torch.Tensor, mean: list[float], std: list[float]) -> torch.Tensor:
    """Return the batch by torchvision's ToTensor and Normalize."""
    return torch.stack([F.normalize(F.to_tensor(image.numpy()), mean, std) for image in images])


def test_the_default_is_torchvisions_imagenet_to_the_bit(images: torch.Tensor) -> None:
    """The author's own pipeline gives the very same input."""
    batch = Normaliser(Preprocessing())(images)
    assert torch.equal(batch, torchvision_way(images, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


def test_batches_are_channels_last(images: torch.Tensor) -> None:
    """That is the layout in which the networks run fastest."""
    for size in (224, 64):
        batch = Normaliser(Preprocessing(input_size=size))(images)
        assert batch.shape == (2, 3, size, size)
        assert batch.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("size", [64, 299])
def test_another_input_size_is_an_antialiased_resize(images: torch.Tensor, size: int) -> None:
    """Close to torchvision's resize, which rounds to whole grey levels in between."""
    batch = Normaliser(Preprocessing(input_size=size, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)))(images)
    planes = F.resize(images.permute(0, 3, 1, 2), [size, size], antialias=True)
    expected = (planes.to(torch.float32) / 255 - 0.5) / 0.5
    assert (batch - expected).abs().max() <= 1.01 / 255 / 0.5


def test_the_pictures_are_not_changed(images: torch.Tensor) -> None:
    """They lie in memory that is shared."""
    before = images.clone()
    Normaliser(Preprocessing())(images)
    assert torch.equal(images, before)


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_size": 8},
        {"std": (0.0, 1.0, 1.0)},
        {"mean": (float("nan"), 0, 0)},
        {"mean": (0.5, 0.5)},
        {"size": 224},
        {"classes": ("",)},
    ],
)
def test_impossible_values_are_refused(wrong: dict[str, object]) -> None:
    """Zero deviations, missing channels and unknown names."""
    with pytest.raises(ValidationError):
        Preprocessing.model_validate(wrong)


def test_an_order_that_agrees_needs_no_permutation() -> None:
    """Declared or not."""
    assert column_order(None, CLASSES) is None
    assert column_order(CLASSES, CLASSES) is None


def test_another_order_is_turned_into_the_datasets() -> None:
    """Column i of the result is the dataset's class i."""
    declared = ("other", "acne", "tinea", "herpes_zoster")
    order = column_order(declared, CLASSES)
    assert order is not None
    assert [declared[i] for i in order] == list(CLASSES)


@pytest.mark.parametrize("declared", [("acne",), (*CLASSES, "x"), ("acne", "acne", "tinea", "other")])
def test_other_classes_are_refused(declared: tuple[str, ...]) -> None:
    """Both lists are in the message."""
    with pytest.raises(CheckpointError, match=r"the model's classes are .* the dataset's are"):
        column_order(declared, CLASSES)
