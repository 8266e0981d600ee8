"""A slice of the hostile set meets its verdicts, runs nothing, and is live; `tox -e hostile` runs it all."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import forked
import hostile_originals
import hostile_pickles
import hostile_tensors
import pytest
import set_run
from hostile_case import ANY_REFUSAL, HARMLESS, Case
from hostile_set import cases

from hzbench.benchmark.checkpoints.admission import admit

EACH = 5
"""One case in so many is in the slice."""

COSTLY_BYTES = 400_000
"""Larger files are left to the whole run."""


@pytest.fixture(scope="module")
def markers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a payload would make its marker."""
    return tmp_path_factory.mktemp("markers")


@pytest.fixture(scope="module")
def whole_set(markers: Path) -> list[Case]:
    """Every case."""
    return list(cases(markers))


def slice_of(whole_set: list[Case]) -> list[Case]:
    """Return every fifth case, and of each rule and format the two smallest files."""
    chosen = whole_set[::EACH]
    by_rule: dict[tuple[str, str], list[Case]] = {}
    for case in sorted(whole_set, key=lambda case: len(case.data)):
        by_rule.setdefault((case.format, case.verdict), []).append(case)
    chosen += [case for group in by_rule.values() for case in group[:2]]
    return [case for case in dict.fromkeys(chosen) if len(case.data) <= COSTLY_BYTES]


def test_there_are_at_least_300_files_in_all_formats(whole_set: list[Case]) -> None:
    """Names are unique, and no format has fewer than 20."""
    assert len(whole_set) >= 300
    assert len({case.name for case in whole_set}) == len(whole_set)
    formats = [case.format for case in whole_set]
    assert all(formats.count(form) >= 20 for form in set(formats))
    assert set(formats) == {"state_dict", "legacy", "safetensors", "onnx", "torchscript", "pt2", "other"}


def test_the_set_is_the_same_on_every_call(markers: Path) -> None:
    """It depends on the markers' folder and the seed alone; shown of the parts that draw lots."""
    for part in (hostile_pickles, hostile_tensors):
        first, second = ([case.data for case in part.cases(markers, random.Random(1))] for _ in range(2))
        assert first == second


def test_each_file_of_the_slice_meets_its_verdict_and_runs_nothing(
    whole_set: list[Case], markers: Path, tmp_path: Path
) -> None:
    """The rule's name, or admitted but harmless; in this process, which goes on."""
    wrong = []
    for case in slice_of(whole_set):
        verdict = set_run.verdict_of(case.write(tmp_path))
        right = verdict == case.verdict or (case.verdict == ANY_REFUSAL and verdict != HARMLESS)
        if not right:
            wrong.append(f"{case.name}: {verdict}, wanted {case.verdict}")
    assert not wrong
    assert list(markers.iterdir()) == []


def test_the_honest_files_are_admitted(tmp_path: Path) -> None:
    """The files that the set is made from, in each format."""
    for name, (form, data) in hostile_originals.honest().items():
        path = tmp_path / name
        path.write_bytes(data)
        assert admit(path).format == form


@pytest.mark.parametrize("name", ["pickle-zip-exec", "pickle-legacy-system", "plain-2"])
def test_the_set_is_live(name: str, whole_set: list[Case], markers: Path, tmp_path: Path) -> None:
    """The usual way of loading executes these payloads."""
    case = next(case for case in whole_set if case.name == name)
    assert set_run.run_plain(case, markers, tmp_path, trusting=True) == "executed"
    assert list(markers.iterdir()) == []


def test_a_childs_crash_and_hang_are_only_observed(tmp_path: Path) -> None:
    """The harness itself tells the four ends of a call apart."""

    def fail() -> str:
        raise ValueError("no")

    def crash() -> str:
        os.kill(os.getpid(), signal.SIGSEGV)
        return ""

    def hang() -> str:
        time.sleep(100)
        return ""

    assert forked.run(lambda: "yes", tmp_path).detail == "yes"
    assert forked.run(fail, tmp_path).detail == "ValueError: no"
    assert forked.run(crash, tmp_path).detail == "SIGSEGV"
    assert forked.run(hang, tmp_path, seconds=0.3).status == "hung"
