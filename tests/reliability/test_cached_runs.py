"""What an earlier run finished is found: a second evaluation starts no worker."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from workplace import Workplace, comparable

from hzbench.benchmark.checkpoints import session
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.runs import cell_cache
from hzbench.benchmark.workflows import workers
from hzbench.benchmark.workflows.evaluation import evaluate_model
from hzbench.benchmark.workflows.tuning import evaluate_for_tuning

OPTIONS: dict[str, Any] = {"threads": 1, "latency": False, "limit": 4}


@pytest.fixture(autouse=True)
def cells(place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the quick worker, and start with an empty cache; its folder of cells."""
    monkeypatch.setattr(session, "WORKER", place.worker)
    monkeypatch.setenv("PYTHONPATH", str(place.folder))
    monkeypatch.setattr(cell_cache, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "cells"


@pytest.fixture
def no_worker() -> Iterator[None]:
    """Let every start of a worker fail."""
    with mock.patch.object(workers, "ModelSession", side_effect=AssertionError("a worker was started")):
        yield


def test_evaluating_twice_runs_the_model_once(
    place: Workplace, tmp_path: Path, cells: Path, request: pytest.FixtureRequest
) -> None:
    """Cells, flags, cost and description are all found, and a damaged one is computed again."""
    first, second, third = (tmp_path / f"{name}.json" for name in ("first", "second", "third"))
    model, options = str(place.checkpoint), OPTIONS | {"data": str(place.data)}
    evaluate_model(model, out=first, **options)
    files = list(cells.glob("??/*"))
    files[0].write_bytes(files[0].read_bytes()[:-5])
    mended = evaluate_model(model, out=second, **options).notes
    assert comparable(first) == comparable(second)
    assert f"{len(files) - 1} of {len(files)} parts are from the cache" in "".join(mended)
    request.getfixturevalue("no_worker")
    found = evaluate_model(model, out=third, **options).notes
    assert comparable(first) == comparable(third)
    assert [note for note in found if re.match(r"(\d+) of \1 parts are from the cache", note)]
    with pytest.raises(AssertionError, match="a worker was started"):
        evaluate_model(model, out=third, cache=False, **options)


def test_tuning_takes_cells_from_the_cache(
    place: Workplace, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It has no run folder, and needs none."""
    options: dict[str, Any] = {"data": str(place.data), "threads": 1}
    first = evaluate_for_tuning(str(place.checkpoint), **options)
    request.getfixturevalue("no_worker")
    assert evaluate_for_tuning(str(place.checkpoint), **options) == first
    with pytest.raises(AssertionError, match="a worker was started"):
        evaluate_for_tuning(str(place.checkpoint), cache=False, **options)


def test_a_run_goes_on_after_its_data_were_mended(place: Workplace, tmp_path: Path) -> None:
    """A damaged picture ends the run; the same picture put back, `--resume` completes it."""
    data, out = tmp_path / "data", tmp_path / "x.json"
    shutil.copytree(place.data, data)
    path = data / resolve_dataset(data).split("test").paths[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    model, options = str(place.checkpoint), OPTIONS | {"data": str(data), "out": out, "cache": False}
    with pytest.raises(DataError, match=path.name) as raised:
        evaluate_model(model, **options)
    assert "add --resume to the command" in raised.value.__notes__[0]
    path.write_bytes(whole)
    with pytest.raises(UsageError, match=r"something else \(draw is 0 there, 3 here\)"):
        evaluate_model(model, resume=True, draw=3, **options)
    notes = evaluate_model(model, resume=True, **options).notes
    assert any(note.endswith("from the interrupted run") for note in notes)
    assert not Path(f"{out}.run").exists()
