"""What names a cell: nothing that can move one of its logits is overlooked, so no hit is a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import Split
from hzbench.benchmark.scoring.cells import CLEAN, Cell
from hzbench.benchmark.workflows.answering import limited
from hzbench.benchmark.workflows.identity import cell_part, model_facts, run_facts
from hzbench.benchmark.workflows.models import Candidate, find_model


@pytest.fixture
def test_split(small: Any) -> Split:
    """The small test split."""
    return resolve_dataset(small.data).split("test")


@pytest.fixture
def candidate(small: Any) -> Candidate:
    """The small checkpoint."""
    return find_model(str(small.checkpoint))


CHANGED: dict[str, Callable[[Candidate], Candidate]] = {
    "checkpoint": lambda one: one._replace(checkpoint=replace(one.checkpoint, sha256="0" * 64)),
    "format": lambda one: one._replace(checkpoint=replace(one.checkpoint, format="onnx")),
    "architecture": lambda one: one._replace(architecture="resnet18"),
    **{
        f"preprocessing {name}": lambda one, name=name, value=value: one._replace(
            preprocessing=one.preprocessing.model_copy(update={name: value})
        )
        for name, value in (
            ("input_size", 192),
            ("mean", (0.5, 0.5, 0.5)),
            ("std", (0.5, 0.5, 0.5)),
            ("classes", ("other", "tinea", "acne", "herpes_zoster")),
        )
    },
}


@pytest.mark.parametrize("name", CHANGED)
def test_whatever_changes_of_a_model_names_other_cells(
    candidate: Candidate, test_split: Split, name: str
) -> None:
    """Never a wrong hit."""
    facts = [model_facts(one, test_split.classes, "cpu") for one in (candidate, CHANGED[name](candidate))]
    assert len({cell_part(one, test_split, CLEAN, 0).key for one in facts}) == 2


def test_whatever_changes_of_pictures_and_suite_names_other_cells(
    candidate: Candidate, test_split: Split
) -> None:
    """Split, pictures, their order, cell, draw, classes, device and number format: all keys differ."""
    facts = model_facts(candidate, test_split.classes, "cpu")
    digests = test_split.digests
    parts = [
        cell_part(facts, test_split, CLEAN, 0),
        cell_part(facts, replace(test_split, name="gate"), CLEAN, 0),
        cell_part(facts, replace(test_split, digests=(*digests[1:], digests[0])), CLEAN, 0),
        cell_part(facts, replace(test_split, digests=(*digests[1:], "0" * 64)), CLEAN, 0),
        cell_part(facts, limited(test_split, 4), CLEAN, 0),
        cell_part(facts, test_split, CLEAN, 1),
        cell_part(facts, test_split, Cell("fog", 3), 0),
        cell_part(facts, test_split, Cell("fog", 4), 0),
        cell_part(facts, test_split, Cell("snow", 3), 0),
        cell_part(model_facts(candidate, test_split.classes[::-1], "cpu"), test_split, CLEAN, 0),
        cell_part(model_facts(candidate, test_split.classes, "mps"), test_split, CLEAN, 0),
        cell_part(
            model_facts(candidate._replace(dtype="bfloat16"), test_split.classes, "cpu"), test_split, CLEAN, 0
        ),
    ]
    assert len({part.key for part in parts}) == len(parts)


def test_the_machine_is_part_of_every_name(candidate: Candidate, test_split: Split) -> None:
    """Versions, processor, coder and code stand among the facts; tests of each are beside `machine_facts`."""
    facts = model_facts(candidate, test_split.classes, "cpu")
    assert {"torch", "timm", "processor", "instructions", "jpeg", "hzbench_code", "specification"} < set(
        facts
    )


def test_a_run_is_of_its_options_too(candidate: Candidate, small: Any) -> None:
    """Limit, draw and additional test sets are named when they differ."""
    dataset = resolve_dataset(small.data)
    facts = model_facts(candidate, dataset.classes, "cpu")
    options: dict[str, Any] = {"limit": None, "draw": 0, "extra_tests": ()}
    runs = [
        run_facts(facts, dataset, **(options | change))
        for change in ({}, {"limit": 4}, {"draw": 1}, {"extra_tests": ("val",)})
    ]
    assert all(first != second for i, first in enumerate(runs) for second in runs[:i])
