"""Teachers are trained submissions: found, checked, frozen, recorded, and asked only once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import torch

from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.errors import UsageError
from hzbench.submissions.training.estimate import estimate_seconds
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.run import train
from hzbench.submissions.training.teachers import load_teachers

pytestmark = pytest.mark.usefixtures("tiny_zoo", "no_picture")
CLASSES = ("red", "green", "blue")


@pytest.fixture
def no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning curves are not drawn: they are most of a tiny run's time."""
    monkeypatch.setattr("hzbench.submissions.training.run.draw_curve", lambda *arguments: b"")


def test_teachers_are_frozen_and_sorted_weakest_first(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """The order is that of validation macro-F1, whatever the recipe's order."""
    digest = dataset.split("train").digest
    for name, epochs in (("weak", 1), ("strong", 6)):
        train(toy_recipe.model_copy(update={"name": name, "epochs": epochs}), tmp_path / name, data=dataset)
    names = [str(tmp_path / name) for name in ("strong", "weak")]
    teachers = load_teachers(names, CLASSES, digest, torch.device("cpu"))
    scores = [(teacher.macro_f1, -teacher.loss) for teacher in teachers]
    assert scores == sorted(scores)
    for teacher in teachers:
        assert not any(module.training for module in teacher.network.modules())
        assert not any(parameter.requires_grad for parameter in teacher.network.parameters())


@pytest.mark.parametrize(
    ("name", "classes", "digest", "message"),
    [
        ("nobody", CLASSES, None, "submission '.*nobody' is neither shipped nor a folder"),
        ("weak", ("red", "blue", "green"), None, "has the classes .* expected"),
        (
            "weak",
            CLASSES,
            "0" * 64,
            r"was trained on squares-1 .*expected the student's train split \(00000000\)",
        ),
    ],
)
def test_unfit_teacher_is_refused(
    dataset: Dataset,
    toy_recipe: Recipe,
    tmp_path: Path,
    name: str,
    classes: tuple[str, ...],
    digest: str | None,
    message: str,
) -> None:
    """A missing teacher, another order of classes, other training pictures: one line each."""
    train(toy_recipe.model_copy(update={"epochs": 1}), tmp_path / "weak", data=dataset)
    digest = digest or dataset.split("train").digest
    with pytest.raises(UsageError, match=message):
        load_teachers([str(tmp_path / name)], classes, digest, torch.device("cpu"))


def test_missing_teacher_names_the_recipe_that_makes_it(dataset: Dataset) -> None:
    """A student of the shipped recipes needs teachers that may not be trained yet."""
    with pytest.raises(UsageError, match=r"nor trained here. Train it with: hzbench train cpu/densenet121"):
        load_teachers(["densenet121-baseline"], CLASSES, "", torch.device("cpu"))


@pytest.fixture
def taught_recipe(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Recipe:
    """KDE-CT over a pool of two views, with two teachers that are trained already."""
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path / "cache"))
    for name, epochs in (("weak", 1), ("strong", 3)):
        train(toy_recipe.model_copy(update={"name": name, "epochs": epochs}), tmp_path / name, data=dataset)
    return toy_recipe.model_copy(
        update={
            "name": "taught",
            "method": {"name": "kde_ct", "teachers": ("strong", "weak")},
            "augmentations": toy_recipe.augmentations.model_copy(update={"pool": 2}),
        }
    )


def test_teachers_are_found_beside_the_student_and_recorded(
    dataset: Dataset, taught_recipe: Recipe, tmp_path: Path
) -> None:
    """By name alone; the submission says whose answers it learnt from, weakest first."""
    train(taught_recipe, tmp_path / "student", data=dataset)
    written = tomllib.loads((tmp_path / "student" / "submission.toml").read_text())["training"]["teachers"]
    assert sorted(teacher.split("@")[0] for teacher in written) == ["strong", "weak"]
    assert "Teachers, weakest first: " in (tmp_path / "student" / "README.md").read_text()


def test_kept_logits_change_no_byte_and_are_shared_by_other_seeds(
    dataset: Dataset, taught_recipe: Recipe, tmp_path: Path
) -> None:
    """A run that finds the logits ends as one that had to compute them, and another seed adds none."""
    kept = tmp_path / "cache" / "teacher-logits"
    train(taught_recipe, tmp_path / "first", data=dataset)
    files = {path: path.read_bytes() for path in kept.rglob("*.npy")}
    assert len(files) == 4, "two teachers, two views"
    train(taught_recipe, tmp_path / "second", data=dataset)
    train(taught_recipe, tmp_path / "third", data=dataset, seed=1)
    assert {path: path.read_bytes() for path in kept.rglob("*.npy")} == files
    weights = [tmp_path / name / "weights.safetensors" for name in ("first", "second", "third")]
    assert weights[0].read_bytes() == weights[1].read_bytes() != weights[2].read_bytes()


@pytest.mark.parametrize("moment", ["teacher weak: view 2", "epoch 4 of 4"])
def test_interrupted_student_ends_with_the_bytes_of_an_undisturbed_one(
    dataset: Dataset, taught_recipe: Recipe, tmp_path: Path, moment: str
) -> None:
    """While a teacher answers, and in the last one's turn: the discriminator and the turn come back."""

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage.startswith(moment):
            raise KeyboardInterrupt

    interrupted, undisturbed = tmp_path / "interrupted", tmp_path / "undisturbed"
    with pytest.raises(KeyboardInterrupt):
        train(taught_recipe, interrupted, data=dataset, progress=interrupt)
    train(taught_recipe, interrupted, data=dataset)
    train(taught_recipe, undisturbed, data=dataset)
    name = "weights.safetensors"
    assert (interrupted / name).read_bytes() == (undisturbed / name).read_bytes()


def test_unfinished_run_is_not_continued_with_other_teachers(
    dataset: Dataset, toy_recipe: Recipe, taught_recipe: Recipe, tmp_path: Path
) -> None:
    """Teachers that were trained anew make it another run."""

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage.startswith("epoch 3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(taught_recipe, tmp_path / "student", data=dataset, progress=interrupt)
    changed = toy_recipe.model_copy(update={"name": "weak", "epochs": 1})
    train(changed, tmp_path / "weak", data=dataset, seed=8, resume=False)
    assert not (tmp_path / "weak.run").exists()
    with pytest.raises(UsageError, match="belongs to a run with another recipe, seed or data"):
        train(taught_recipe, tmp_path / "student", data=dataset)


def test_estimate_counts_the_teachers_answers(
    dataset: Dataset, taught_recipe: Recipe, tmp_path: Path
) -> None:
    """They come first, and nothing of them is kept."""
    names = [str(tmp_path / name) for name in ("weak", "strong")]
    recipe = taught_recipe.model_copy(update={"method": {"name": "kde_at", "teachers": names}})
    assert estimate_seconds(recipe, dataset) > 0
    assert not (tmp_path / "cache" / "teacher-logits").exists()
