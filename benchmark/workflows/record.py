"""What surrounds a result: versions and machine, time, notes, and where it may be written."""

from __future__ import annotations

import datetime
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from pydantic import JsonValue

from hzbench.benchmark.checkpoints.sandbox.ladder import Sandbox
from hzbench.benchmark.data.catalogue import data_option
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.errors import UsageError
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.runs.machine import processor

VERSIONS = (
    "hzbench",
    "numpy",
    "numba",
    "pillow",
    "scikit-learn",
    "torch",
    "torchvision",
    "timm",
    "onnxruntime",
)


class Evaluation(NamedTuple):
    """A result, where it was written, and sentences that its reader should see."""

    result: Result
    path: Path
    notes: tuple[str, ...]


def notes_on(result: Result, dataset: Dataset) -> tuple[str, ...]:
    """Return a sentence for each number that is missing from a result, with what would supply it."""
    notes = []
    if result.reference is None:
        notes.append(
            f"{dataset.label} has no reference, so CE and mCE are undefined and only unnormalised errors "
            f"are given. Make one with: hzbench reference build --data {data_option(dataset)}"
        )
    if result.operating_point is None:
        notes.append(
            "no usable clean validation pictures, so zoster sensitivity and specificity at an operating "
            "point are undefined"
        )
    return tuple(notes)


def notes_on_sandbox(sandbox: str) -> tuple[str, ...]:
    """Return a sentence where a model ran with less around it than a sandbox that would hold a program.

    Args:
        sandbox: the layers that confined it.
    """
    if Sandbox(tuple(sandbox.split("+"))).holds_programs:
        return ()
    return (
        f"the model ran under limits alone, without a full sandbox ({sandbox}); what to install says: "
        "hzbench doctor",
    )


def environment(**choices: JsonValue) -> dict[str, JsonValue]:
    """Return versions and machine, for the record; nothing here enters a score."""
    versions: dict[str, JsonValue] = {"python": platform.python_version()}
    for name in VERSIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    return {
        **choices,
        "machine": platform.machine(),
        "system": platform.platform(),
        "processor": processor(),
        **versions,
    }


def now() -> str:
    """Return the time of day in UTC, ISO 8601, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def require_writable(path: Path) -> None:
    """Refuse an output file before hours of work, not after them; nothing is written or made.

    Raises:
        UsageError: a folder, a name that does not end in .json, or a place that cannot be written.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give --out the name of a file in it, such as result.json")
    if path.suffix != ".json":
        raise UsageError(f"{path}: the document's name must end in .json; give --out such a name")
    if path.with_suffix(".npz").is_dir():
        raise UsageError(f"{path.with_suffix('.npz')} is a folder, but predictions go there; change --out")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{path}: {folder} is no folder that can be written; give --out another place")
