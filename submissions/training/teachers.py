"""Trained submissions as frozen teachers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from hzbench.benchmark.errors import UsageError
from hzbench.submissions import zoo
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.normalised import Normalised
from hzbench.submissions.training.recipe import load_recipe, recipe_names
from hzbench.submissions.training.submission import load_weights, read_submission, submission_folder

TRAINED_HERE = Path("hzbench-submissions")
"""Where `hzbench train` puts what it trains, below the folder that it is called in."""


def load_teachers(
    names: Sequence[str],
    classes: Sequence[str],
    data_digest: str,
    device: torch.device,
    *,
    beside: Path | None = None,
) -> tuple[Teacher, ...]:
    """Return teachers, weakest first by validation macro-F1 (ties: the higher loss first).

    Args:
        names: of shipped submissions, or folders, or names of folders in `beside` or `hzbench-submissions`.
        classes: the student's, in the order of its logits.
        data_digest: of the train split; a teacher trained on other pictures may have seen test pictures.
        device: where they are put.
        beside: the folder that the student's own folder is made in.

    Raises:
        UsageError: a teacher is missing, or was trained on other classes or other data.
        CheckpointError: its weights are missing or damaged.
    """
    places = [beside, TRAINED_HERE] if beside else [TRAINED_HERE]
    teachers = [_load_teacher(name, places, classes, data_digest, device) for name in names]
    return tuple(sorted(teachers, key=lambda teacher: (teacher.macro_f1, -teacher.loss)))


def teacher_digests(teachers: Sequence[Teacher]) -> list[str]:
    """Return name@digest of each teacher, without the folders of this machine; others make another run."""
    return [f"{Path(teacher.name).name}@{teacher.digest[:16]}" for teacher in teachers]


def _load_teacher(
    name: str, places: Sequence[Path], classes: Sequence[str], data_digest: str, device: torch.device
) -> Teacher:
    folder = _find(name, places)
    tables = read_submission(folder)
    try:
        model, training = tables["model"], tables["training"]
        found, score, loss = (
            training["train_digest"],
            float(training["validation_macro_f1"]),
            float(training["validation_loss"]),
        )
    except KeyError as error:
        raise UsageError(
            f"teacher '{name}': {folder / 'submission.toml'} lacks the key {error}, expected a submission "
            "that `hzbench train` made."
        ) from error
    if list(model["classes"]) != list(classes):
        raise UsageError(f"teacher '{name}' has the classes {model['classes']}, expected {list(classes)}.")
    if found != data_digest:
        raise UsageError(
            f"teacher '{name}' was trained on {training['data']} ({found[:8]}), expected "
            f"the student's train split ({data_digest[:8]}). "
            f"Train it again with: hzbench train {training['recipe']}"
        )
    weights = load_weights(folder)
    network = zoo.build(model["architecture"], len(classes))
    network.load_state_dict(weights)
    frozen = Normalised(network, model["mean"], model["std"]).to(device).eval().requires_grad_(False)
    return Teacher(name, frozen, score, loss, int(model["input_size"]), _digest(model, weights))


def _find(name: str, places: Sequence[Path]) -> Path:
    """Return a teacher's folder.

    Raises:
        UsageError: there is none; says which recipe makes it, where one does.
    """
    for place in places:
        if (place / name / "submission.toml").is_file():
            return place / name
    try:
        return submission_folder(name)
    except UsageError as error:
        makers = [recipe for recipe in recipe_names() if load_recipe(recipe).name == name]
        if not makers:
            raise
        raise UsageError(
            f"teacher '{name}' is neither shipped nor trained here. Train it with: hzbench train {makers[0]}"
        ) from error


def _digest(model: dict[str, Any], weights: dict[str, torch.Tensor]) -> str:
    """Return what names a teacher's answers: its weights, its architecture and its preprocessing."""
    digest = hashlib.sha256()
    parts = [model[key] for key in ("architecture", "input_size", "mean", "std")]
    digest.update(json.dumps(parts).encode())
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().numpy().tobytes())
    return digest.hexdigest()
