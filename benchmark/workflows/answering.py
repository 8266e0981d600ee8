"""From a checkpoint and a dataset to predictions: workers started, every cell computed, probes run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints.integrity import probe
from hzbench.benchmark.checkpoints.session import ModelDescription, ModelSession
from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.engines.local import compute
from hzbench.benchmark.engines.pictures import Pictures
from hzbench.benchmark.engines.plan import BATCH, Batch, batches_of
from hzbench.benchmark.scoring.cells import ALL_CELLS, CLEAN, Cell
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.integrity import Flag
from hzbench.benchmark.scoring.predictions import Predictions, softmax
from hzbench.benchmark.scoring.subset import stratified_subset
from hzbench.benchmark.workflows.models import Candidate

SLOTS = 3  # batches in flight a worker: one computed, one waiting, one being filled


class Answers(NamedTuple):
    """What a model said, and what was seen while it ran."""

    predictions: Predictions
    description: ModelDescription
    efficiency: dict[str, Any]
    flags: list[Flag]


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
        efficiency: count parameters and multiply-accumulates.
        latency: measure the latency as well.
        progress: called with the cell, the pictures done and the pictures in all.

    Raises:
        CheckpointError: the model cannot be loaded or fails.
        DataError: a picture is damaged.
    """
    test = limited(dataset.split("test"), limit)
    validation = dataset.splits.get("val")
    of_validation = None
    with open_sessions(candidate, dataset, device=device, threads=threads) as sessions:
        if progress is not None:
            progress("loading the model", 0, 1)
        description = sessions[0].description
        if validation is not None and len(validation):
            of_validation = logits_of(sessions, validation, (CLEAN,))[0]
        logits = logits_of(sessions, test, ALL_CELLS, draw=draw, progress=progress)
        extra = tuple(
            _answer_extra_test(sessions, limited(dataset.split(name), limit), progress)
            for name in extra_tests
        )
        if progress is not None:
            progress("measuring what the model costs", 0, 1)
        sample = test.images(range(min(BATCH, len(test))))
        flags = [Flag(flag.name, flag.detail) for flag in probe(sessions[0], sample)]
        measured = sessions[0].efficiency(latency=latency) if efficiency else {}
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
    return Answers(predictions, description, measured, flags)


def _answer_extra_test(
    sessions: Sequence[ModelSession], split: Split, progress: Progress | None
) -> ExtraPredictions:
    """Run a model over the clean pictures of an additional test set."""
    logits = logits_of(sessions, split, (CLEAN,), progress=progress, stage=f"evaluating {split.name}")
    return ExtraPredictions(
        name=split.name,
        split_digest=split.digest,
        digests=split.digests,
        labels=split.labels,
        groups=split.groups,
        skin_types=split.skin_types,
        conditions=split.conditions,
        probabilities=softmax(logits[0]),
    )


@contextmanager
def open_sessions(
    candidate: Candidate, dataset: Dataset, *, device: str = "cpu", threads: int | None = None
) -> Iterator[list[ModelSession]]:
    """Start one worker a core for a model, and end them all when the block ends.

    Args:
        candidate: the model.
        dataset: whose classes it answers.
        device: of the model.
        threads: how many workers; None takes one for each core.
    """
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                ModelSession(
                    candidate.checkpoint,
                    candidate.architecture,
                    candidate.preprocessing,
                    len(dataset.classes),
                    SLOTS,
                    classes=dataset.classes,
                    device=device,
                )
            )
            for _ in range(
                (threads or usable_cores()) if device == "cpu" else 1
            )  # workers would share one card
        ]


def logits_of(
    sessions: Sequence[ModelSession],
    split: Split,
    cells: Sequence[Cell],
    *,
    draw: int = 0,
    progress: Progress | None = None,
    stage: str = "evaluating",
) -> npt.NDArray[np.float32]:
    """Return a model's logits on several cells of a split, shape (cells, pictures, classes).

    Args:
        sessions: open workers of one model.
        split: the clean pictures.
        cells: which corruptions of them.
        draw: draw number of the corruptions.
        progress: called with the cell, the pictures done and the pictures in all.
        stage: what progress is called besides the cell.
    """
    n = len(split)
    logits = np.full((len(cells), n, len(split.classes)), np.nan, dtype=np.float32)
    done = 0

    def keep(batch: Batch, values: npt.NDArray[np.float32]) -> None:
        nonlocal done
        logits[batch.row, batch.positions] = values
        done += len(batch.positions)
        if progress is not None:
            progress(f"{stage}: {batch.cell.title}", done, len(cells) * n)

    batches = [
        batch
        for row, cell in enumerate(cells)
        for batch in batches_of(row, cell, split.digests, split.digest)
    ]
    compute(sessions, batches, Pictures(split), keep, draw=draw)
    return logits
