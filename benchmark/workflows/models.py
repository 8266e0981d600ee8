"""What MODEL means on the command line: a file, a folder, or the name of a shipped submission."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.checkpoints.admission import FORMATS, Admitted, admit, check_program, check_sandbox
from hzbench.benchmark.checkpoints.onnx_declaration import read_declaration
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.submission import Submission, locate
from hzbench.benchmark.errors import CheckpointError, UsageError, closest

FLOAT32 = "float32"
DTYPES = {FLOAT32: "fp32", "bfloat16": "bf16"}
"""Number format that a network can be computed in -> what signatures call it."""

WEIGHTS = ("torch-zip", "torch-legacy", "safetensors")
"""Formats that hold weights alone, so that the network can be computed in any number format."""


class Candidate(NamedTuple):
    """A checkpoint that passed the static checks, and what is declared about it.

    Attributes:
        name: what tables call it.
        checkpoint: the admitted file.
        architecture: as given or declared; None where it is to be recognised.
        preprocessing: as declared, or torchvision's ImageNet values.
        submission: its `submission.toml`, if it has one.
        dtype: a key of `DTYPES`; what the network is computed in.
    """

    name: str
    checkpoint: Admitted
    architecture: str | None
    preprocessing: Preprocessing
    submission: Submission | None
    dtype: str = FLOAT32


def computed_in(candidate: Candidate, dtype: str) -> Candidate:
    """Return the model, to be computed in another number format.

    Raises:
        UsageError: an unknown format, or a file that fixes its own.
    """
    if dtype not in DTYPES:
        raise UsageError(f"unknown number format {dtype!r}.{closest(dtype, list(DTYPES))}")
    if dtype != FLOAT32 and candidate.checkpoint.format not in WEIGHTS:
        title = FORMATS[candidate.checkpoint.format].title
        raise UsageError(
            f"{candidate.name}: a file of format {title} fixes the numbers that it computes in, and --dtype "
            f"{dtype} changes those of a state_dict alone. Leave --dtype out, or export the model in {dtype}"
        )
    return candidate._replace(dtype=dtype)


def shipped_submissions() -> dict[str, Path]:
    """Return the submissions that come with hzbench: {name: folder}."""
    folder = Path(str(importlib.resources.files("hzbench.submissions"))) / "students"
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/submission.toml"))}


def find_model(model: str, arch: str | None = None, *, allow_programs: bool = False) -> Candidate:
    """Find a model and check its file by static rules; nothing is deserialised.

    Args:
        model: a checkpoint, a folder with a `submission.toml`, or the name of a shipped submission. A file or
            folder wins over a name.
        arch: architecture in place of the declared one.
        allow_programs: take a file that is a program (TorchScript, .pt2) too, where a sandbox holds it.

    Raises:
        CheckpointError: there is no such model, or its file is refused.
    """
    path = Path(model).expanduser()
    shipped = shipped_submissions()
    if not path.exists() and model in shipped:
        path = shipped[model]
    elif not path.exists() and not path.is_symlink():
        hint = closest(model, list(shipped)) if shipped else ""
        raise CheckpointError(
            f"{model}: neither a checkpoint file nor the name of a shipped submission.{hint}"
        )
    weights, submission = locate(path)
    if submission is not None and submission.ensemble is not None:
        raise CheckpointError(
            f"{model}: an ensemble, where one model was expected. Give one of its members: "
            f"{printable(', '.join(submission.ensemble.members), 200)}"
        )
    checkpoint = admit(weights)
    check_program(checkpoint, allow_programs)
    check_sandbox(checkpoint)
    declaration = read_declaration(weights) if checkpoint.format == "onnx" and submission is None else None
    if declaration is not None:
        architecture = arch or declaration.architecture
        return Candidate(declaration.name, checkpoint, architecture, declaration.preprocessing, None)
    if submission is None:
        # a file name may hold bytes that no document can
        return Candidate(printable(path.stem) or "model", checkpoint, arch, Preprocessing(), None)
    declared = submission.model
    return Candidate(
        declared.name, checkpoint, arch or declared.architecture, declared.preprocessing, submission
    )
