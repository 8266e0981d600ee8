"""The optimisers that recipes can name."""

from __future__ import annotations

import pytest
import torch

from hzbench.submissions.training.optimiser import build_optimiser
from hzbench.submissions.training.recipe import Optimiser


@pytest.mark.parametrize(
    ("name", "kind"), [("radam", torch.optim.RAdam), ("adamw", torch.optim.AdamW), ("sgd", torch.optim.SGD)]
)
def test_optimiser_takes_the_recipes_values_and_lets_a_group_have_its_own_rate(name: str, kind: type) -> None:
    """A discriminator's rate isn't overridden by the student's."""
    options = Optimiser.model_validate({"name": name, "lr": 0.1, "weight_decay": 5e-4})
    student, discriminator = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    groups = [{"params": student.parameters()}, {"params": discriminator.parameters(), "lr": 1e-3}]
    optimiser = build_optimiser(options, groups)
    assert type(optimiser) is kind
    assert [group["lr"] for group in optimiser.param_groups] == [0.1, 1e-3]
    assert {group["weight_decay"] for group in optimiser.param_groups} == {5e-4}
