"""What a run is of: the facts that fix every bit of its parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.runs.machine import machine_facts
from hzbench.benchmark.runs.parts import Facts, Part
from hzbench.benchmark.scoring.cells import Cell
from hzbench.benchmark.workflows.models import Candidate


def model_facts(candidate: Candidate, classes: Sequence[str], device: str) -> Facts:
    """Return everything but the pictures that can move one of a model's logits.

    Args:
        candidate: the model.
        classes: of the dataset, in order: the order of the logits.
        device: of the model.
    """
    return {
        "checkpoint": candidate.checkpoint.sha256,
        "format": candidate.checkpoint.format,
        "architecture": candidate.architecture,
        "preprocessing": candidate.preprocessing.model_dump(mode="json"),
        "classes": list(classes),
        "dtype": candidate.dtype,
        **machine_facts(device),
    }


def run_facts(
    model: Facts, dataset: Dataset, *, limit: int | None, draw: int, extra_tests: Sequence[str]
) -> Facts:
    """Return everything that fixes the parts of a run.

    Args:
        model: facts of the model.
        dataset: with its test split.
        limit: at most so many test pictures.
        draw: draw number of the corruptions.
        extra_tests: additional test sets.
    """
    validation = dataset.splits.get("val")
    return {
        **model,
        "data": dataset.label,
        "test_split": dataset.split("test").digest,
        "validation_split": None if validation is None else validation.digest,
        "extra_tests": {name: dataset.split(name).digest for name in extra_tests},
        "limit": limit,
        "draw": draw,
    }


def cell_part(model: Facts, split: Split, cell: Cell, draw: int) -> Part:
    """Return the part that holds a model's logits on one cell of the pictures of a split.

    Which pictures share a batch depends on the split's digest and on the list of pictures, so any list of
    pictures of a split is a part of its own.
    """
    pictures = hashlib.sha256("\n".join(split.digests).encode("ascii")).hexdigest()
    facts = {
        **model,
        "split": split.digest,
        "pictures": pictures,
        "corruption": cell.corruption,
        "severity": cell.severity,
        "draw": draw,
    }
    return Part(f"{split.name} {cell.title}", facts)
