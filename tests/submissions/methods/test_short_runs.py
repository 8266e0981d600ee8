"""Every method that needs no teacher trains the paper's student for two epochs on a hundred pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from hzbench.submissions import zoo
from hzbench.submissions.methods import build_method
from hzbench.submissions.training.determinism import reproducible
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run
from hzbench.submissions.training.recipe import parse_recipe

METHODS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "gnt": {},
    "ant": {"fresh_generator_passes": 1},
    "augmix": {},
    "prime": {"width": 1, "depth": 1},
}


@pytest.mark.parametrize("method", METHODS)
def test_method_trains_mobilenet_v3_small(
    method: str, squares: Callable[[int, int], Pictures], run_folder: Path
) -> None:
    """Two epochs at 32 pixels: losses are finite and the weights moved."""
    recipe = parse_recipe(
        {
            "name": f"mobilenet_v3_small-{method}",
            "architecture": "mobilenet_v3_small",
            "input_size": 32,
            "epochs": 2,
            "method": {"name": method} | METHODS[method],
            "optimiser": {"lr": 1e-3, "batch": 25},
        },
        "test",
    )
    cpu = torch.device("cpu")
    with reproducible(cpu):
        network = zoo.build(recipe.architecture, 3)
        before = [parameter.detach().clone() for parameter in network.parameters()]
        run = Run(
            recipe,
            build_method(recipe.method),
            network,
            squares(100, 1),
            squares(12, 2),
            run_folder,
            classes=3,
            seed=0,
            device=cpu,
        )
        trained = run.complete()
    assert len(trained.history) == 2
    assert all(math.isfinite(epoch.train_loss) for epoch in trained.history)
    moved = [not torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True)]
    assert all(moved)
