"""Headline numbers from weights: equal to the metrics at weight one, and to repeated pictures otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics as sk

from hzbench.benchmark.scoring.cells import CORRUPTED_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.headline import HEADLINE_NAMES, headline
from hzbench.benchmark.scoring.metrics import CellPredictions, measure_all
from hzbench.benchmark.scoring.outcomes import Outcomes, clusters_of, operating_point_of
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference


def tied(predictions: Predictions) -> Predictions:
    """Return the predictions with some unanswered and some broken rows."""
    probabilities = np.round(predictions.probabilities, 1)
    probabilities[:, 5] = np.nan
    return replace(predictions, probabilities=probabilities)


def point_values(predictions: Predictions, reference: Reference | None) -> dict[str, float]:
    """Return every headline number at weight one."""
    outcomes = Outcomes.of(predictions, reference, operating_point_of(predictions))
    return {name: float(value[0]) for name, value in headline(outcomes).items()}


def test_all_names_are_there(predictions: Predictions, reference: Reference) -> None:
    """They are the paths of a result document."""
    assert set(point_values(predictions, reference)) == set(HEADLINE_NAMES)


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("name", [name for name in HEADLINE_NAMES if name.startswith("clean.")])
def test_clean_numbers_equal_the_metrics(predictions: Predictions, name: str, broken: bool) -> None:
    """One definition, two ways to compute it, unanswered pictures included."""
    given = tied(predictions) if broken else predictions
    metrics = measure_all(CellPredictions(given.labels, given.probabilities[0], given.focus))
    assert point_values(given, None)[name] == pytest.approx(metrics[name.partition(".")[2]])


def test_mce_by_hand(predictions: Predictions, reference: Reference) -> None:
    """Plain loops over corruptions and severities give the same mCE, relative and balanced too."""
    labels, errors = predictions.labels, {}
    balanced, divisor, divisor_balanced = {}, reference.errors(), {}
    for row, cell in enumerate(CORRUPTED_CELLS, start=1):
        answers = predictions.answers[row]
        errors.setdefault(cell.corruption, []).append(np.mean(answers != labels))
        balanced.setdefault(cell.corruption, []).append(1 - sk.balanced_accuracy_score(labels, answers))
        of_seeds = [1 - sk.balanced_accuracy_score(labels, seed[row]) for seed in reference.answers]
        divisor_balanced.setdefault(cell.corruption, []).append(np.mean(of_seeds))
    ces = {name: sum(errors[name]) / sum(divisor[name]) for name in CORRUPTION_NAMES}
    clean, clean_divisor = np.mean(predictions.answers[0] != labels), reference.clean_error()
    relative = [
        (sum(errors[name]) - 5 * clean) / (sum(divisor[name]) - 5 * clean_divisor)
        for name in CORRUPTION_NAMES
    ]
    values = point_values(predictions, reference)
    assert values["mce"] == pytest.approx(np.mean(list(ces.values())))
    assert values["corruption_error.fog"] == pytest.approx(ces["fog"])
    assert values["categories.noise"] == pytest.approx(
        (ces["gaussian_noise"] + ces["shot_noise"] + ces["impulse_noise"]) / 3
    )
    assert values["mce_unnormalised"] == pytest.approx(np.mean(list(errors.values())))
    assert values["relative_mce"] == pytest.approx(np.mean(relative))
    assert values["mce_balanced"] == pytest.approx(
        np.mean([sum(balanced[name]) / sum(divisor_balanced[name]) for name in CORRUPTION_NAMES])
    )


def test_the_reference_against_itself_is_one(make_reference: Callable[..., Reference]) -> None:
    """mCE, relative and balanced mCE and every CE of AlexNet are 1 by definition."""
    from_seed = make_reference(48, (0,))
    outcomes = Outcomes.of(invented_like(from_seed), from_seed, None)
    values = headline(outcomes)
    for name in ("mce", "relative_mce", "mce_balanced", "corruption_error.fog", "categories.blur"):
        assert float(values[name][0]) == pytest.approx(1.0)


def invented_like(reference: Reference) -> Predictions:
    """Return predictions with exactly the reference's answers."""
    probabilities = np.full((76, len(reference.digests), len(reference.classes)), 0.1, np.float32)
    cells, pictures = np.indices(reference.answers[0].shape)
    probabilities[cells, pictures, reference.answers[0]] = 0.7
    blank = ("",) * len(reference.digests)
    return Predictions(
        reference.classes, "herpes_zoster", reference.digests, reference.labels, blank, blank, probabilities
    )


def test_zoster_means_by_hand(predictions: Predictions) -> None:
    """Shares at the threshold, averaged over the 75 corrupted cells."""
    point = operating_point_of(predictions)
    assert point is not None
    called = predictions.probabilities[1:, :, 1].astype(np.float64) >= point.threshold
    values = point_values(predictions, None)
    assert values["mean_sensitivity_hz"] == pytest.approx(called[:, predictions.labels == 1].mean())
    assert values["mean_specificity_hz"] == pytest.approx(1 - called[:, predictions.labels != 1].mean())


def test_without_validation_or_reference_numbers_are_nan(
    make_predictions: Callable[..., Predictions],
) -> None:
    """And only the numbers that need them."""
    values = point_values(make_predictions(validation=0), None)
    undefined = {name for name, value in values.items() if np.isnan(value)}
    assert undefined == {
        name for name in HEADLINE_NAMES if not name.startswith("clean.") and name != "mce_unnormalised"
    }


def test_a_weight_of_two_is_a_picture_twice(predictions: Predictions, reference: Reference) -> None:
    """Weights mean multiplicity, for every headline number."""
    point = operating_point_of(predictions)
    outcomes = Outcomes.of(predictions, reference, point)
    times = np.random.default_rng(1).integers(0, 3, 48)
    weighted = headline(outcomes, times[None].astype(np.float32))
    rows = np.repeat(np.arange(48), times)
    assert outcomes.reference_wrong is not None
    assert outcomes.called is not None
    repeated = replace(
        outcomes,
        labels=outcomes.labels[rows],
        clusters=np.arange(rows.size),
        wrong=outcomes.wrong[rows],
        reference_wrong=outcomes.reference_wrong[rows],
        clean_answers=outcomes.clean_answers[rows],
        clean_scores=outcomes.clean_scores[rows],
        called=outcomes.called[rows],
    )
    for name, value in headline(repeated).items():
        assert float(weighted[name][0]) == pytest.approx(float(value[0])), name


def test_clusters_are_groups_within_a_class() -> None:
    """A person with pictures of two classes is two clusters; without a group each picture is its own."""
    labels = np.array([0, 0, 1, 0, 1, 1])
    assert clusters_of(labels, ("p", "p", "p", "", "", "q")).tolist() == [0, 0, 1, 2, 3, 4]


def test_a_reference_with_other_labels_is_refused(predictions: Predictions, reference: Reference) -> None:
    """The same pictures must mean the same."""
    with pytest.raises(ValueError, match="labels 48 of 48 pictures otherwise"):
        Outcomes.of(replace(predictions, labels=(predictions.labels + 1) % 4), reference, None)
