"""A teacher's logits on a pool of views are computed once, kept, and shared."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hzbench.benchmark.errors import HzbenchError, UsageError
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.loading import Loader, Pictures
from hzbench.submissions.training.recipe import Augmentations, Recipe
from hzbench.submissions.training.teacher_logits import KeptLogits, keep_logits

CPU = torch.device("cpu")


class Counting(torch.nn.Module):
    """A network that counts the pictures it is shown."""

    def __init__(self, network: torch.nn.Module) -> None:
        """Wrap one in eval mode."""
        super().__init__()
        self.network = network.eval().requires_grad_(False)
        self.pictures = 0

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Count, and answer."""
        self.pictures += len(pixels)
        logits: torch.Tensor = self.network(pixels)
        return logits


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has an empty cache."""
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def pool(toy_recipe: Recipe) -> Augmentations:
    """Every augmentation, two views of each picture."""
    return toy_recipe.augmentations.model_copy(update={"pool": 2})


@pytest.fixture
def pictures(squares: Callable[[int, int], Pictures]) -> Pictures:
    """Seventy squares: one batch and an incomplete one."""
    return squares(70, 0)


@pytest.fixture
def teacher(tiny_network: Callable[[], torch.nn.Module]) -> Teacher:
    """A tiny network with a digest."""
    return Teacher("tiny", Counting(tiny_network()), 0.9, 0.3, input_size=16, digest="one")


def kept(
    teacher: Teacher, pictures: Pictures, pool: Augmentations, data: str = "squares", **options: Any
) -> KeptLogits:
    """Return a teacher's logits, kept."""
    settings: dict[str, Any] = {"data_digest": data, "input_size": 32, "device": CPU}
    return KeptLogits(teacher, pictures, pool, **(settings | options))


def seen_by(teacher: Teacher) -> int:
    """Return how many pictures the teacher's network was shown."""
    assert isinstance(teacher.network, Counting)
    return teacher.network.pictures


def test_logits_are_the_teachers_on_the_views_that_the_student_sees(
    teacher: Teacher, pictures: Pictures, pool: Augmentations
) -> None:
    """Any seed's loader shows the pool's views; the teacher sees them at its own size."""
    own = kept(teacher, pictures, pool)
    loader = Loader(pictures, pool, batch=16, seed=9, device=CPU, input_size=16)
    with_kept = dataclasses.replace(teacher, kept=own)
    for epoch in (1, 2):
        for batch in loader.batches(epoch):
            torch.testing.assert_close(with_kept.logits(batch), teacher.logits(batch))


def test_each_view_is_computed_once_for_all_runs(
    teacher: Teacher, pictures: Pictures, pool: Augmentations
) -> None:
    """A second run reads the first one's bytes, and only the views that it needs are there."""
    first = kept(teacher, pictures, pool)
    logits = first(1)
    first(1)
    assert seen_by(teacher) == 70
    assert [path.name for path in first.folder.iterdir()] == ["1.npy"]
    assert torch.equal(kept(teacher, pictures, pool)(1), logits)
    assert seen_by(teacher) == 70
    kept(teacher, pictures, pool)(0)
    assert seen_by(teacher) == 140


@pytest.mark.parametrize("change", ["teacher", "data", "augmentation"])
def test_anything_that_changes_the_logits_has_files_of_its_own(
    teacher: Teacher, pictures: Pictures, pool: Augmentations, change: str
) -> None:
    """Another teacher, other pictures, other augmentations; the size of the pool is no matter."""
    folder = kept(teacher, pictures, pool).folder
    assert kept(teacher, pictures, pool.model_copy(update={"pool": 8})).folder == folder
    others = {
        "teacher": lambda: kept(dataclasses.replace(teacher, digest="two"), pictures, pool),
        "data": lambda: kept(teacher, pictures, pool, data="circles"),
        "augmentation": lambda: kept(teacher, pictures, pool.model_copy(update={"vertical_flip": 0.1})),
    }
    assert others[change]().folder != folder


@pytest.mark.parametrize("damage", ["truncated", "not finite", "other data"])
def test_damaged_file_is_computed_again(
    teacher: Teacher, pictures: Pictures, pool: Augmentations, damage: str
) -> None:
    """What a bad disk or another program leaves is never trained on."""
    own = kept(teacher, pictures, pool)
    logits = own(0)
    path = own.folder / "0.npy"
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:300])
    else:
        shape, value = ((70, 3), np.nan) if damage == "not finite" else ((3, 3), 0.0)
        np.save(path, np.full(shape, value, np.float32))
    assert torch.equal(kept(teacher, pictures, pool)(0), logits)
    assert torch.equal(torch.from_numpy(np.load(path)), logits)


def test_full_disk_is_a_clear_stop(
    teacher: Teacher, pictures: Pictures, pool: Augmentations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half-written is left, and with room again the same call goes on."""
    own = kept(teacher, pictures, pool)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(HzbenchError, match=r"0\.npy.*No space left"):
            own(0)
    assert list(own.folder.iterdir()) == []
    assert own(0).shape == (70, 3)


def test_without_a_pool_nothing_is_kept(teacher: Teacher, pictures: Pictures, pool: Augmentations) -> None:
    """New views in every epoch are answered as they come."""
    options: dict[str, Any] = {"data_digest": "squares", "input_size": 32, "device": CPU}
    fresh = pool.model_copy(update={"pool": 0})
    assert keep_logits([teacher], pictures, fresh, **options) == (teacher,)
    (one,) = keep_logits([teacher], pictures, pool, **options)
    assert isinstance(one.kept, KeptLogits)


def test_teacher_larger_than_the_student_needs_a_pool(
    teacher: Teacher, pictures: Pictures, pool: Augmentations
) -> None:
    """It would see enlarged pictures, which it was not trained on."""
    options: dict[str, Any] = {"data_digest": "squares", "input_size": 8, "device": CPU}
    fresh = pool.model_copy(update={"pool": 0})
    with pytest.raises(UsageError, match=r"'tiny' was trained on 16 pixels, the student sees 8\. Set aug"):
        keep_logits([teacher], pictures, fresh, **options)
    assert keep_logits([teacher], pictures, pool, **options)


def test_progress_names_teacher_and_view(teacher: Teacher, pictures: Pictures, pool: Augmentations) -> None:
    """A large teacher takes minutes."""
    said: list[tuple[str, int, int]] = []
    kept(teacher, pictures, pool, progress=lambda *line: said.append(line))(1)
    assert said == [("teacher tiny: view 2", 60, 70), ("teacher tiny: view 2", 70, 70)]
