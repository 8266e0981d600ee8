"""Every metric by hand, against scikit-learn, and where it is undefined."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from hzbench.benchmark.scoring.metrics import METRICS, PROBABILITY_FLOOR, CellPredictions, measure_all
from hzbench.benchmark.scoring.predictions import softmax


def cell_of(answers: list[int], labels: list[int], classes: int = 3, focus: int = 1) -> CellPredictions:
    """Return a cell whose answers are given with probability 0.8 (a tie for -1)."""
    rest = 0.2 / (classes - 1)
    rows = np.full((len(answers), classes), rest, np.float32)
    for row, answer in enumerate(answers):
        if answer < 0:
            rows[row] = 1 / classes
        else:
            rows[row, answer] = 0.8
    return CellPredictions(np.array(labels), rows, focus)


# Labels 0 0 1 1 1 2 2 2 2 2 and answers 0 1 1 1 2 2 2 2 0 -: right are 1 of 2, 2 of 3 and 3 of 5.
LABELS = [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
ANSWERS = [0, 1, 1, 1, 2, 2, 2, 2, 0, -1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acc", 6 / 10),
        ("error", 4 / 10),
        ("balanced_error", 1 - (1 / 2 + 2 / 3 + 3 / 5) / 3),
        ("recall", (1 / 2 + 2 / 3 + 3 / 5) / 3),
        ("precision", (1 / 2 + 2 / 3 + 3 / 4) / 3),
        ("f1", (2 / 4 + 4 / 6 + 6 / 9) / 3),
        ("f1_hz", 4 / 6),
        ("acc_hz", 7 / 10),  # wrong: one false alarm, one missed, one unanswered
        ("no_information_rate_hz", 7 / 10),
        ("sensitivity_hz", 2 / 3),
        ("specificity_hz", 5 / 7),  # one false alarm and one unanswered among 7
        ("kappa", (0.6 - (2 * 2 + 3 * 3 + 5 * 4) / 100) / (1 - 0.33)),
        ("brier", (6 * (0.2**2 + 2 * 0.1**2) + 3 * (0.8**2 + 0.9**2 + 0.1**2) + 2 / 3) / 10),
        ("nll", -(6 * math.log(0.8) + 3 * math.log(0.1) + math.log(1 / 3)) / 10),
        ("ece", (6 * 0.2 + 3 * 0.8 + 1 / 3) / 10),  # 10 bins of one picture each
    ],
)
def test_a_metric_is_what_it_is_by_hand(name: str, expected: float) -> None:
    """Ten pictures, one of them unanswered."""
    assert METRICS[name].measure(cell_of(ANSWERS, LABELS)) == pytest.approx(expected, abs=1e-6)


def test_auroc_by_hand() -> None:
    """Of the 2 x 3 pairs, the zoster picture scores higher in 4 and equal in 1: 4.5 / 6."""
    zoster = np.array([0.9, 0.4, 0.4, 0.1, 0.3], np.float32)
    rows = np.stack([1 - zoster, zoster], axis=1)
    cell = CellPredictions(np.array([1, 1, 0, 0, 0]), rows, 1)
    assert METRICS["auroc_hz"].measure(cell) == pytest.approx((3 + 0.5 + 2) / 6)


def random_cell(
    seed: int, n: int, classes: int, ties: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return labels with every class and probabilities, some rows tied."""
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), random.integers(0, classes, n - classes)])
    logits = np.round(random.normal(size=(n, classes)), 1 if ties else 9)
    return labels.astype(np.int64), softmax(logits)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_metrics_equal_scikit_learn(seed: int, ties: bool) -> None:
    """On random predictions, with unanswered pictures as a class of their own."""
    labels, rows = random_cell(seed, 80, 4, ties)
    cell = CellPredictions(labels, rows, 1)
    answers, number = cell.answers, measure_all(cell)
    assert ties == bool((answers == -1).any())
    all_classes = {"labels": range(4), "average": "macro", "zero_division": 0}
    assert number["acc"] == pytest.approx(sk.accuracy_score(labels, answers))
    assert number["f1"] == pytest.approx(sk.f1_score(labels, answers, **all_classes))
    assert number["precision"] == pytest.approx(sk.precision_score(labels, answers, **all_classes))
    assert number["recall"] == pytest.approx(sk.recall_score(labels, answers, **all_classes))
    assert number["f1_hz"] == pytest.approx(sk.f1_score(labels == 1, answers == 1))
    assert number["sensitivity_hz"] == pytest.approx(sk.recall_score(labels == 1, answers == 1))
    assert number["kappa"] == pytest.approx(sk.cohen_kappa_score(labels, answers))
    wide = rows.astype(np.float64)
    wide /= wide.sum(axis=1, keepdims=True)
    assert number["auroc"] == pytest.approx(sk.roc_auc_score(labels, wide, multi_class="ovr"))
    assert number["auroc_hz"] == pytest.approx(sk.roc_auc_score(labels == 1, rows[:, 1]))
    assert number["nll"] == pytest.approx(sk.log_loss(labels, wide), rel=1e-6)
    one_against_rest = [sk.brier_score_loss(labels == c, wide[:, c]) for c in range(4)]
    assert number["brier"] == pytest.approx(sum(one_against_rest), rel=1e-6)


