"""Trained submissions as frozen teachers."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from hzbench.benchmark.errors import UsageError
from hzbench.submissions import zoo
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.normalised import Normalised
from hzbench.submissions.training.submission import load_weights, read_submission, submission_folder


def load_teachers(
    names: Sequence[str], classes: Sequence[str], data_digest: str, device: torch.device
) -> tuple[Teacher, ...]:
    """Return teachers, weakest first by validation macro-F1 (ties: the higher loss first).

    Args:
        names: of shipped submissions, or folders.
        classes: the student's, in the order of its logits.
        data_digest: of the train split; a teacher trained on other pictures may have seen test pictures.
        device: where they are put.

    Raises:
        UsageError: a teacher is missing, or was trained on other classes or other data.
        CheckpointError: its weights are missing or damaged.
    """
    teachers = [_load_teacher(name, classes, data_digest, device) for name in names]
    return tuple(sorted(teachers, key=lambda teacher: (teacher.macro_f1, -teacher.loss)))


def _load_teacher(name: str, classes: Sequence[str], data_digest: str, device: torch.device) -> Teacher:
    folder = submission_folder(name)
    tables = read_submission(folder)
    model, training = tables["model"], tables["training"]
    if list(model["classes"]) != list(classes):
        raise UsageError(f"teacher '{name}' has the classes {model['classes']}, expected {list(classes)}.")
    if training["train_digest"] != data_digest:
        raise UsageError(
            f"teacher '{name}' was trained on {training['data']} ({training['train_digest'][:8]}), expected "
            f"the student's train split ({data_digest[:8]}). "
            f"Train it again with: hzbench train {training['recipe']}"
        )
    network = zoo.build(model["architecture"], len(classes))
    network.load_state_dict(load_weights(folder))
    frozen = Normalised(network, model["mean"], model["std"]).to(device).eval().requires_grad_(False)
    return Teacher(name, frozen, float(training["validation_macro_f1"]), float(training["validation_loss"]))
