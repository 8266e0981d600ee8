"""The reference networks: one recipe, several seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hzbench.submissions import reference
from hzbench.submissions.training.recipe import load_recipe


def test_reference_is_alexnet_without_pretraining_at_224_pixels() -> None:
    """What every corruption error is divided by."""
    recipe = load_recipe(reference.REFERENCE_RECIPE)
    assert (recipe.architecture, recipe.pretrained, recipe.input_size) == ("alexnet", False, 224)
    assert recipe.method == {"name": "baseline"}


def test_each_seed_has_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Five seeds never write over each other."""
    calls: list[tuple[Any, Path, int]] = []
    monkeypatch.setattr(
        reference, "train", lambda recipe, out, seed, **rest: calls.append((recipe, out, seed))
    )
    data: Any = object()
    reference.train_reference(data, tmp_path, seeds=(0, 1, 4))
    assert calls == [
        ("alexnet-reference", tmp_path / f"alexnet-reference-s{seed}", seed) for seed in (0, 1, 4)
    ]
    calls.clear()
    reference.train_reference(data, tmp_path, recipe="mine/other.toml")
    assert calls == [("mine/other.toml", tmp_path / "other-s0", 0)]
