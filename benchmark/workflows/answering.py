"""From a checkpoint and a dataset to predictions: workers started, every cell computed, probes run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

from hzbench.benchmark.checkpoints.integrity import Logits
from hzbench.benchmark.checkpoints.preflight import Preflight
from hzbench.benchmark.checkpoints.session import ModelDescription
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.runs.keeper import Keeper
from hzbench.benchmark.runs.parts import Facts, Part
from hzbench.benchmark.scoring.cells import ALL_CELLS, CLEAN, Cell
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.integrity import Flag
from hzbench.benchmark.scoring.predictions import Predictions, softmax
from hzbench.benchmark.scoring.subset import stratified_subset
from hzbench.benchmark.workflows.identity import model_facts
from hzbench.benchmark.workflows.logits import logits_of
from hzbench.benchmark.workflows.models import Candidate
from hzbench.benchmark.workflows.probing import (
    behaviour,
    cost_flags,
    declared_flags,
    look,
    preflight_part,
    preflight_split,
    probes_part,
    seen_of,
)
from hzbench.benchmark.workflows.workers import Workers


class Answers(NamedTuple):
    """What a model said, and what was seen while it ran."""

    predictions: Predictions
    description: ModelDescription
    efficiency: dict[str, Any]
    flags: list[Flag]
    seen: Preflight | None  # before the run; None where nobody looked


def limited(split: Split, limit: int | None) -> Split:
    """Return a part of a split, stratified by class and condition and chosen by content.

    Its digest stays the whole split's.
    """
    if limit is None or limit >= len(split):
        return split
    conditions = list(dict.fromkeys(split.conditions))
    condition = np.array([conditions.index(one) for one in split.conditions], dtype=np.int64)
    chosen = stratified_subset(split.digests, split.labels * len(conditions) + condition, limit)

    def pick(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values[i] for i in chosen)

    return replace(
        split,
        paths=pick(split.paths),
        labels=split.labels[chosen],
        groups=pick(split.groups),
        sources=pick(split.sources),
        skin_types=pick(split.skin_types),
        skin_type_sources=pick(split.skin_type_sources),
        conditions=pick(split.conditions),
        digests=pick(split.digests),
    )


def answer_all(
    candidate: Candidate,
    dataset: Dataset,
    *,
    limit: int | None = None,
    draw: int = 0,
    extra_tests: Sequence[str] = (),
    device: str = "cpu",
    threads: int | None = None,
    efficiency: bool = True,
    latency: bool = True,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
) -> Answers:
    """Run a model over the clean validation split, the 76 cells of the test split, and additional test sets.

    Args:
        candidate: the model.
        dataset: with its test split, and its validation split if it has one.
        limit: at most so many test pictures, and so many of each additional test set.
        draw: draw number of the corruptions.
        extra_tests: additional test sets of the dataset to run over, clean.
        device: of the model.
        threads: cores to use; one worker each. The answers do not depend on it.
        efficiency: look at the model first, and count parameters and multiply-accumulates.
        latency: measure the latency as well.
        progress: called with the cell, the pictures done and the pictures in all.
        keeper: where known parts are found and new ones kept; None computes all of them. A part is a cell,
            what the worker says of the model, the flags of its behaviour, or its cost.

    Raises:
        CheckpointError: the model cannot be loaded or fails.
        DataError: a picture is damaged.
        OSError: a finished part cannot be written.
    """
    keeper = keeper or Keeper()
    model = model_facts(candidate, dataset.classes, device)
    test = limited(dataset.split("test"), limit)
    validation = dataset.splits.get("val")
    of_validation = None
    classes = dataset.classes
    with Workers(candidate, classes, device=device, threads=threads, progress=progress) as workers:

        def answer(split: Split, cells: Sequence[Cell], stage: str, draw: int = 0) -> Logits:
            shown = None if split is validation else progress  # a moment beside the rest
            return logits_of(
                workers, split, cells, model=model, keeper=keeper, draw=draw, progress=shown, stage=stage
            )

        looked = _look(keeper, model, workers, candidate, dataset, progress) if efficiency else None
        if validation is not None and len(validation):
            of_validation = answer(validation, (CLEAN,), "evaluating val")[0]
        logits = answer(test, ALL_CELLS, "evaluating", draw)
        extra = tuple(
            extra_predictions(split, softmax(answer(split, (CLEAN,), f"evaluating {split.name}")[0]))
            for split in (limited(dataset.split(name), limit) for name in extra_tests)
        )
        described = keeper.value(Part("model", model), lambda: asdict(workers.first.description))
        flags = keeper.value(probes_part(model, test), lambda: _behaviour(workers, test, logits[0], progress))
        measured = _cost(keeper, model, workers, latency, progress) if efficiency else {}
    predictions = Predictions(
        classes=dataset.classes,
        focus_class=dataset.focus_class,
        digests=test.digests,
        labels=test.labels,
        groups=test.groups,
        skin_types=test.skin_types,
        probabilities=softmax(logits),
        validation_labels=None if of_validation is None or validation is None else validation.labels,
        validation_probabilities=None if of_validation is None else softmax(of_validation),
        draw=draw,
        extra_tests=extra,
    )
    seen, found = (None, []) if looked is None else seen_of(looked)
    flagged = [*found, *(Flag(*flag) for flag in flags), *cost_flags(measured), *declared_flags(candidate)]
    return Answers(predictions, _description(described), measured, flagged, seen)


def count_parts(dataset: Dataset, extra_tests: Sequence[str]) -> int:
    """Return how many parts `answer_all` has: cells, a preflight, the model's description, flags and cost."""
    validation = dataset.splits.get("val")
    return len(ALL_CELLS) + len(extra_tests) + (1 if validation is not None and len(validation) else 0) + 4


def _description(described: dict[str, Any]) -> ModelDescription:
    """Return the description that was kept as JSON, where tuples are lists."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in described.items()
    }
    return ModelDescription(**fields)


def _look(
    keeper: Keeper,
    model: Facts,
    workers: Workers,
    candidate: Candidate,
    dataset: Dataset,
    progress: Progress | None,
) -> Any:
    """Return what a preflight sees, as `seen_of` takes it."""
    split = preflight_split(dataset)

    def make() -> JsonValue:
        if progress is not None:
            progress("looking at the model", 0, 1)
        return look(workers, candidate, split)

    return keeper.value(preflight_part(model, split), make)


def _behaviour(workers: Workers, test: Split, clean: Logits, progress: Progress | None) -> JsonValue:
    """Return the flags of a model's behaviour, [name, detail] each."""
    if progress is not None:
        progress("checking how the model behaves", 0, 1)
    return behaviour(workers, test, clean)


def _cost(
    keeper: Keeper, model: Facts, workers: Workers, latency: bool, progress: Progress | None
) -> dict[str, Any]:
    """Return what the model costs; see `ModelSession.efficiency`."""

    def measure() -> JsonValue:
        if progress is not None:
            progress("measuring what the model costs", 0, 1)
        return workers.first.efficiency(latency=latency)

    return dict(keeper.value(Part("cost", {**model, "latency": latency}), measure))


def extra_predictions(split: Split, probabilities: npt.NDArray[np.float32]) -> ExtraPredictions:
    """Return what was answered on an additional test set, from probabilities of shape (n, C)."""
    return ExtraPredictions(
        name=split.name,
        split_digest=split.digest,
        digests=split.digests,
        labels=split.labels,
        groups=split.groups,
        skin_types=split.skin_types,
        conditions=split.conditions,
        probabilities=probabilities,
    )
