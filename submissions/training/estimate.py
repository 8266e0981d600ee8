"""How long a training run will take, measured before it starts."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch

from hzbench.benchmark.data.dataset import Dataset
from hzbench.submissions.methods import build_method
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.determinism import find_device, reproducible
from hzbench.submissions.training.initialisation import build_network
from hzbench.submissions.training.loading import Pictures, to_pixels
from hzbench.submissions.training.loop import Run
from hzbench.submissions.training.recipe import Recipe, recipe_and_source
from hzbench.submissions.training.teachers import load_teachers
from hzbench.submissions.training.validation import validate


def estimate_seconds(
    recipe: str | Path | Recipe, data: Dataset, *, device: str = "cpu", threads: int = 1
) -> float:
    """Return how long training a recipe takes at most, from a few steps taken on its own data.

    Args:
        recipe: name of a shipped recipe, a file, or a recipe.
        data: the dataset; at most two batches of it are read.
        device: "cpu", or a device of torch's.
        threads: of torch on the CPU.

    Raises:
        UsageError: the recipe or the device cannot be used, or a package is missing.
    """
    recipe, _ = recipe_and_source(recipe)
    target = find_device(device)
    split = data.split("train")
    count = min(len(split), recipe.optimiser.batch)
    sample = Pictures(split.images(np.arange(count)), split.labels[:count])
    method = build_method(recipe.method)
    with reproducible(target, threads):
        classes = len(data.classes)
        loaded = load_teachers(method.teachers(), data.classes, split.digest, target)
        teachers, teacher_seconds = _teachers_and_time(loaded, recipe, sample, len(split), target)
        network = build_network(recipe.model_copy(update={"pretrained": False}), classes)
        folder = Path("/nonexistent/estimate")  # nothing is written: `complete` is not called
        run = Run(
            recipe,
            method,
            network,
            sample,
            sample,
            folder,
            classes=classes,
            seed=0,
            device=target,
            teachers=teachers,
        )
        step_seconds = min(_step_seconds(run, epoch) for epoch in range(3))
        started = time.perf_counter()
        validate(run.student, sample, classes, recipe.input_size, target)
        validation_seconds = (time.perf_counter() - started) / count * len(data.split("val"))
    steps = max(1, len(split) // recipe.optimiser.batch)
    return teacher_seconds + recipe.epochs * (steps * step_seconds + validation_seconds)


def _teachers_and_time(
    teachers: tuple[Teacher, ...], recipe: Recipe, sample: Pictures, pictures: int, device: torch.device
) -> tuple[tuple[Teacher, ...], float]:
    """Return the teachers for a step, and how long their logits on the whole pool take, which come first."""
    if not recipe.augmentations.pool:
        return teachers, 0.0
    started = time.perf_counter()
    kept = []
    for teacher in teachers:
        pixels = to_pixels(sample.images, teacher.input_size or recipe.input_size, device)
        with torch.no_grad():
            logits = teacher.network(pixels).float()
        kept.append(dataclasses.replace(teacher, kept=partial(_same_for_all, logits)))
    seconds = time.perf_counter() - started
    return tuple(kept), seconds * recipe.augmentations.pool * pictures / len(sample.labels)


def _same_for_all(logits: torch.Tensor, draw: int) -> torch.Tensor:
    return logits


def _step_seconds(run: Run, epoch: int) -> float:
    """Return the time of one step, with its share of loading."""
    started = time.perf_counter()
    batch = next(iter(run.loader.batches(epoch)))
    run.student.train()
    run.step(batch, 0.5)
    return time.perf_counter() - started
