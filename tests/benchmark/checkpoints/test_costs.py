"""Costs that cannot be counted are unknown, and times that depend on the picture are shortcuts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from hzbench.benchmark.checkpoints.counting import count_macs
from hzbench.benchmark.checkpoints.efficiency import time_shortcuts
from hzbench.benchmark.workflows.probing import cost_flags

EXAMPLE = torch.zeros(1, 3, 64, 64)


class Plain(torch.nn.Module):
    """Three layers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(3, 32, 5, 2), torch.nn.Hardswish(), torch.nn.Conv2d(32, 64, 5, 2), torch.nn.GELU()
        )
        self.last = torch.nn.Linear(64, 4)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.last(self.layers(pictures).mean(dim=(2, 3)))
        return logits


class Remembering(Plain):
    """Knows the last picture and what it answered."""

    known: tuple[torch.Tensor, torch.Tensor] | None = None

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        if self.known is None or not torch.equal(self.known[0], pictures):
            self.known = (pictures.clone(), super().forward(pictures))
        return self.known[1]


class Lazy(Plain):
    """Does nothing for an empty picture."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return super().forward(pictures) if pictures.any() else torch.zeros(len(pictures), 4)


@pytest.mark.parametrize(
    ("model", "slow", "fast"), [(Remembering, 1, 0), (Lazy, 0, 1)], ids=["remembering", "lazy"]
)
def test_a_shortcut_shows_in_the_time(model: type[Plain], slow: int, fast: int) -> None:
    """Only the kind of picture that it has a shortcut for is faster, and the flag says so."""
    ratios = time_shortcuts(model(), torch.zeros(1, 3, 224, 224))
    assert ratios[fast] < 0.5
    names = ("repeat_ratio", "zeros_ratio")
    (flag,) = cost_flags({"macs": 1, names[fast]: ratios[fast], names[slow]: 1.0})
    assert flag.name == "latency_shortcut"
    assert ("the same picture again", "a picture of zeros")[fast] in flag.message


def fourier(pictures: torch.Tensor) -> torch.Tensor:
    """Convolve in the frequency domain, where no counter looks."""
    return torch.fft.irfft2(torch.fft.rfft2(pictures) ** 2).mean(dim=(2, 3))


def by_hand(pictures: torch.Tensor) -> torch.Tensor:
    """Multiply and sum instead of convolving."""
    return (pictures.unfold(2, 5, 1) * torch.ones(5)).sum(dim=(2, 3, 4))


def recurrent(pictures: torch.Tensor) -> torch.Tensor:
    """Read rows one after the other."""
    torch.manual_seed(0)
    return torch.nn.LSTM(192, 4)(pictures.permute(2, 0, 1, 3).flatten(2))[0][-1]


@pytest.mark.parametrize(
    ("network", "named"),
    [(fourier, "_fft_r2c"), (by_hand, "products of elements"), (recurrent, "")],
    ids=["fourier", "by hand", "recurrent"],
)
def test_what_no_counter_knows_is_unknown_and_never_nothing(
    network: Callable[[torch.Tensor], torch.Tensor], named: str
) -> None:
    """No count is better than too small a one; the flag names what it is."""
    macs, unknown = count_macs(network, EXAMPLE)
    if not named:  # taken apart into matrix products on some machines
        assert macs is None or macs > 0
        return
    assert macs is None
    assert any(named in one for one in unknown)
    (flag,) = cost_flags({"macs": macs, "macs_uncounted": unknown})
    assert flag.name == "macs_unknown"
    assert named in flag.message


def test_an_honest_network_is_counted_and_takes_no_shortcut() -> None:
    """All of it: 5 x 5 convolutions and the last layer."""
    macs, unknown = count_macs(Plain(), EXAMPLE)
    assert (macs, unknown) == (32 * 30 * 30 * 75 + 64 * 13 * 13 * 800 + 256, [])
    assert cost_flags({"macs": macs, "repeat_ratio": 0.97, "zeros_ratio": None}) == []
    assert np.isfinite(time_shortcuts(Plain(), EXAMPLE)).all()
