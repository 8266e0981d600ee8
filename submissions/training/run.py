"""Train a recipe and write the submission that comes out of it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import shutil
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import UsageError
from hzbench.submissions import zoo
from hzbench.submissions.methods import build_method
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.card import model_card, submission_tables
from hzbench.submissions.training.curves import draw_curve
from hzbench.submissions.training.determinism import find_device, reproducible, seed_torch
from hzbench.submissions.training.initialisation import build_network
from hzbench.submissions.training.loading import Pictures
from hzbench.submissions.training.loop import Run, Trained
from hzbench.submissions.training.normalised import Normalised
from hzbench.submissions.training.output import reserved
from hzbench.submissions.training.recipe import Recipe, recipe_and_source
from hzbench.submissions.training.state import write_failure
from hzbench.submissions.training.submission import narrow, read_submission, widen, write_submission
from hzbench.submissions.training.teacher_logits import keep_logits
from hzbench.submissions.training.teachers import load_teachers, teacher_digests
from hzbench.submissions.training.throughput import Throughput, measure_throughput, read_throughput
from hzbench.submissions.training.validation import Scores, validate


class TrainingResult(NamedTuple):
    """What a run ended with: scores are fractions of the val split, with the weights as they are stored."""

    folder: Path
    name: str
    best_epoch: int
    epochs_run: int
    validation_loss: float  # nats
    validation_accuracy: float
    validation_macro_f1: float
    throughput: Throughput | None  # as the log holds it


def train(
    recipe: str | Path | Recipe,
    out: Path,
    *,
    seed: int | None = None,
    data: str | Path | Dataset | None = None,
    device: str = "cpu",
    resume: bool = True,
    threads: int = 1,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train a recipe; the state of an unfinished run is kept beside the submission, in `<out>.run/`.

    Args:
        recipe: name of a shipped recipe, a file, or a recipe.
        out: folder of the submission.
        seed: instead of the recipe's.
        data: name, folder or dataset instead of the recipe's.
        device: "cpu", or a device of torch's.
        resume: continue an interrupted run, and leave a finished one alone; otherwise start afresh.
        threads: of torch on the CPU; other numbers give other last bits.
        progress: called with the stage, the units done and the units in all.

    Raises:
        UsageError: the recipe, the device or the folder cannot be used, or a package is missing.
        DataError: the dataset is missing or damaged, or another process trains into the folder.
        HzbenchError: the loss is not finite, or the disk is full; the same command continues the run.
    """
    wanted, source = recipe_and_source(recipe)
    zoo.trainable(wanted.architecture)
    target = find_device(device)
    finished = resume and (out / "submission.toml").is_file()
    with contextlib.nullcontext() if finished else reserved(out):
        dataset = find_dataset(wanted.data if data is None else data, progress)
        seed = wanted.seed if seed is None else seed
        return _train(wanted, source, out, seed, dataset, target, resume, threads, progress)


def _train(
    recipe: Recipe,
    source: str,
    out: Path,
    seed: int,
    dataset: Dataset,
    target: torch.device,
    resume: bool,
    threads: int,
    progress: Progress | None,
) -> TrainingResult:
    digests = {name: dataset.split(name).digest for name in ("train", "val")}
    fingerprint = _fingerprint(recipe, seed, dataset)
    run_folder = out.with_name(out.name + ".run")
    if resume and (out / "submission.toml").is_file():
        return _finished(out, fingerprint)
    if not resume:
        shutil.rmtree(run_folder, ignore_errors=True)
    training, validation = (_pictures(dataset.split(name), progress) for name in ("train", "val"))
    method = build_method(recipe.method)
    with reproducible(target, threads):
        teachers = load_teachers(
            method.teachers(), dataset.classes, digests["train"], target, beside=out.parent
        )
        seed_torch(seed, "initial weights")
        network = build_network(recipe, len(dataset.classes))
        run = Run(
            recipe,
            method,
            network,
            training,
            validation,
            run_folder,
            classes=len(dataset.classes),
            seed=seed,
            fingerprint=_with_teachers(fingerprint, teachers),
            device=target,
            teachers=keep_logits(
                teachers,
                training,
                recipe.augmentations,
                data_digest=digests["train"],
                input_size=recipe.input_size,
                device=target,
                progress=progress,
            ),
            progress=progress,
            workers=1 if target.type == "cpu" else max(1, usable_cores() - 1),
        )
        trained = run.complete()
        throughput = measure_throughput(run)
        weights = narrow(trained.weights, recipe.weights_dtype)
        network.load_state_dict(widen(weights))
        student = Normalised(network, recipe.mean, recipe.std).to(target)
        scores = validate(student, validation, len(dataset.classes), recipe.input_size, target)
    tables = submission_tables(
        recipe,
        architecture=recipe.architecture,
        recipe_source=source,
        classes=dataset.classes,
        seed=seed,
        data_label=dataset.label,
        data_digests=digests,
        best=trained.best,
        epochs_run=len(trained.history),
        scores=scores,
        teachers=teacher_digests(teachers),
        fingerprint=fingerprint,
    )
    counts = {"train": len(training.labels), "val": len(validation.labels)}
    processor = _processor(target, threads)
    card = _card(recipe, tables, source, counts, dataset.notice, scores, trained, throughput, processor)
    log = (run_folder / "log.jsonl").read_text(encoding="utf-8") + throughput.line()
    curve = draw_curve(trained.history, trained.best.epoch, recipe.name, dataset.notice)
    try:
        write_submission(out, tables, weights, card=card, curve=curve, log=log)
    except OSError as error:
        raise write_failure(out, error) from error
    shutil.rmtree(run_folder, ignore_errors=True)
    return _finished(out, fingerprint)


