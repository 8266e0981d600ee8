"""What an interrupted training run continues from: one file, replaced durably after every epoch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from hzbench.benchmark import durable
from hzbench.benchmark.errors import HzbenchError, UsageError

SCHEMA = 1


def save_state(path: Path, state: dict[str, Any]) -> None:
    """Replace the state file.

    Args:
        path: the file; the former one stays whole when writing fails.
        state: tensors, numbers, strings, lists and dicts.

    Raises:
        HzbenchError: the disk is full or the folder cannot be written.
    """
    try:
        with durable.replacing(path) as stream:
            torch.save({"schema": SCHEMA, **state}, stream)
    except (OSError, RuntimeError) as error:  # torch reports a failed write as a RuntimeError
        raise write_failure(path, error) from error


def write_failure(path: Path, error: Exception) -> HzbenchError:
    """Return the error for a file of the run that could not be written."""
    cause = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return HzbenchError(
        f"{path}: cannot be written ({cause}). The last complete epoch is kept: make room and run the same "
        "command again to continue from there."
    )


def load_state(path: Path, fingerprint: str, device: torch.device) -> dict[str, Any] | None:
    """Return the state to continue from, or None where there is none.

    Args:
        path: the file.
        fingerprint: of the recipe, the seed and the data that are to be trained with now.
        device: where its tensors are put.

    Raises:
        UsageError: the state belongs to another run, or is damaged.
    """
    if not path.is_file():
        return None
    advice = f"Choose another output folder, or delete {path.parent} to start afresh."
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:  # a damaged file fails in many ways
        raise UsageError(f"{path}: the state of the interrupted run is damaged. {advice}") from error
    if state.get("schema") != SCHEMA or state.get("fingerprint") != fingerprint:
        raise UsageError(f"{path}: belongs to a run with another recipe, seed or data. {advice}")
    return state
