"""Throughput: two rates from the same steps, with and without loading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from hzbench.submissions.methods import build_method
from hzbench.submissions.methods.method import Batch
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.throughput import ROUNDS, STEPS, Throughput, measure_throughput


def test_ratio_is_the_share_of_the_limit_and_is_said_in_words() -> None:
    """50 of 80 pictures a second are 62 %."""
    throughput = Throughput(images_per_second=50.0, limit=80.0)
    assert throughput.ratio == 0.625
    assert throughput.sentence() == (
        "50 images per second, 62 % of the 80 that forward and backward passes alone reach"
    )


@pytest.mark.parametrize("pictures", [8, 40])
def test_steps_with_and_without_loading_take_turns(
    pictures: int,
    toy_recipe: Recipe,
    squares: Callable[[int, int], Pictures],
    tiny_network: Callable[[], torch.nn.Module],
    run_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A round is one step to warm up, some on fresh batches, and as many on the batch at hand."""
    run = Run(
        toy_recipe,
        build_method(toy_recipe.method),
        tiny_network(),
        squares(pictures, 1),
        squares(6, 2),
        run_folder,
        classes=3,
        seed=0,
    )
    seen: list[int] = []

    def note(batch: Batch, moment: float) -> float:
        seen.append(id(batch))
        batches.append(batch)  # kept alive, so that no two have the same id
        return 1.0

    batches: list[Batch] = []
    monkeypatch.setattr(run, "step", note)
    throughput = measure_throughput(run)
    assert throughput.images_per_second > 0
    assert throughput.limit > 0
    assert len(seen) == ROUNDS * (1 + 2 * STEPS)
    first = seen[: 1 + 2 * STEPS]
    assert len(set(first)) == 1 + STEPS
    assert set(first[1 + STEPS :]) == {first[0]}
