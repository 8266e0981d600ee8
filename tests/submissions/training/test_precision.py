"""Mixed precision: which format where, equal bytes in float32, a scale that a resumed run takes up again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from hzbench.submissions.methods import build_method
from hzbench.submissions.training.determinism import reproducible
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run
from hzbench.submissions.training.precision import MixedPrecision, chosen_dtype
from hzbench.submissions.training.recipe import Precision, Recipe

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    ("precision", "device", "native", "expected"),
    [
        ("auto", "cpu", True, torch.float32),
        ("auto", "mps", True, torch.float32),
        ("auto", "cuda", True, torch.bfloat16),
        ("auto", "cuda", False, torch.float16),
        ("float32", "cuda", True, torch.float32),
        ("float16", "cpu", True, torch.float16),
    ],
)
def test_format_follows_the_recipe_and_the_device(
    precision: Precision, device: str, native: bool, expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GPU that only emulates bfloat16 computes with float16; a CPU stays exact unless asked."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: native)
    assert chosen_dtype(precision, torch.device(device)) is expected


def test_float32_step_is_a_plain_step() -> None:
    """The same bytes as backward and step by hand, and nothing to store."""
    weights = []
    for plain in (True, False):
        layer = torch.nn.Linear(3, 2)
        torch.nn.init.constant_(layer.weight, 0.1)
        torch.nn.init.zeros_(layer.bias)
        optimiser = torch.optim.SGD(layer.parameters(), lr=0.1)
        mixed = MixedPrecision("auto", CPU)
        with mixed.autocast():
            loss = layer(torch.tensor([[1.0, 2.0, 3.0]])).square().sum()
        assert loss.dtype is torch.float32
        if plain:
            loss.backward()
            optimiser.step()
        else:
            mixed.step(loss, optimiser)
        weights.append(layer.weight.detach())
        assert mixed.state_dict() == {}
    assert torch.equal(weights[0], weights[1])


def test_overflowing_float16_step_is_left_out_and_the_scale_halved() -> None:
    """The weights stay, and the next steps are taken with a smaller scale."""
    parameter = torch.nn.Parameter(torch.ones(()))
    optimiser = torch.optim.SGD([parameter], lr=0.1)
    mixed = MixedPrecision("float16", CPU)
    before = mixed._scaler.get_scale()
    mixed.step(parameter * 3e38, optimiser)
    assert parameter.item() == 1.0
    assert mixed._scaler.get_scale() == before / 2
    mixed.step(parameter * 1.0, optimiser)
    assert parameter.item() == pytest.approx(0.9)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_interrupted_run_in_half_precision_ends_with_the_same_bytes(
    precision: str,
    toy_recipe: Recipe,
    squares: Callable[[int, int], Pictures],
    tiny_network: Callable[[], torch.nn.Module],
    tmp_path: Path,
) -> None:
    """The half-precision paths of a GPU, run on the CPU, keep float32 weights and resume exactly."""
    recipe = toy_recipe.model_copy(update={"precision": precision, "epochs": 2})

    def run(folder: str, **options: Any) -> dict[str, torch.Tensor]:
        with reproducible(CPU):
            return (
                Run(
                    recipe,
                    build_method(recipe.method),
                    tiny_network(),
                    squares(16, 1),
                    squares(6, 2),
                    tmp_path / folder,
                    classes=3,
                    seed=0,
                    **options,
                )
                .complete()
                .weights
            )

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    expected = run("undisturbed")
    assert {tensor.dtype for tensor in expected.values()} == {torch.float32, torch.int64}
    with pytest.raises(KeyboardInterrupt):
        run("interrupted", progress=interrupt)
    found = run("interrupted")
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())
