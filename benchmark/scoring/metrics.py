"""The metrics of one cell: what each measures, in which unit, which way is better, and who computes it.

Conventions, the same for all: fractions from 0 to 1; what is undefined (a class without pictures) is None,
never NaN; a picture without an answer (a tie for the maximum, or a value that is not finite) is an error,
and where a metric needs its probabilities it gets the worst that a model could have said.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn import metrics as sklearn_metrics

from hzbench.benchmark.scoring.predictions import NO_ANSWER, answers

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ECE_BINS = 15  # bins of equal mass, as Nixon et al. 2019 use for the adaptive calibration error
PROBABILITY_FLOOR = float(np.finfo(np.float32).eps)  # what the log of a probability is clipped at, 1.19e-7


class CellPredictions:
    """The labels and probabilities of one cell, with what several metrics share computed once.

    Args:
        labels: class numbers, shape (n,).
        probabilities: shape (n, C), possibly with rows that are not finite.
        focus: class number of the focus class.
    """

    def __init__(self, labels: Integers, probabilities: npt.NDArray[np.floating], focus: int) -> None:
        """Keep the arrays, the probabilities as float64."""
        self.labels = labels
        self.probabilities = probabilities.astype(np.float64)
        self.focus = focus
        self.classes = probabilities.shape[1]
        self.answers = answers(probabilities)

    @cached_property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Which rows are finite, shape (n,)."""
        finite: npt.NDArray[np.bool_] = np.all(np.isfinite(self.probabilities), axis=1)
        return finite

    @cached_property
    def complete(self) -> bool:
        """Whether every class has at least one picture."""
        return bool((np.bincount(self.labels, minlength=self.classes) > 0).all())

    @cached_property
    def settled(self) -> Floats:
        """The probabilities, rows that are not finite replaced by certainty of a wrong class."""
        wrong = np.eye(self.classes)[(self.labels + 1) % self.classes]
        return np.where(self.usable[:, None], self.probabilities, wrong)

    @cached_property
    def per_class(self) -> tuple[Floats, Floats, Floats]:
        """Precision, recall and F1 of each class, shape (C,) each; 0 where scikit-learn would warn."""
        precision, recall, f1, _ = sklearn_metrics.precision_recall_fscore_support(
            self.labels, self.answers, labels=np.arange(self.classes), zero_division=0.0
        )
        return precision, recall, f1

    @cached_property
    def areas(self) -> Floats:
        """Area under the ROC curve of each class against the rest, shape (C,); NaN where undefined."""
        truth = self.labels[:, None] == np.arange(self.classes)
        defined = truth.any(axis=0) & ~truth.all(axis=0)
        areas = np.full(self.classes, np.nan)
        if defined.any():
            scores = np.stack([self.scores(int(number)) for number in np.flatnonzero(defined)], axis=1)
            areas[defined] = sklearn_metrics.roc_auc_score(truth[:, defined], scores, average=None)
        return areas

    def scores(self, class_number: int) -> Floats:
        """Return the probabilities of one class, rows that are not finite ranked as wrong as can be."""
        worst = np.where(self.labels == class_number, -1.0, 2.0)
        return np.where(self.usable, self.probabilities[:, class_number], worst)


def accuracy(cell: CellPredictions) -> float | None:
    """Share of pictures answered with their class."""
    return float(np.mean(cell.answers == cell.labels))


def error(cell: CellPredictions) -> float | None:
    """1 - accuracy."""
    return float(np.mean(cell.answers != cell.labels))


def balanced_error(cell: CellPredictions) -> float | None:
    """1 - balanced accuracy, the mean over classes of the share missed."""
    return 1.0 - float(cell.per_class[1].mean()) if cell.complete else None


def macro_f1(cell: CellPredictions) -> float | None:
    """F1 averaged over the classes with equal weight."""
    return float(cell.per_class[2].mean()) if cell.complete else None


def macro_precision(cell: CellPredictions) -> float | None:
    """Precision averaged over the classes with equal weight; 0 for a class that is never answered."""
    return float(cell.per_class[0].mean()) if cell.complete else None


def macro_recall(cell: CellPredictions) -> float | None:
    """Recall averaged over the classes with equal weight (balanced accuracy)."""
    return float(cell.per_class[1].mean()) if cell.complete else None


def f1_hz(cell: CellPredictions) -> float | None:
    """F1 of the focus class against the rest."""
    return float(cell.per_class[2][cell.focus]) if (cell.labels == cell.focus).any() else None


def accuracy_hz(cell: CellPredictions) -> float | None:
    """Share of pictures rightly said to be, or not to be, of the focus class; no answer is wrong."""
    right = (cell.answers == cell.focus) == (cell.labels == cell.focus)
    return float(np.mean(right & (cell.answers != NO_ANSWER)))


def no_information_rate_hz(cell: CellPredictions) -> float | None:
    """The acc_hz of always giving the more frequent of the two answers, which acc_hz must be read against."""
    share = float(np.mean(cell.labels == cell.focus))
    return max(share, 1.0 - share)


def sensitivity_hz(cell: CellPredictions) -> float | None:
    """Share of the focus class's pictures answered with the focus class."""
    of_class = cell.labels == cell.focus
    return float(np.mean(cell.answers[of_class] == cell.focus)) if of_class.any() else None