def test_balanced_error_equals_scikit_learn() -> None:
    """With its own function for balanced accuracy, where every picture is answered."""
    labels, rows = random_cell(9, 60, 4, False)
    expected = 1 - sk.balanced_accuracy_score(labels, rows.argmax(axis=1))
    assert METRICS["balanced_error"].measure(CellPredictions(labels, rows, 1)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("labels", "undefined"),
    [
        # no zoster picture
        (
            [0, 0, 2, 2],
            {"f1", "precision", "recall", "balanced_error", "f1_hz", "sensitivity_hz", "auroc", "auroc_hz"},
        ),
        # a class is missing that is not zoster
        ([0, 0, 1, 1], {"f1", "precision", "recall", "balanced_error", "auroc"}),
        # nothing but zoster
        (
            [1, 1, 1, 1],
            {"f1", "precision", "recall", "balanced_error", "auroc", "auroc_hz", "specificity_hz"},
        ),
    ],
)
def test_what_lacks_a_class_is_none(labels: list[int], undefined: set[str]) -> None:
    """Not NaN, and not a number that looks like one."""
    numbers = measure_all(cell_of([0, 1, 2, 1], labels))
    assert {name for name, value in numbers.items() if value is None} == undefined


def test_kappa_of_one_class_alone_is_none() -> None:
    """There is nothing to agree about beyond chance."""
    assert METRICS["kappa"].measure(cell_of([1, 1, 1], [1, 1, 1])) is None


def test_a_row_of_nan_counts_as_the_worst_answer() -> None:
    """It is wrong, certain of it, and ranked on the wrong side."""
    rows = np.array([[0.1, 0.9], [np.nan, np.nan], [0.8, 0.2]], np.float32)
    cell = CellPredictions(np.array([1, 1, 0]), rows, 1)
    numbers = measure_all(cell)
    assert numbers["acc"] == pytest.approx(2 / 3)
    assert numbers["auroc_hz"] == pytest.approx(1 / 2)
    assert numbers["brier"] == pytest.approx((2 * 0.1**2 + 2 + 2 * 0.2**2) / 3, abs=1e-6)
    assert numbers["nll"] == pytest.approx(
        -(math.log(0.9) + math.log(PROBABILITY_FLOOR) + math.log(0.8)) / 3, abs=1e-6
    )


def test_ece_of_a_calibrated_model_is_near_zero() -> None:
    """A confidence of 0.75 that is right in 3 of 4."""
    rows = np.tile(np.array([[0.75, 0.25]], np.float32), (60, 1))
    labels = np.tile([0, 0, 0, 1], 15)
    assert METRICS["ece"].measure(CellPredictions(labels, rows, 1)) == pytest.approx(0.0, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), n=st.integers(1, 12))
def test_whatever_a_model_says_no_metric_is_nan(data: st.DataObject, n: int) -> None:
    """Every metric is None or a finite number, for any floats and any labels."""
    values = st.floats(width=32, min_value=0, max_value=1) | st.sampled_from([math.nan, math.inf, -math.inf])
    rows = data.draw(st.lists(st.lists(values, min_size=3, max_size=3), min_size=n, max_size=n))
    labels = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    numbers = measure_all(CellPredictions(np.array(labels), np.array(rows, np.float32), 1))
    assert all(value is None or math.isfinite(value) for value in numbers.values())
    bounded = {name: value for name, value in numbers.items() if name not in ("nll", "brier", "kappa")}
    assert all(value is None or 0 <= value <= 1 for value in bounded.values())


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_declares_what_it_is(name: str) -> None:
    """The documentation lists them from here."""
    metric = METRICS[name]
    assert metric.definition
    assert metric.source
    assert metric.unit in ("fraction", "nats")
    assert metric.better in ("higher", "lower", "context")
    assert metric.measure.__doc__
