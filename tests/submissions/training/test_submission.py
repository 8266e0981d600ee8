"""Submission folders: found by name, read, and refused in one line where they are damaged."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import torch

from hzbench.benchmark.errors import CheckpointError, UsageError
from hzbench.submissions.training.submission import (
    STUDENTS,
    load_weights,
    narrow,
    read_submission,
    submission_folder,
    submission_names,
    toml_text,
    widen,
    write_submission,
)

TABLES = {"model": {"name": "net", "weights": "weights.safetensors"}}


def write(folder: Path) -> None:
    """Write a submission with one weight and one counter."""
    weights = {"w": torch.tensor([1.0, 1e-9]), "n": torch.tensor(3)}
    write_submission(folder, TABLES, narrow(weights, "float16"), card="# net\n", curve=b"png", log="")


def test_weights_come_back_as_float32_and_counters_as_they_were(tmp_path: Path) -> None:
    """What float16 cannot hold is lost, and nothing else."""
    write(tmp_path)
    weights = load_weights(tmp_path)
    assert torch.equal(weights["w"], torch.tensor([1.0, 0.0]))
    assert torch.equal(weights["n"], torch.tensor(3))
    assert widen({"h": torch.ones(1, dtype=torch.float16)})["h"].dtype is torch.float32


def test_damaged_weights_and_description_are_one_line(tmp_path: Path) -> None:
    """Each names its file."""
    write(tmp_path)
    (tmp_path / "weights.safetensors").write_bytes(b"short")
    with pytest.raises(CheckpointError, match=r"weights\.safetensors: the weights are missing or damaged"):
        load_weights(tmp_path)
    (tmp_path / "submission.toml").write_text("[model")
    with pytest.raises(UsageError, match=r"submission\.toml: cannot be read as TOML"):
        read_submission(tmp_path)


def test_submission_is_found_by_name_or_by_folder(tmp_path: Path) -> None:
    """Shipped names come first; a folder is anything with a submission.toml."""
    write(tmp_path / "mine")
    assert submission_folder(tmp_path / "mine") == tmp_path / "mine"
    for name in submission_names():
        assert submission_folder(name) == STUDENTS / name


@pytest.mark.parametrize("name", submission_names())
def test_shipped_student_is_complete_and_small(name: str) -> None:
    """Description, float16 weights, card, curve and log lie in its folder, and fit a repository."""
    folder = submission_folder(name)
    assert read_submission(folder)["model"]["name"] == name
    files = ("submission.toml", "weights.safetensors", "README.md", "curve.png", "log.jsonl")
    assert all((folder / file).stat().st_size > 0 for file in files)
    assert (folder / "weights.safetensors").stat().st_size < 15e6


def test_toml_text_reads_back() -> None:
    """Quotes, newlines and unusual letters survive."""
    tables = {"a": {"text": 'a "b"\n\\ é', "list": [1.5, 2], "yes": True}, "b": {"empty": []}}
    assert tomllib.loads(toml_text(tables)) == tables
