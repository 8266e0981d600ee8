"""A submission folder: `submission.toml`, the weights, the model card, the learning curve and the log."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from hzbench.benchmark import durable
from hzbench.benchmark.errors import CheckpointError, UsageError, closest

FILES = ("submission.toml", "weights.safetensors", "README.md", "curve.png", "log.jsonl")
"""What a submission's folder holds once it is written."""

STUDENTS = Path(__file__).resolve().parents[1] / "students"


def submission_names() -> list[str]:
    """Return the names of the shipped submissions."""
    return sorted(path.parent.name for path in STUDENTS.glob("*/submission.toml"))


def submission_folder(name_or_folder: str | Path) -> Path:
    """Return the folder of a shipped submission by its name, or the given folder.

    Raises:
        UsageError: neither has a `submission.toml`.
    """
    for folder in (STUDENTS / name_or_folder, Path(name_or_folder)):
        if (folder / "submission.toml").is_file():
            return folder
    raise UsageError(
        f"submission '{name_or_folder}' is neither shipped nor a folder with a submission.toml."
        f"{closest(str(name_or_folder), submission_names())}"
    )


def read_submission(folder: Path) -> dict[str, Any]:
    """Return the tables of a folder's `submission.toml`.

    Raises:
        UsageError: the file cannot be read.
    """
    path = folder / "submission.toml"
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as TOML: {error}.") from error


def load_weights(folder: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a submission of our own as float32, on the CPU.

    Raises:
        CheckpointError: they are missing or damaged.
    """
    path = folder / str(read_submission(folder)["model"]["weights"])
    try:
        return widen(safetensors.torch.load_file(path))
    except (OSError, safetensors.SafetensorError) as error:
        raise CheckpointError(
            f"{path}: the weights are missing or damaged ({error}). Train them again with: hzbench train"
        ) from error


def narrow(weights: Mapping[str, torch.Tensor], dtype: str) -> dict[str, torch.Tensor]:
    """Return the weights with their floating-point tensors as `dtype`, "float16" or "float32"."""
    target = torch.float16 if dtype == "float16" else torch.float32
    return {
        name: tensor.to(target) if tensor.is_floating_point() else tensor for name, tensor in weights.items()
    }


def widen(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the weights with their floating-point tensors as float32, in which they are used."""
    return narrow(weights, "float32")


def write_submission(
    folder: Path,
    tables: Mapping[str, Mapping[str, Any]],
    weights: Mapping[str, torch.Tensor],
    *,
    card: str,
    curve: bytes,
    log: str,
) -> None:
    """Write a submission; `submission.toml` comes last, so that a folder with one is complete.

    Args:
        folder: made where it is missing.
        tables: of `submission.toml`.
        weights: as they are stored.
        card: Markdown text.
        curve: PNG.
        log: JSON lines.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    durable.write_bytes(folder / "weights.safetensors", safetensors.torch.save(dict(weights)))
    durable.write_bytes(folder / "curve.png", curve)
    durable.write_text(folder / "log.jsonl", log)
    durable.write_text(folder / "README.md", card)
    durable.write_text(folder / "submission.toml", toml_text(tables))


def toml_text(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Return tables of strings, numbers, booleans and lists of them as TOML.

    >>> print(toml_text({"model": {"name": "net", "mean": (0.5, 0.5)}}), end="")
    [model]
    name = "net"
    mean = [0.5, 0.5]
    """
    blocks = []
    for name, table in tables.items():
        lines = [f"{key} = {_toml_value(value)}" for key, value in table.items()]
        blocks.append("\n".join([f"[{name}]", *lines]) + "\n")
    return "\n".join(blocks)


def _toml_value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # JSON's strings, numbers and booleans are TOML's
