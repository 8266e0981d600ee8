"""Each method with teachers trains MobileNetV3-Small for two epochs on a hundred pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from hzbench.benchmark.checkpoints.architectures import build
from hzbench.submissions.methods import build_method
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.determinism import reproducible
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.teacher_logits import keep_logits

CPU = torch.device("cpu")


@pytest.mark.parametrize("name", ["kd_sm", "kde_at", "kde_st", "kde_ct", "kde_ct_consistency"])
def test_method_trains_mobilenet_for_two_epochs(
    name: str,
    toy_recipe: Recipe,
    squares: Callable[[int, int], Pictures],
    tiny_network: Callable[[], torch.nn.Module],
    run_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Student and discriminator move, the losses are finite, and the teachers are as before."""
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path / "cache"))
    recipe = toy_recipe.model_copy(
        update={
            "epochs": 2,
            "method": {"name": name, "teachers": ["weak", "strong"]},
            "optimiser": toy_recipe.optimiser.model_copy(update={"name": "sgd", "batch": 50}),
            "augmentations": toy_recipe.augmentations.model_copy(update={"pool": 2}),
        }
    )
    training = squares(100, 1)
    teachers = [
        Teacher(word, tiny_network().eval().requires_grad_(False), score, 0.5, digest=word)
        for word, score in (("weak", 0.6), ("strong", 0.9))
    ]
    before = [{key: value.clone() for key, value in one.network.state_dict().items()} for one in teachers]
    with reproducible(CPU):
        torch.manual_seed(0)
        network = build("mobilenet_v3_small", 3)
        first = {key: value.clone() for key, value in network.state_dict().items()}
        kept = keep_logits(
            teachers, training, recipe.augmentations, data_digest="squares", input_size=32, device=CPU
        )
        run = Run(
            recipe,
            build_method(recipe.method),
            network,
            training,
            squares(24, 2),
            run_folder,
            classes=3,
            seed=0,
            teachers=kept,
        )
        discriminator = [parameter.clone() for parameter in run.optimiser.param_groups[1]["params"]]
        trained = run.complete()
    assert len(trained.history) == 2
    assert all(math.isfinite(epoch.train_loss) for epoch in trained.history)
    assert any((trained.weights[key] != value).any() for key, value in first.items())
    moved = zip(discriminator, run.optimiser.param_groups[1]["params"], strict=True)
    assert all(not torch.equal(one, two) for one, two in moved)
    for state, teacher in zip(before, teachers, strict=True):
        for key, value in teacher.network.state_dict().items():
            assert torch.equal(value, state[key])