def specificity_hz(cell: CellPredictions) -> float | None:
    """Share of the other classes' pictures not answered with the focus class; no answer is wrong."""
    others = cell.answers[cell.labels != cell.focus]
    return float(np.mean((others != cell.focus) & (others != NO_ANSWER))) if others.size else None


def macro_auroc(cell: CellPredictions) -> float | None:
    """Area under the ROC curve of each class against the rest, averaged with equal weight."""
    return float(cell.areas.mean()) if np.isfinite(cell.areas).all() else None


def auroc_hz(cell: CellPredictions) -> float | None:
    """Area under the ROC curve of the focus class against the rest."""
    area = float(cell.areas[cell.focus])
    return area if math.isfinite(area) else None


def kappa(cell: CellPredictions) -> float | None:
    """Cohen's kappa of labels and answers; undefined where both are one and the same class throughout."""
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore")  # scikit-learn warns where kappa is undefined; None says so
        value = float(sklearn_metrics.cohen_kappa_score(cell.labels, cell.answers))
    return value if math.isfinite(value) else None


def expected_calibration_error(cell: CellPredictions) -> float | None:
    """Mean gap between confidence and accuracy over 15 bins of equal mass, sorted by confidence.

    Pictures of equal confidence stay in index order, so that a bin holds n/15 pictures, rounded.
    """
    confidence = cell.settled.max(axis=1)
    correct = (cell.answers == cell.labels).astype(np.float64)
    order = np.argsort(confidence, kind="stable")
    gaps = [
        abs(confidence[part].sum() - correct[part].sum())
        for part in np.array_split(order, min(ECE_BINS, order.size))
    ]
    return float(sum(gaps) / order.size)


def brier(cell: CellPredictions) -> float | None:
    """Mean squared distance of the probabilities from the truth, summed over classes (0 to 2; Brier 1950)."""
    truth = np.eye(cell.classes)[cell.labels]
    return float(np.mean(((cell.settled - truth) ** 2).sum(axis=1)))


def negative_log_likelihood(cell: CellPredictions) -> float | None:
    """Mean of -ln P(true class), in nats; probabilities below 1.19e-7 count as that."""
    of_truth = cell.settled[np.arange(cell.labels.size), cell.labels]
    return float(np.mean(-np.log(np.clip(of_truth, PROBABILITY_FLOOR, 1.0))))


class Metric(NamedTuple):
    """One number about one cell."""

    measure: Callable[[CellPredictions], float | None]
    definition: str
    unit: str  # "fraction" or "nats"
    better: str  # "higher", "lower" or "context" for what another number is read against
    source: str


_SKLEARN = "scikit-learn"
METRICS: dict[str, Metric] = {
    "acc": Metric(accuracy, "share of pictures answered rightly", "fraction", "higher", _SKLEARN),
    "error": Metric(error, "1 - acc", "fraction", "lower", "Hendrycks and Dietterich 2019"),
    "balanced_error": Metric(
        balanced_error, "1 - mean share of each class answered rightly", "fraction", "lower", _SKLEARN
    ),
    "f1": Metric(macro_f1, "F1, mean over classes", "fraction", "higher", _SKLEARN),
    "precision": Metric(macro_precision, "precision, mean over classes", "fraction", "higher", _SKLEARN),
    "recall": Metric(macro_recall, "recall, mean over classes", "fraction", "higher", _SKLEARN),
    "f1_hz": Metric(f1_hz, "F1 of herpes zoster against the rest", "fraction", "higher", _SKLEARN),
    "acc_hz": Metric(
        accuracy_hz, "share rightly said to be zoster or not", "fraction", "higher", "Back et al. 2021"
    ),
    "no_information_rate_hz": Metric(
        no_information_rate_hz, "acc_hz of the more frequent answer", "fraction", "context", "Kuhn 2008"
    ),
    "sensitivity_hz": Metric(
        sensitivity_hz, "share of zoster pictures answered as zoster", "fraction", "higher", _SKLEARN
    ),
    "specificity_hz": Metric(
        specificity_hz, "share of other pictures not answered as zoster", "fraction", "higher", _SKLEARN
    ),
    "auroc": Metric(
        macro_auroc,
        "area under the ROC curve, one class against the rest, mean over classes",
        "fraction",
        "higher",
        _SKLEARN,
    ),
    "auroc_hz": Metric(
        auroc_hz, "area under the ROC curve of herpes zoster against the rest", "fraction", "higher", _SKLEARN
    ),
    "kappa": Metric(kappa, "agreement beyond chance", "fraction", "higher", "Cohen 1960, scikit-learn"),
    "ece": Metric(
        expected_calibration_error,
        "gap between confidence and accuracy, 15 bins of equal mass",
        "fraction",
        "lower",
        "Guo et al. 2017, Nixon et al. 2019",
    ),
    "brier": Metric(
        brier, "squared distance of probabilities from the truth, 0 to 2", "fraction", "lower", "Brier 1950"
    ),
    "nll": Metric(negative_log_likelihood, "-ln P(true class)", "nats", "lower", _SKLEARN),
}


NEEDS_PROBABILITIES = ("auroc", "auroc_hz", "ece", "brier", "nll")
"""Metrics that answered classes alone cannot give."""


def measure_all(cell: CellPredictions) -> dict[str, float | None]:
    """Return every metric of one cell by name."""
    return {name: metric.measure(cell) for name, metric in METRICS.items()}
