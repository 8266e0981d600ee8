"""What of a machine names a cell."""

from __future__ import annotations

import importlib.util
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hzbench.benchmark.runs import machine


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for all packages of hzbench that are looked at."""
    (tmp_path / "kernel.py").write_text("1")
    found = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: found)
    return tmp_path


@pytest.mark.parametrize("change", [("kernel.py", "2"), ("new.py", "1"), ("tables/frost.npy", "1")])
def test_every_file_between_picture_and_logit_counts(package: Path, change: tuple[str, str]) -> None:
    """A changed, a new one, a table."""
    compute = machine.code_digest.__wrapped__
    before = compute()
    name, text = change
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text(text)
    assert compute() != before


def test_compiled_files_do_not_count(package: Path) -> None:
    """They come and go."""
    compute = machine.code_digest.__wrapped__
    before = compute()
    (package / "kernel.cpython-311.pyc").write_bytes(b"1")
    assert compute() == before


@pytest.mark.parametrize("name", machine.VERSIONS)
def test_versions_count(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Of what computes logits."""
    before = machine.machine_facts("cpu")
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda asked: "0.0.1" if asked == name else real(asked))
    assert {key for key, value in machine.machine_facts("cpu").items() if value != before[key]} == {name}


def test_the_processor_and_its_instructions_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hides AVX-512 computes other last bits under the same name."""

    def facts(text: str) -> dict[str, Any]:
        (tmp_path / "cpuinfo").write_text(text)
        monkeypatch.setattr(machine, "CPUINFO", tmp_path / "cpuinfo")
        return dict(machine.machine_facts("cpu"))

    first = facts("model name\t: A CPU\nflags\t: sse avx512f\n")
    second = facts("model name\t: A CPU\nflags\t: sse\n")
    third = facts("model name\t: B CPU\nflags\t: sse\n")
    assert first["processor"] == second["processor"] == "A CPU"
    assert first["instructions"] != second["instructions"]
    assert (second["instructions"], third["processor"]) == (third["instructions"], "B CPU")
