"""From a recipe and a dataset to a submission folder."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import safetensors.torch
import torch
from PIL import Image

from hzbench.benchmark import durable
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.errors import HzbenchError, UsageError
from hzbench.submissions.training.estimate import estimate_seconds
from hzbench.submissions.training.recipe import Recipe
from hzbench.submissions.training.run import train
from hzbench.submissions.training.submission import load_weights

pytestmark = pytest.mark.usefixtures("tiny_zoo")
CLASSES = ("red", "green", "blue")


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
    assert result.epochs_run == 4
    *epochs, last = (out / "log.jsonl").read_text().splitlines()
    assert len(epochs) == 4
    figures = json.loads(last)["throughput"]
    assert result.throughput is not None
    assert figures["ratio"] == result.throughput.ratio > 0
    assert result.throughput.sentence() in (out / "README.md").read_text()
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


def test_output_folder_is_checked_before_the_dataset_is_read(toy_recipe: Recipe, tmp_path: Path) -> None:
    """A mistake in --out is told at once, not after minutes of rendering or hours of training."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"is a file, expected a folder"):
        train(toy_recipe, tmp_path / "file", data=tmp_path / "no-such-dataset")


def test_missing_teacher_stops_before_the_first_step(
    dataset: Dataset, toy_recipe: Recipe, tmp_path: Path
) -> None:
    """The error names the teacher; neither a state nor a submission is left."""
    method = {"name": "kd_sm", "teachers": ["nobody"]}
    recipe = toy_recipe.model_copy(update={"method": method})
    with pytest.raises(UsageError, match="'nobody'"):
        train(recipe, tmp_path / "student", data=dataset)
    assert not list(tmp_path.glob("student*"))


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
