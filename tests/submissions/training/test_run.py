"""From a recipe and a dataset to a submission folder."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from hzbench.benchmark import durable
from hzbench.benchmark.data.dataset import SYNTHETIC_NOTICE, Dataset, open_dataset
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.lossless import encode_png
from hzbench.benchmark.data.writing import Description, write_documents
from hzbench.benchmark.errors import HzbenchError, UsageError
from hzbench.corruptions.image import pixel_digest
from hzbench.submissions import zoo
from hzbench.submissions.training.estimate import estimate_seconds
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.run import train
from hzbench.submissions.training.submission import load_weights
from hzbench.submissions.training.teachers import load_teachers

CLASSES = ("red", "green", "blue")


@pytest.fixture
def dataset(tmp_path: Path, squares: Callable[[int, int], Any]) -> Dataset:
    """Coloured squares as a dataset on disk: 18 pictures to train on, 9 to validate."""
    folder = tmp_path / "squares"
    rows = []
    for number, (split, count) in enumerate((("train", 18), ("val", 9))):
        small = squares(count, number)
        for index, (image, label) in enumerate(zip(small.images, small.labels, strict=True)):
            pixels = np.ascontiguousarray(image.repeat(7, axis=0).repeat(7, axis=1))
            path = f"{split}/{index}.png"
            durable.write_bytes(folder / path, encode_png(pixels))
            row = IndexRow(path, CLASSES[label], split, f"g{split}{index}", "test", "", pixel_digest(pixels))
            rows.append(row)
    write_documents(folder, rows, Description("squares", "1", CLASSES, "red", notice=SYNTHETIC_NOTICE))
    return open_dataset(folder)


@pytest.fixture(autouse=True)
def tiny_zoo(monkeypatch: pytest.MonkeyPatch, tiny_network: Callable[[], torch.nn.Module]) -> None:
    """Every architecture is the tiny network."""
    monkeypatch.setattr(zoo, "build", lambda name, classes, pretrained=False: tiny_network())


def test_training_writes_a_complete_submission(dataset: Dataset, toy_recipe: Recipe, tmp_path: Path) -> None:
    """Description, weights, card, curve and log; nothing else, and no state beside it."""
    out = tmp_path / "student"
    result = train(toy_recipe, out, data=dataset, seed=3)
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "curve.png",
        "log.jsonl",
        "submission.toml",
        "weights.safetensors",
    ]
    assert not out.with_name("student.run").exists()
    tables = tomllib.loads((out / "submission.toml").read_text())
    assert tables["model"] == {
        "name": "toy-baseline",
        "architecture": "alexnet",
        "weights": "weights.safetensors",
        "input_size": 32,
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "classes": list(CLASSES),
    }
    training = tables["training"]
    assert (training["seed"], training["data"], training["epochs"]) == (3, "squares-1", 4)
    assert training["train_digest"] == dataset.split("train").digest
    assert training["validation_macro_f1"] == result.validation_macro_f1
    assert len((out / "log.jsonl").read_text().splitlines()) == result.epochs_run == 4
    with Image.open(out / "curve.png") as curve:
        assert curve.width > 600


def test_stored_weights_are_float16_and_give_the_reported_loss(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """The figures are those of the file, not of the more exact weights in memory."""
    out = tmp_path / "student"
    train(toy_recipe, out, data=dataset)
    stored = safetensors.torch.load_file(out / "weights.safetensors")
    assert {tensor.dtype for tensor in stored.values() if tensor.is_floating_point()} == {torch.float16}
    assert {tensor.dtype for tensor in load_weights(out).values()} == {torch.float32, torch.int64}


def test_same_recipe_and_seed_give_the_same_weights_file(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """A committed recipe reproduces a committed student on one machine."""
    first, second = tmp_path / "first", tmp_path / "second"
    train(toy_recipe, first, data=dataset)
    train(toy_recipe, second, data=dataset)
    name = "weights.safetensors"
    assert (first / name).read_bytes() == (second / name).read_bytes()
    assert (first / "submission.toml").read_bytes() == (second / "submission.toml").read_bytes()


def test_card_says_what_the_data_are_and_how_to_reproduce(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """A reader of the card alone knows that the pictures are synthetic."""
    train(toy_recipe.model_copy(update={"overlaps": ("brightness",)}), tmp_path / "student", data=dataset)
    card = (tmp_path / "student" / "README.md").read_text()
    for part in (
        "Synthetic pictures: no number",
        "hzbench train",
        "macro-F1",
        "| green |",
        "corruptions: brightness",
    ):
        assert part in card


def test_finished_run_is_left_alone(dataset: Dataset, toy_recipe: Recipe, tmp_path: Path) -> None:
    """The same command again returns the result that is there."""
    first = train(toy_recipe, tmp_path / "student", data=dataset)
    written = (tmp_path / "student" / "weights.safetensors").stat().st_mtime_ns
    assert train(toy_recipe, tmp_path / "student", data=dataset) == first
    assert (tmp_path / "student" / "weights.safetensors").stat().st_mtime_ns == written


def test_folder_of_another_run_is_refused_unless_started_afresh(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """Another seed doesn't overwrite a submission silently."""
    train(toy_recipe, tmp_path / "student", data=dataset)
    with pytest.raises(
        UsageError, match="already holds toy-baseline, trained with another recipe, seed or data"
    ):
        train(toy_recipe, tmp_path / "student", data=dataset, seed=1)
    train(toy_recipe, tmp_path / "student", data=dataset, seed=1, resume=False)
    tables = tomllib.loads((tmp_path / "student" / "submission.toml").read_text())
    assert tables["training"]["seed"] == 1


def test_failed_write_of_the_submission_loses_no_epoch(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills at the end costs nothing: the same command writes the submission."""
    write = durable.write_bytes

    def fail(path: Path, data: bytes) -> None:
        if path.name == "weights.safetensors":
            raise OSError(28, "No space left on device")
        write(path, data)

    monkeypatch.setattr(durable, "write_bytes", fail)
    with pytest.raises(HzbenchError, match="No space left on device"):
        train(toy_recipe, tmp_path / "student", data=dataset)
    assert not (tmp_path / "student" / "submission.toml").exists()
    monkeypatch.setattr(durable, "write_bytes", write)
    steps: list[str] = []
    train(
        toy_recipe,
        tmp_path / "student",
        data=dataset,
        progress=lambda stage, done, total: steps.append(stage),
    )
    assert not [stage for stage in steps if stage.startswith("epoch")]


def test_estimate_grows_with_the_epochs(dataset: Dataset, toy_recipe: Recipe) -> None:
    """A run ten times as long is said to take several times as long; nothing is written."""
    short = estimate_seconds(toy_recipe, dataset)
    long = estimate_seconds(toy_recipe.model_copy(update={"epochs": 400}), dataset)
    assert 0 < short < long


def test_unknown_device_and_ensemble_are_one_line(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """Both are refused before anything is read."""
    with pytest.raises(UsageError, match="device 'gpu9' cannot be used here"):
        train(toy_recipe, tmp_path / "a", data=dataset, device="gpu9")
    with pytest.raises(UsageError, match="'ensemble_m' is an ensemble: train its members"):
        train(toy_recipe.model_copy(update={"architecture": "ensemble_m"}), tmp_path / "a", data=dataset)


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
