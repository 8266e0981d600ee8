"""`hzbench plan`: from a dataset's reference, or from results."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.errors import NotComparableError
from hzbench.benchmark.results.documents import write_reference
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.datasets import build_dataset_from
from hzbench.benchmark.workflows.planning import plan_comparisons


@pytest.fixture
def planned_data(small: Any, tmp_path: Path, make_reference: Callable[..., Reference]) -> tuple[str, Path]:
    """Return a dataset's folder and a reference of two seeds on its test pictures."""
    folder = str(small.data)
    dataset = resolve_dataset(folder, ("test",))
    test = dataset.split("test")
    invented = make_reference(n=len(test))
    reference = replace(
        invented,
        data=dataset.label,
        data_digest=test.digest,
        classes=dataset.classes,
        digests=tuple(test.digests),
        labels=test.labels,
    )
    write_reference(tmp_path / "reference.json", reference)
    return folder, tmp_path / "reference.json"


def test_the_reference_seeds_stand_for_models(planned_data: tuple[str, Path]) -> None:
    """Two seeds make a pair; answers alone have no operating point."""
    plan = plan_comparisons(planned_data[0], reference=planned_data[1], wanted=0.01)
    assert plan.models == "2 seeds of alexnet"
    found = plan.numbers["mce"]
    assert found is not None
    assert found.paired is not None
    assert found.pictures_paired is not None
    assert found.pictures_paired > plan.pictures
    assert plan.numbers["mean_sensitivity_hz"] is None


def test_the_command_prints_a_table_and_a_document(planned_data: tuple[str, Path]) -> None:
    """Points and pictures in the table, fractions in the document."""
    command = ["plan", "--data", planned_data[0], "--reference", str(planned_data[1]), "--difference", "1"]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0, shown.output
    assert "Pictures for 1 points" in shown.stdout
    assert "spread taken from 2 seeds of alexnet" in shown.stdout
    document = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert 0 < document["numbers"]["mce"]["unpaired"] < 1


def test_without_a_reference_it_says_how_to_make_one(small: Any, tmp_path: Path) -> None:
    """Exit code 3."""
    build_dataset_from("folder", small.photographs, tmp_path / "own")
    with pytest.raises(NotComparableError, match="hzbench reference build --data"):
        plan_comparisons(str(tmp_path / "own"))
