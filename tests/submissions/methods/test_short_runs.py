"""Every method that needs no teacher trains the paper's student, and continues after an interruption."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from hzbench.submissions import zoo
from hzbench.submissions.methods import METHODS, build_method
from hzbench.submissions.training.determinism import reproducible
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run, Trained
from hzbench.submissions.training.recipe import Recipe, parse_recipe

CPU = torch.device("cpu")
ALONE = [
    name
    for name, method in METHODS.items()
    if not any(field.is_required() for field in method.Options.model_fields.values())
]
SHORTER: dict[str, dict[str, Any]] = {
    "ant": {"fresh_generator_passes": 1},
    "prime": {"width": 1, "depth": 1},
}


def recipe_for(method: str, batch: int) -> Recipe:
    """Return a recipe of two epochs at 32 pixels."""
    return parse_recipe(
        {
            "name": f"mobilenet_v3_small-{method}",
            "architecture": "mobilenet_v3_small",
            "input_size": 32,
            "epochs": 2,
            "method": {"name": method} | SHORTER.get(method, {}),
            "optimiser": {"lr": 1e-3, "batch": batch},
        },
        "test",
    )


def complete(
    recipe: Recipe, network: torch.nn.Module, pictures: Pictures, folder: Path, **options: Any
) -> Trained:
    """Train as `train` does, validating on a few of the same pictures."""
    few = Pictures(pictures.images[:12], pictures.labels[:12])
    method = build_method(recipe.method)
    with reproducible(CPU):
        return Run(recipe, method, network, pictures, few, folder, classes=3, seed=0, **options).complete()


@pytest.mark.parametrize("method", ALONE)
def test_method_trains_mobilenet_v3_small_on_a_hundred_pictures(
    method: str, squares: Callable[[int, int], Pictures], run_folder: Path
) -> None:
    """After two epochs all losses are finite and every weight has moved."""
    torch.manual_seed(0)
    network = zoo.build("mobilenet_v3_small", 3)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    trained = complete(recipe_for(method, batch=25), network, squares(100, 1), run_folder)
    assert len(trained.history) == 2
    assert all(math.isfinite(epoch.train_loss) for epoch in trained.history)
    moved = [not torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True)]
    assert all(moved)


@pytest.mark.parametrize("method", ALONE)
def test_interrupted_method_ends_with_the_bytes_of_an_undisturbed_one(
    method: str,
    squares: Callable[[int, int], Pictures],
    tiny_network: Callable[[], torch.nn.Module],
    tmp_path: Path,
) -> None:
    """What the method keeps between epochs, and draws in them, is the same after a stop in the second one."""
    recipe = recipe_for(method, batch=8)

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    pictures = squares(16, 1)
    expected = complete(recipe, tiny_network(), pictures, tmp_path / "undisturbed.run").weights
    with pytest.raises(KeyboardInterrupt):
        complete(recipe, tiny_network(), pictures, tmp_path / "stopped.run", progress=interrupt)
    found = complete(recipe, tiny_network(), pictures, tmp_path / "stopped.run").weights
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
