"""The invented results of tests/benchmark, for the tests of boards and tables."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from hzbench.benchmark.results.schema import Result
from hzbench.leaderboards.entry import Entry


def _invented() -> ModuleType:
    file = Path(__file__).resolve().parents[1] / "benchmark" / "conftest.py"
    specification = importlib.util.spec_from_file_location("invented_results", file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def result() -> Result:
    """A result with a reference."""
    invented = _invented()
    scored: Result = invented.invent_result(invented.invent_predictions(24), invented.invent_reference(24))
    return scored


@pytest.fixture(scope="session")
def result_without_reference() -> Result:
    """The result of another model, with nothing to divide by."""
    invented = _invented()
    scored: Result = invented.invent_result(invented.invent_predictions(24, seed=5), None)
    return scored


@pytest.fixture(scope="session")
def entry(result: Result) -> Entry:
    """The result, submitted."""
    submission = {"name": "invented-baseline", "method": "Baseline", "authors": ["A. Nonymous"]}
    submitted: Entry = Entry.model_validate(result.document() | {"submission": submission})
    return submitted
