"""GNT: half of a batch clean, Gaussian noise that is clipped on the rest."""

from __future__ import annotations

import pytest
import torch

from hzbench.submissions.methods.gnt import Gnt
from hzbench.submissions.methods.method import Batch, Setup

CPU = torch.device("cpu")


def make(**options: float) -> Gnt:
    """Return the method over a student that passes on the mean of each channel as its logits."""
    method = Gnt(Gnt.Options(**options))
    student = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    method.setup(Setup(student, classes=3, pictures=8, epochs=1, batch=8, input_size=64, device=CPU))
    return method


@pytest.mark.parametrize(("size", "clean"), [(8, 4), (5, 2), (1, 0)])
def test_first_half_of_a_batch_is_clean_and_the_second_noisy(size: int, clean: int) -> None:
    """The clean part is untouched, and every picture behind it is changed."""
    torch.manual_seed(0)
    pixels = torch.rand(size, 3, 8, 8)
    noisy = make().with_noise(pixels)
    changed = (noisy != pixels).flatten(1).any(dim=1)
    assert changed.tolist() == [False] * clean + [True] * (size - clean)


def test_noise_is_clipped_and_has_the_given_spread() -> None:
    """On mid-grey, sigma 0.1 is not clipped, and sigma 0.5 is cut to 0.36."""
    torch.manual_seed(0)
    grey = torch.full((4, 3, 64, 64), 0.5)
    small = make(sigma=0.1, clean=0.0).with_noise(grey) - grey
    assert small.std().item() == pytest.approx(0.1, rel=0.02)
    assert small.mean().item() == pytest.approx(0.0, abs=0.002)
    strong = make(clean=0.0).with_noise(grey)
    assert strong.min() == 0
    assert strong.max() == 1
    # E[min(|n|, 0.5)^2] = 0.25 (P(|z| < 1) - 2 phi(1) + P(|z| > 1)) = 0.25 (0.6827 - 0.4839 + 0.3173)
    assert (strong - grey).square().mean().sqrt().item() == pytest.approx(0.359, abs=0.005)


def test_noise_is_independent_between_pixels_and_channels() -> None:
    """Grey noise, or one draw for all pictures, would be another method."""
    torch.manual_seed(0)
    noise = make(sigma=0.1, clean=0.0).with_noise(torch.full((2, 3, 64, 64), 0.5)).flatten(2).flatten(0, 1)
    correlation = torch.corrcoef(noise)
    assert (correlation - torch.eye(6)).abs().max() < 0.06


def test_loss_is_cross_entropy_over_the_whole_batch() -> None:
    """With a clean share of 1 it is the baseline's loss."""
    torch.manual_seed(0)
    pixels, labels = torch.rand(4, 3, 8, 8), torch.tensor([0, 1, 2, 1])
    method = make(clean=1.0)
    loss = method.loss(Batch(pixels, labels, indices=torch.arange(4), draw=0))
    logarithms = torch.log_softmax(pixels.mean(dim=(2, 3)), dim=1)
    torch.testing.assert_close(loss, -logarithms[torch.arange(4), labels].mean())
