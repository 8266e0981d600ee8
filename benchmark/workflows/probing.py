"""What is looked at beside the answers: a preflight on validation pictures, and signs of dishonesty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

from hzbench.benchmark.checkpoints.integrity import Logits, fresh_process, probe, run
from hzbench.benchmark.checkpoints.memory_probe import memorised, unseen_noise
from hzbench.benchmark.checkpoints.preflight import MORE_PER_CLASS, Preflight, choose, preflight, run_all
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.engines.plan import BATCH
from hzbench.benchmark.results.schema import PreflightInfo
from hzbench.benchmark.runs.parts import Facts, Part
from hzbench.benchmark.scoring.integrity import Flag
from hzbench.benchmark.scoring.predictions import answers
from hzbench.benchmark.scoring.subset import stratified_subset
from hzbench.benchmark.workflows.models import Candidate
from hzbench.benchmark.workflows.workers import Workers

REMEMBERED = 128
"""Test pictures that are shown again with unseen noise."""

SHORTCUT_BELOW = 0.9
"""A run that takes less than this share of a fresh picture's time is a shortcut."""

SHARED_OVERLAPS = ("brightness", "contrast")
"""Overlaps of the colour jitter that the paper's recipe has, and so the reference too."""


def preflight_split(dataset: Dataset) -> Split:
    """Return the split that a preflight looks at: validation pictures where there are any, else train.

    Test pictures are looked at only where a dataset has nothing else.
    """
    for name in ("val", "train"):
        split = dataset.splits.get(name)
        if split is not None and len(split):
            return split
    return dataset.split("test")


def preflight_part(model: Facts, split: Split) -> Part:
    """Return the part that holds what a preflight saw."""
    return Part("preflight", {**model, "split": split.digest})


def look(workers: Workers, candidate: Candidate, split: Split) -> JsonValue:
    """Run the preflight of a model; see `hzbench.benchmark.checkpoints.preflight`."""
    chosen = choose(split.digests, split.labels, split.groups, MORE_PER_CLASS)
    seen = preflight(
        workers.first, split.images(chosen), split.labels[chosen], candidate.preprocessing, split.classes
    )
    return [seen.pictures, seen.right, seen.kind, [list(one) for one in seen.flags], list(seen.notes)]


def preflight_info(seen: Preflight, dataset: Dataset) -> PreflightInfo:
    """Return the section of a result."""
    return PreflightInfo(
        split=preflight_split(dataset).name, n=seen.pictures, right=seen.right, outputs=seen.kind
    )


def seen_of(value: Any) -> tuple[Preflight, list[Flag]]:
    """Return what `look` saw, from its JSON value, and the flags in it."""
    pictures, right, kind, flags, notes = value
    found = [Flag(*flag) for flag in flags]
    return Preflight(pictures, right, kind, (), tuple(notes)), found


def probes_part(model: Facts, test: Split) -> Part:
    """Return the part that holds the flags of behaviour."""
    return Part("flags", {**model, "pictures": [test.digests[i] for i in _sample(test, REMEMBERED)]})


def behaviour(workers: Workers, test: Split, clean: Logits) -> JsonValue:
    """Return the flags of a model's behaviour, [name, detail] each.

    Args:
        workers: of the model.
        test: the test pictures, from all of which those that are shown are chosen by class and content.
        clean: the model's logits on the clean test pictures, shape (n, classes).
    """
    images = test.images(_sample(test, BATCH))
    first = run(workers.first, images)
    flags = [*probe(workers.first, images), *fresh_process(workers.other, images, first)][:3]
    shown = _sample(test, REMEMBERED)
    noisy = np.stack([unseen_noise(test.image(i), test.digests[i]) for i in shown.tolist()])
    flags += memorised(answers(clean[shown]), answers(run_all(workers.first, noisy)), test.labels[shown])
    return [[flag.name, flag.detail] for flag in flags]


def cost_flags(cost: dict[str, Any]) -> list[Flag]:
    """Return the flags that follow from what a model costs; see `ModelSession.efficiency`."""
    flags = []
    if cost and cost.get("macs") is None:
        why = ", ".join(cost.get("macs_uncounted", ())[:5]) or "no counter follows the model"
        flags.append(Flag("macs_unknown", f"multiply-accumulates are unknown: {why}"))
    for key, what in (("repeat_ratio", "the same picture again"), ("zeros_ratio", "a picture of zeros")):
        ratio = cost.get(key)
        if ratio is not None and ratio < SHORTCUT_BELOW:
            flags.append(Flag("latency_shortcut", f"{what} takes {ratio:.2f} of the time of a fresh one"))
    return flags


def declared_flags(candidate: Candidate) -> list[Flag]:
    """Return the flags of what a submitter declares."""
    submission = candidate.submission
    overlaps: Sequence[str] = () if submission is None else submission.training.overlaps
    beyond = [name for name in overlaps if name not in SHARED_OVERLAPS]
    if not beyond:
        return []
    return [
        Flag(
            "augmentation_overlap",
            f"trained on augmentations that the submitter calls close to: {', '.join(beyond)}",
        )
    ]


def _sample(test: Split, count: int) -> npt.NDArray[np.int64]:
    return stratified_subset(test.digests, test.labels, min(count, len(test)))
