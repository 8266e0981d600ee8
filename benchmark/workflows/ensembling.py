"""An ensemble: several submissions whose class probabilities are averaged (mean softmax).

Each member runs as it would alone, in workers of its own and over the same batches, so that its finished
cells are shared with runs of it alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints.session import ModelDescription
from hzbench.benchmark.checkpoints.submission import locate
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import CheckpointError
from hzbench.benchmark.results.schema import MemberInfo, ModelInfo
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.integrity import Flag
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.workflows.answering import Answers
from hzbench.benchmark.workflows.models import Candidate, find_model, shipped_submissions

FORMAT = "ensemble (mean softmax)"
PLUS = "+"
"""Joins members on the command line."""

SUMMED = ("params", "macs", "macs_fvcore")
Shares = npt.NDArray[np.float32]


class Ensemble(NamedTuple):
    """Members whose probabilities are averaged.

    Attributes:
        name: what tables call it.
        members: at least two.
    """

    name: str
    members: tuple[Candidate, ...]


def find_ensemble(model: str, *, allow_programs: bool = False) -> Ensemble | None:
    """Return the ensemble that a MODEL stands for, None where it stands for one model.

    Args:
        model: a folder whose `submission.toml` has an [ensemble], or members joined by `+`; what exists under
            the whole name wins.
        allow_programs: take members that are programs, too.

    Raises:
        CheckpointError: a member is missing, is refused, or is an ensemble itself.
    """
    path = Path(model).expanduser()
    if path.exists() or model in shipped_submissions():
        folder = path if path.exists() else shipped_submissions()[model]
        submission = locate(folder).submission
        if submission is None or submission.ensemble is None:
            return None
        folder = folder if folder.is_dir() else folder.parent
        names = [
            str(folder / member) if (folder / member).exists() else member
            for member in submission.ensemble.members
        ]
        name = submission.model.name
    elif PLUS in model:
        names = [part.strip() for part in model.split(PLUS)]
        name = ""
    else:
        return None
    if "" in names:
        raise CheckpointError(f"{model}: a member is missing. Join members so: first.pt{PLUS}second.onnx")
    members = tuple(find_model(one, allow_programs=allow_programs) for one in names)
    return Ensemble(name or PLUS.join(member.name for member in members), members)


def answer_ensemble(
    ensemble: Ensemble,
    answer: Callable[[Candidate, Progress | None], Answers],
    describe: Callable[[Candidate, ModelDescription], ModelInfo],
    progress: Progress | None = None,
) -> tuple[Answers, ModelInfo]:
    """Run one member after the other and average what they answer.

    Args:
        ensemble: the members.
        answer: runs one of them; its latency need not be measured.
        describe: describes one of them.
        progress: called with the member's place before what is done.

    Returns:
        what the ensemble answers, and its description.
    """
    count = len(ensemble.members)
    parts = [
        answer(member, _placed(progress, f"{place} of {count}, "))
        for place, member in enumerate(ensemble.members, start=1)
    ]
    names = [member.name for member in ensemble.members]
    description = ModelDescription(
        architecture=f" {PLUS} ".join(part.description.architecture for part in parts),
        format=FORMAT,
        params=sum(part.description.params for part in parts),
        dtype=_common([part.description.dtype for part in parts]) or "mixed",
        input_size=_common([part.description.input_size for part in parts]) or 0,
        sandbox=_common([part.description.sandbox for part in parts]) or "mixed",
        notes=tuple(
            f"{name}: {note}"
            for name, part in zip(names, parts, strict=True)
            for note in (*part.description.notes, *(part.seen.notes if part.seen else ()))
        ),
    )
    flags = [
        Flag(flag.name, f"{name}: {flag.message}")
        for name, part in zip(names, parts, strict=True)
        for flag in part.flags
    ]
    members = [
        MemberInfo(**describe(member, part.description).model_dump(exclude={"members"}))
        for member, part in zip(ensemble.members, parts, strict=True)
    ]
    predictions = average([part.predictions for part in parts])
    answers = Answers(predictions, description, _costs(names, parts), flags, None)
    return answers, _describe(ensemble, description.architecture, members)


def average(predictions: Sequence[Predictions]) -> Predictions:
    """Return the mean of class probabilities; a picture that one member fails on stays failed."""
    first = predictions[0]
    validation = [one.validation_probabilities for one in predictions]
    of_validation = [one for one in validation if one is not None]
    extra = zip(*(one.extra_tests for one in predictions), strict=True)
    return replace(
        first,
        probabilities=_mean([one.probabilities for one in predictions]),
        validation_probabilities=_mean(of_validation) if len(of_validation) == len(validation) else None,
        validation_labels=first.validation_labels if len(of_validation) == len(validation) else None,
        extra_tests=tuple(_average_extra(sets) for sets in extra),
    )


def _describe(ensemble: Ensemble, architecture: str, members: Sequence[MemberInfo]) -> ModelInfo:
    """Describe the ensemble and its members; a value is null where the members differ in it."""
    digests = "\n".join(member.sha256 or "" for member in members)
    return ModelInfo(
        name=ensemble.name,
        architecture=architecture,
        format=FORMAT,
        sha256=hashlib.sha256(digests.encode("ascii")).hexdigest(),
        bytes=sum(member.bytes or 0 for member in members),
        input_size=_common([member.input_size for member in members]),
        mean=_common([member.mean for member in members]),
        std=_common([member.std for member in members]),
        members=tuple(members),
    )


def _mean(shares: Sequence[Shares]) -> Shares:
    """Return the mean in float64, rounded to float32 once."""
    mean: Shares = np.mean(np.stack(shares).astype(np.float64), axis=0).astype(np.float32)
    return mean


def _average_extra(sets: Sequence[ExtraPredictions]) -> ExtraPredictions:
    return replace(sets[0], probabilities=_mean([one.probabilities for one in sets]))


def _costs(names: Sequence[str], parts: Sequence[Answers]) -> dict[str, Any]:
    """Return the sums of what the members cost; a sum is null where a member's number is."""
    costs = [part.efficiency for part in parts]
    if not all(costs):
        return {}
    sums: dict[str, Any] = {}
    for key in SUMMED:
        values = [cost[key] for cost in costs]
        sums[key] = None if None in values else sum(values)
    uncounted = [
        f"{name}: {operation}"
        for name, cost in zip(names, costs, strict=True)
        for operation in cost["macs_uncounted"]
    ]
    return {**sums, "macs_uncounted": uncounted, "threads": costs[0]["threads"]}


def _common(values: Sequence[Any]) -> Any:
    return values[0] if all(value == values[0] for value in values) else None


def _placed(progress: Progress | None, place: str) -> Progress | None:
    if progress is None:
        return None
    return lambda stage, done, total: progress(place + stage, done, total)
