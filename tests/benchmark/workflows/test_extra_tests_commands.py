"""Additional test sets on the command line, from photographs to a table."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of four pictures of two persons in two lights."""
    folder = tmp_path_factory.mktemp("walk")
    rows = [("path", "label", "condition", "group")]
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 256, (60, 60, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        rows.append((f"{number}.png", "herpes_zoster", ("dim", "bright")[number % 2], f"w{number // 2}"))
    with (folder / "walk.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return folder / "walk.csv"


def test_photographs_in_two_lights_become_a_table(small: Any, walk: Path, tmp_path: Path) -> None:
    """Built, described, drawn, verified and evaluated."""
    data = tmp_path / "data"
    built = run("data", "build", "folder", small.photographs, "--out", data, "--extra-test", f"hz-w={walk}")
    assert built.exit_code == 0, built.output
    assert "hz-w conditions: bright 2, dim 2" in run("data", "info", data).output
    assert run("data", "verify", data).exit_code == 0
    sheet = tmp_path / "sheet.png"
    assert run("data", "show", data, "--split", "hz-w", "--out", sheet).exit_code == 0
    assert sheet.is_file()
    options = ("--data", data, "--limit", 4, "--no-latency", "--threads", 1)
    scored = run("evaluate", small.checkpoint, *options, "--out", tmp_path / "r.json")
    assert scored.exit_code == 0, scored.output
    assert "hz-w (clean)" in scored.output
    document = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [part["condition"] for part in document["extra_tests"]["hz-w"]["by_condition"]] == [
        "bright",
        "dim",
    ]
    bare = run("score", tmp_path / "r.npz")
    assert bare.exit_code == 2
    assert "--data FOLDER" in bare.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--extra-test", "hz-w", "--no-extra-tests"), "either --extra-test or --no-extra-tests"),
        (("--extra-test", "train"), "not an additional test set"),
        (("--extra-test", "x", "--corruptions", "validation", "--split", "val"), "goes with the test split"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(small: Any, options: tuple[str, ...], said: str) -> None:
    """In one line, before any work."""
    result = run("evaluate", small.checkpoint, "--data", small.data, *options)
    assert result.exit_code == 2
    assert said in result.output


def test_an_additional_test_set_that_is_not_there_is_a_data_error(small: Any) -> None:
    """Exit code 5, and the splits that there are."""
    result = run("evaluate", small.checkpoint, "--data", small.data, "--extra-test", "hz-w")
    assert result.exit_code == 5
    assert "has no split 'hz-w'" in result.output


def test_a_build_with_a_malformed_set_is_a_usage_error(small: Any, tmp_path: Path) -> None:
    """Nothing is built."""
    result = run(
        "data", "build", "folder", small.photographs, "--out", tmp_path / "d", "--extra-test", "nowhere"
    )
    assert result.exit_code == 2
    assert "expected NAME=FOLDER" in result.output
    assert not (tmp_path / "d").exists()
