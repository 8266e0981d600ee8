"""`hzbench plan`: what differences a dataset can show, and how many pictures a wanted one needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hzbench.benchmark.data.catalogue import data_option
from hzbench.benchmark.data.dataset import Split
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import NotComparableError, UsageError
from hzbench.benchmark.results.documents import predictions_path, read_predictions
from hzbench.benchmark.scoring.influence import Influence, influence
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.planning import Detectable, detectable
from hzbench.benchmark.scoring.predictions import NO_ANSWER, Predictions
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.inputs import find_reference, open_for_scoring


class Plan(NamedTuple):
    """What a dataset can show.

    Attributes:
        data: label of the dataset.
        pictures: of its test split.
        clusters: independent units among them.
        models: what the spread was taken from, for the reader.
        numbers: {number: what is detectable of it}; None where it is undefined.
    """

    data: str
    pictures: int
    clusters: int
    models: str
    numbers: dict[str, Detectable | None]


def plan_comparisons(
    data: str,
    *,
    results: Sequence[Path] = (),
    reference: Path | None = None,
    wanted: float | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return what the test split of a dataset can show.

    Args:
        data: name or folder of the dataset.
        results: of models like those that will be compared; none takes the reference's seeds in their place.
        reference: what errors are divided by; None takes the dataset's own.
        wanted: a difference to be found, a fraction.
        progress: called while pictures are rendered.

    Raises:
        NotComparableError: a result of other pictures, or a dataset without reference and results.
        DataError: a damaged file.
    """
    dataset = open_for_scoring(data, progress)
    test = dataset.split("test")
    base = find_reference(dataset, reference)
    if base is None:
        raise NotComparableError(
            f"{dataset.label} has no reference, so nothing is known of the spread of errors on it. Make one "
            f"with: hzbench reference build --data {data_option(dataset)}"
        )
    if results:
        models = [_of_result(path, base) for path in results]
        source = f"{len(results)} results" if len(results) > 1 else "1 result"
    else:
        models = _of_seeds(base, test, dataset.focus_class)
        source = f"{len(models)} seeds of {base.name}" if len(models) > 1 else f"one {base.name}"
    counts = {len(model.strata) for model in models}
    if len(counts) > 1:
        raise UsageError("the results are of different pictures; plan from results of one test split")
    return Plan(
        data=dataset.label,
        pictures=len(test),
        clusters=counts.pop(),
        models=source,
        numbers=detectable(models, len(test), wanted),
    )


def _of_result(path: Path, reference: Reference) -> Influence:
    stored = read_predictions(predictions_path(path))
    try:
        predictions = stored.predictions
        return influence(Outcomes.of(predictions, reference, operating_point_of(predictions)))
    except ValueError as cause:
        raise NotComparableError(f"{path}: {cause}") from cause


def _of_seeds(reference: Reference, test: Split, focus: str) -> list[Influence]:
    """Return each seed of the reference as a model, divided by the others; a single one has no mCE.

    A reference keeps answers alone, so there is no operating point.
    """
    part = reference.cut(test.digests)
    classes = len(reference.classes)
    models = []
    for seed in range(len(reference.seeds)):
        answers = part.answers[seed].astype(np.int64)
        probabilities = np.zeros((*answers.shape, classes), dtype=np.float32)
        answered = answers != NO_ANSWER
        probabilities[answered, answers[answered]] = 1.0
        predictions = Predictions(
            classes=reference.classes,
            focus_class=focus,
            digests=tuple(test.digests),
            labels=part.labels,
            groups=tuple(test.groups),
            skin_types=tuple(test.skin_types),
            probabilities=probabilities,
            answers_only=True,
        )
        others = _without(reference, seed) if len(reference.seeds) > 1 else None
        models.append(influence(Outcomes.of(predictions, others, None)))
    return models


def _without(reference: Reference, seed: int) -> Reference:
    """Return the reference of the other seeds: no model is divided by itself."""
    kept = [place for place in range(len(reference.seeds)) if place != seed]
    return replace(
        reference,
        seeds=tuple(reference.seeds[place] for place in kept),
        answers=reference.answers[kept],
    )