def find_dataset(data: str | Path | Dataset, progress: Progress | None = None) -> Dataset:
    """Return a dataset with its train and val splits, by its name or folder."""
    if isinstance(data, Dataset):
        return data
    return resolve_dataset(str(data), splits=("train", "val"), progress=progress)


def _pictures(split: Split, progress: Progress | None, step: int = 64) -> Pictures:
    """Read a split into memory, 150 kB a picture."""
    parts = []
    for start in range(0, len(split), step):
        parts.append(split.images(np.arange(start, min(start + step, len(split)))))
        if progress:
            progress(f"reading the {split.name} split", min(start + step, len(split)), len(split))
    return Pictures(np.concatenate(parts), np.asarray(split.labels, dtype=np.int64))


def finished_run(recipe: Recipe, out: Path, seed: int, dataset: Dataset) -> TrainingResult | None:
    """Return what a finished run ended with, None where it is not finished.

    Raises:
        UsageError: the folder holds another run's submission.
    """
    if not (out / "submission.toml").is_file():
        return None
    return _finished(out, _fingerprint(recipe, seed, dataset))


def _fingerprint(recipe: Recipe, seed: int, dataset: Dataset) -> str:
    digests = {name: dataset.split(name).digest for name in ("train", "val")}
    # Without the defaults: a recipe stays the same one when recipes learn a new key.
    document = [recipe.model_dump(mode="json", exclude_defaults=True), seed, list(dataset.classes), digests]
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]


def _with_teachers(fingerprint: str, teachers: tuple[Teacher, ...]) -> str:
    """Return the fingerprint of an unfinished run, which teachers trained anew cannot continue."""
    if not teachers:
        return fingerprint
    text = json.dumps([fingerprint, teacher_digests(teachers)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _finished(folder: Path, fingerprint: str) -> TrainingResult:
    tables = read_submission(folder)
    model, training = tables["model"], tables["training"]
    if training.get("fingerprint") != fingerprint:
        raise UsageError(
            f"{folder}: already holds {model['name']}, trained with another recipe, seed or data. "
            "Choose another output folder, or delete this one."
        )
    return TrainingResult(
        folder=folder,
        name=model["name"],
        best_epoch=training["best_epoch"],
        epochs_run=training["epochs"],
        validation_loss=training["validation_loss"],
        validation_accuracy=training["validation_accuracy"],
        validation_macro_f1=training["validation_macro_f1"],
        throughput=read_throughput(folder / "log.jsonl"),
    )


def _card(
    recipe: Recipe,
    tables: dict[str, dict[str, object]],
    source: str,
    counts: dict[str, int],
    notice: str,
    scores: Scores,
    trained: Trained,
    throughput: Throughput,
    processor: str,
) -> str:
    environment = f"torch {metadata.version('torch')}, {platform.machine()}, {processor}"
    return model_card(
        recipe,
        tables,
        recipe_source=source,
        counts=counts,
        notice=notice,
        scores=scores,
        throughput=throughput.sentence(),
        seconds=sum(epoch.seconds for epoch in trained.history),
        environment=environment,
    )


def _processor(device: torch.device, threads: int) -> str:
    if device.type == "cpu":
        return "one CPU thread" if threads == 1 else f"{threads} CPU threads"
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
