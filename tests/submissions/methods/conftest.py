"""A student that gives prepared logits, and teachers that do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from hzbench.submissions.methods.method import Batch, Setup, Teacher


class Answers(torch.nn.Module):
    """Gives the same logits whatever it is shown, and counts how often it is asked."""

    def __init__(self, logits: torch.Tensor) -> None:
        """Keep the logits (B, classes) as a parameter."""
        super().__init__()
        self.logits = torch.nn.Parameter(logits)
        self.calls = 0

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        self.calls += 1
        return self.logits


@pytest.fixture
def logits() -> Callable[[int], torch.Tensor]:
    """A maker of logits (6, 4) from a seed."""
    return lambda seed: 2 * torch.randn(6, 4, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def batch() -> Batch:
    """Six pictures that nobody looks at."""
    return Batch(torch.zeros(6, 3, 8, 8), torch.tensor([0, 1, 2, 3, 0, 1]), torch.arange(6), draw=0)


@pytest.fixture
def teachers(logits: Callable[[int], torch.Tensor]) -> tuple[Teacher, ...]:
    """Three teachers, weakest first."""
    return tuple(
        Teacher(f"teacher-{n}", Answers(logits(10 + n)).eval().requires_grad_(False), 0.5 + 0.1 * n, 1.0)
        for n in range(3)
    )


@pytest.fixture
def make_setup(logits: Callable[[int], torch.Tensor], teachers: tuple[Teacher, ...]) -> Callable[..., Setup]:
    """A maker of what a method is set up with; options replace its fields."""

    def make(**changes: Any) -> Setup:
        fields: dict[str, Any] = {
            "student": Answers(logits(1)),
            "classes": 4,
            "pictures": 6,
            "epochs": 7,
            "batch": 6,
            "input_size": 8,
            "device": torch.device("cpu"),
            "teachers": teachers,
        }
        torch.manual_seed(5)  # of the discriminator
        return Setup(**{**fields, **changes})

    return make
