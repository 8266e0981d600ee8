"""`hzbench compare`: two models on the pictures both have, with what their difference can and cannot show."""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import NotComparableError, UsageError
from hzbench.benchmark.results.documents import (
    StoredPredictions,
    predictions_path,
    read_predictions,
    read_reference,
)
from hzbench.benchmark.scoring.comparison import Difference, differences
from hzbench.benchmark.scoring.influence import Influence, influence
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.evaluation import evaluate_model

RESULT_ENDINGS = (".json", ".npz")


class Comparison(NamedTuple):
    """Two models and how they differ.

    Attributes:
        names: of the first and the second model.
        pictures: how many both were evaluated on.
        left_out: how many pictures only the first, and only the second, was evaluated on.
        clusters: independent units among the pictures; persons where groups are known.
        reference: title of the reference that errors are divided by, or None.
        values: {number: (of the first, of the second)}, fractions; NaN where undefined.
        differences: {number: first less second}; None where it is undefined.
        notes: sentences that its reader should see.
    """

    names: tuple[str, str]
    pictures: int
    left_out: tuple[int, int]
    clusters: int
    reference: str | None
    values: dict[str, tuple[float, float]]
    differences: dict[str, Difference | None]
    notes: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return everything as JSON can hold it: null where a number is undefined."""
        return {
            "models": list(self.names),
            "pictures": self.pictures,
            "left_out": list(self.left_out),
            "clusters": self.clusters,
            "reference": self.reference,
            "differences": {
                name: None
                if found is None
                else {"first": self.values[name][0], "second": self.values[name][1], **found._asdict()}
                for name, found in self.differences.items()
            },
            "notes": list(self.notes),
        }


def compare_models(
    first: str,
    second: str,
    *,
    data: str = "sdhz-synth",
    reference: Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two models on the pictures that both were evaluated on.

    Args:
        first: a result document (.json, with its .npz beside it), predictions (.npz), or a model as
            `evaluate` takes it.
        second: likewise.
        data: dataset that models are evaluated on; results know theirs.
        reference: what errors are divided by; None takes the one that ships with the results' dataset, or
            lies in the folder `data`.
        threads: cores to use for models.
        progress: called while models are evaluated.

    Raises:
        DataError: a result without its predictions, or damaged ones.
        NotComparableError: other classes, labels, specification or draw, or no picture in common.
        CheckpointError: a model was refused or failed.
    """
    one, other = (
        _predictions(model, data=data, reference=reference, threads=threads, progress=progress)
        for model in (first, second)
    )
    base = _reference(one, reference, data)
    return compare_predictions(one, other, base)


def compare_predictions(
    first: StoredPredictions, second: StoredPredictions, reference: Reference | None
) -> Comparison:
    """Compare stored predictions; see `compare_models`."""
    one, other, left_out = paired(first.predictions, second.predictions)
    influences = [_influence(part, reference) for part in (one, other)]
    names = (first.note.model.name, second.note.model.name)
    notes = []
    if reference is None:
        notes.append(
            "no reference, so no mCE: differences are of plain errors. Give one with --reference FILE"
        )
    if any(left_out):
        notes.append(
            f"{left_out[0]} pictures that only {names[0]} and {left_out[1]} that only {names[1]} was "
            "evaluated on are left out"
        )
    found = differences(*influences)
    return Comparison(
        names=names,
        pictures=len(one),
        left_out=left_out,
        clusters=len(influences[0].strata),
        reference=None if reference is None else reference.title,
        values={name: (influences[0].values[name], influences[1].values[name]) for name in found},
        differences=found,
        notes=tuple(notes),
    )


def paired(first: Predictions, second: Predictions) -> tuple[Predictions, Predictions, tuple[int, int]]:
    """Cut two sets of predictions to the pictures that both hold, in the first one's order.

    Returns:
        The two, and how many pictures of each are left out.

    Raises:
        NotComparableError: they cannot be paired; says why.
    """
    for what, mine, theirs in (
        ("specification of the corruptions", first.specification, second.specification),
        ("draw of the corruptions", first.draw, second.draw),
        ("classes", first.classes, second.classes),
        ("focus class", first.focus_class, second.focus_class),
    ):
        if mine != theirs:
            raise NotComparableError(f"the two are of another {what}: {mine} and {theirs}")
    places = {digest: place for place, digest in enumerate(second.digests)}
    common = [place for place, digest in enumerate(first.digests) if digest in places]
    if not common:
        raise NotComparableError(
            "the two have no picture in common: they were evaluated on other datasets or versions of one"
        )
    one, other = _cut(first, common), _cut(second, [places[first.digests[place]] for place in common])
    if not np.array_equal(one.labels, other.labels):
        differing = int((one.labels != other.labels).sum())
        raise NotComparableError(f"{differing} of {len(common)} common pictures are labelled otherwise")
    return one, other, (len(first) - len(common), len(second) - len(common))


def _cut(predictions: Predictions, places: Sequence[int]) -> Predictions:
    return replace(
        predictions,
        digests=tuple(predictions.digests[place] for place in places),
        labels=predictions.labels[list(places)],
        groups=tuple(predictions.groups[place] for place in places),
        skin_types=tuple(predictions.skin_types[place] for place in places),
        probabilities=predictions.probabilities[:, list(places)],
        extra_tests=(),
    )


def _influence(predictions: Predictions, reference: Reference | None) -> Influence:
    try:
        return influence(Outcomes.of(predictions, reference, operating_point_of(predictions)))
    except ValueError as cause:
        raise NotComparableError(
            f"{cause}. Give the reference of this dataset with --reference FILE"
        ) from cause


def _predictions(
    model: str, *, data: str, reference: Path | None, threads: int | None, progress: Progress | None
) -> StoredPredictions:
    """Read what a result holds, or evaluate a model; cells that an earlier run finished are not run again."""
    path = Path(model)
    if path.suffix.lower() in RESULT_ENDINGS:
        return read_predictions(predictions_path(path))
    if not data:
        raise UsageError(f"{model}: name the dataset to evaluate it on with --data")
    evaluation = evaluate_model(
        model, data=data, reference=reference, threads=threads, latency=False, progress=progress
    )
    return read_predictions(predictions_path(evaluation.path))


def _reference(stored: StoredPredictions, given: Path | None, data: str) -> Reference | None:
    """Return the given reference, else the one in the dataset's folder or the one that ships; None without.

    Raises:
        NotComparableError: the given one is of other data.
    """
    info = stored.note.data
    shipped = Path(str(importlib.resources.files("hzbench.leaderboards"))) / "references"
    for path in (given,) if given else (Path(data) / "reference.json", shipped / f"{info.label}.json"):
        if not path.is_file():
            if given:
                raise UsageError(f"{path}: no such reference")
            continue
        reference = read_reference(path)
        try:
            reference.require(
                data=info.label,
                data_digest=info.digest,
                specification=stored.predictions.specification,
                classes=stored.predictions.classes,
            )
        except ValueError as cause:
            if given:
                raise NotComparableError(f"{path}: {cause}") from cause
            continue
        return reference
    return None
