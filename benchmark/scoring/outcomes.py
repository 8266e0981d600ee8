"""What happened to each picture, as arrays of small whole numbers with one row a picture.

Every headline number is a function of weighted sums over these rows (see `headline`), with weight one for
the number itself and other weights for a resample or a derivative. Sums of small whole numbers are exact
in float32 up to 16 million, so no thread count or summation order can move a digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.metrics import CellPredictions
from hzbench.benchmark.scoring.operating_point import OperatingPoint, choose_operating_point, focus_scores
from hzbench.benchmark.scoring.predictions import NO_ANSWER, Predictions
from hzbench.benchmark.scoring.reference import Reference

Counts = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Per-picture outcomes of n pictures.

    Attributes:
        classes: number of classes C.
        focus: class number of the focus class.
        labels: shape (n,).
        clusters: pictures that are drawn together, numbered from 0, shape (n,); all of one class.
        wrong: 1 where the answer is wrong, shape (n, 76).
        reference_wrong: how many of the reference's seeds are wrong, shape (n, 76), or None.
        reference_seeds: k, by which `reference_wrong` is divided; 1 without a reference.
        clean_answers: answered class on the clean pictures, shape (n,), C for no answer.
        clean_scores: probabilities that rank the clean pictures, shape (n, C).
        called: in how many of the 75 cells the operating point calls the focus class, shape (n,), or None.
    """

    classes: int
    focus: int
    labels: npt.NDArray[np.int64]
    clusters: npt.NDArray[np.int64]
    wrong: Counts
    reference_wrong: Counts | None
    reference_seeds: int
    clean_answers: npt.NDArray[np.int64]
    clean_scores: npt.NDArray[np.float64]
    called: Counts | None

    @classmethod
    def of(
        cls, predictions: Predictions, reference: Reference | None, point: OperatingPoint | None
    ) -> Outcomes:
        """Collect the outcomes of predictions, beside those of the reference on the same pictures.

        Raises:
            ValueError: the reference lacks pictures or labels them otherwise.
        """
        answers, labels = predictions.answers, predictions.labels
        clean = CellPredictions(labels, predictions.probabilities[0], predictions.focus)
        called = None
        if point is not None:
            scores = focus_scores(predictions.probabilities[1:], labels, predictions.focus)
            called = (scores >= point.threshold).sum(axis=0).astype(np.float32)
        return cls(
            classes=len(predictions.classes),
            focus=predictions.focus,
            labels=labels,
            clusters=clusters_of(labels, predictions.groups),
            wrong=(answers != labels).T.astype(np.float32),
            reference_wrong=None if reference is None else _reference_wrong(reference, predictions),
            reference_seeds=1 if reference is None else len(reference.seeds),
            clean_answers=np.where(answers[0] == NO_ANSWER, len(predictions.classes), answers[0]),
            clean_scores=np.stack([clean.scores(c) for c in range(len(predictions.classes))], axis=1),
            called=called,
        )

    def __len__(self) -> int:
        """Return the number of pictures n."""
        return int(self.labels.size)

    @property
    def clustered(self) -> bool:
        """Whether any two pictures are drawn together."""
        return int(self.clusters.max()) + 1 < len(self)


def operating_point_of(predictions: Predictions) -> OperatingPoint | None:
    """Return the operating point fixed on the clean validation pictures, or None without probabilities."""
    labels, probabilities = predictions.validation_labels, predictions.validation_probabilities
    if labels is None or probabilities is None or predictions.answers_only:
        return None
    scores = focus_scores(probabilities, labels, predictions.focus)
    return choose_operating_point(scores, labels == predictions.focus)


def clusters_of(labels: npt.NDArray[np.int64], groups: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Number the pictures' clusters: one for each pair of class and group; without a group, one a picture.

    Returns:
        Shape (n,), numbered from 0 in the order of first appearance.
    """
    numbers: dict[tuple[int, str | int], int] = {}
    keys = ((int(label), group or row) for row, (label, group) in enumerate(zip(labels, groups, strict=True)))
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _reference_wrong(reference: Reference, predictions: Predictions) -> Counts:
    part = reference.cut(predictions.digests)
    differing = int((part.labels != predictions.labels).sum())
    if differing:
        raise ValueError(f"the reference labels {differing} of {len(predictions)} pictures otherwise")
    return reference.wrong_counts(predictions.digests).astype(np.float32)
