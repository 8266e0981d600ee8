"""Intervals against a plain slow bootstrap, and what their draws must respect."""

from __future__ import annotations

import doctest
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.bootstrap import bootstrap_intervals, resampled_weights, wilson
from hzbench.benchmark.scoring.cells import CORRUPTION_NAMES
from hzbench.benchmark.scoring.headline import HEADLINE_NAMES
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference


def outcomes_of(predictions: Predictions, reference: Reference | None = None) -> Outcomes:
    """Return the outcomes at the predictions' own operating point."""
    return Outcomes.of(predictions, reference, operating_point_of(predictions))


def slow_mce_interval(predictions: Predictions, reference: Reference, resamples: int) -> tuple[float, float]:
    """Draw pictures of each class one by one and recompute the mCE in plain numpy."""
    random, values = np.random.default_rng(123), []
    wrong = predictions.answers[1:] != predictions.labels
    wrong_reference = (reference.answers[:, 1:] != reference.labels).mean(axis=0)
    for _ in range(resamples):
        chosen = np.concatenate(
            [
                random.choice(np.flatnonzero(predictions.labels == c), (predictions.labels == c).sum())
                for c in range(4)
            ]
        )
        ours, theirs = wrong[:, chosen].mean(axis=1), wrong_reference[:, chosen].mean(axis=1)
        ces = [ours[i : i + 5].sum() / theirs[i : i + 5].sum() for i in range(0, 75, 5)]
        values.append(np.mean(ces))
    assert len(ces) == len(CORRUPTION_NAMES)
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def test_the_mce_interval_agrees_with_a_plain_bootstrap(
    predictions: Predictions, reference: Reference
) -> None:
    """Ends within a tenth of the width, as two sets of 2,000 draws allow."""
    low, high = slow_mce_interval(predictions, reference, 2000)
    fast = bootstrap_intervals(outcomes_of(predictions, reference), predictions.digest)["mce"]
    assert fast is not None
    assert fast.low == pytest.approx(low, abs=0.1 * (high - low))
    assert fast.high == pytest.approx(high, abs=0.1 * (high - low))


def test_equal_seeds_give_equal_intervals(predictions: Predictions, reference: Reference) -> None:
    """The draws come from the predictions' digest alone."""
    outcomes = outcomes_of(predictions, reference)
    first = bootstrap_intervals(outcomes, predictions.digest, resamples=200)
    assert first == bootstrap_intervals(outcomes, predictions.digest, resamples=200)
    assert first != bootstrap_intervals(outcomes, "f" * 64, resamples=200)
    assert list(first) == list(HEADLINE_NAMES)


def test_chunks_do_not_change_the_draws(predictions: Predictions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded by drawing in parts; each part still has every class in full."""
    outcomes = outcomes_of(predictions)
    monkeypatch.setattr("hzbench.benchmark.scoring.bootstrap._CHUNK", 48 * 7)
    parts = [*resampled_weights(outcomes, "a" * 64, 20)]
    assert [len(part) for part in parts] == [7, 7, 6]


def test_every_resample_has_as_many_pictures_of_each_class(predictions: Predictions) -> None:
    """The draws are stratified by class."""
    (weights,) = resampled_weights(outcomes_of(predictions), "a" * 64, 50)
    for label in range(4):
        assert (weights[:, predictions.labels == label].sum(axis=1) == 12).all()
    assert weights.max() > 1


def test_each_picture_is_drawn_once_on_average(predictions: Predictions) -> None:
    """No picture is preferred."""
    (weights,) = resampled_weights(outcomes_of(predictions), "b" * 64, 20_000)
    np.testing.assert_allclose(weights.mean(axis=0), 1.0, atol=0.05)


def test_pictures_of_a_group_are_drawn_together(predictions: Predictions) -> None:
    """A person comes with all pictures of a class, and the interval widens accordingly."""
    order = np.argsort(predictions.labels, kind="stable")
    groups = np.empty(48, dtype=object)
    groups[order] = [f"person {number // 4}" for number in range(48)]
    grouped = replace(predictions, groups=tuple(groups))
    outcomes = outcomes_of(grouped)
    assert outcomes.clustered
    (weights,) = resampled_weights(outcomes, "c" * 64, 30)
    for start in range(0, 48, 4):
        together = weights[:, order[start : start + 4]]
        assert (together == together[:, :1]).all()


def test_a_number_that_is_mostly_undefined_has_no_interval(
    make_predictions: Callable[..., Predictions],
) -> None:
    """Without a reference there is no mCE in any resample."""
    predictions = make_predictions(validation=0)
    intervals = bootstrap_intervals(outcomes_of(predictions), predictions.digest, resamples=50)
    assert intervals["mce"] is None
    assert intervals["mean_sensitivity_hz"] is None
    assert intervals["mce_unnormalised"] is not None


def test_a_sensitivity_of_one_person_has_no_interval(make_predictions: Callable[..., Predictions]) -> None:
    """Drawing the one person anew always gives the same number, which is no certainty."""
    predictions = make_predictions(48)
    zoster = predictions.labels == predictions.focus
    groups = tuple("p" if one else "" for one in zoster)
    intervals = {}
    for name, given in (("one", groups), ("many", ("",) * 48)):
        changed = replace(predictions, groups=given)
        outcomes = Outcomes.of(changed, None, operating_point_of(changed))
        intervals[name] = bootstrap_intervals(outcomes, "0" * 64, resamples=50)
    assert intervals["one"]["mean_sensitivity_hz"] is intervals["one"]["clean.sensitivity_hz"] is None
    assert intervals["one"]["mean_specificity_hz"] is not None
    assert intervals["many"]["mean_sensitivity_hz"] is not None


def test_a_flawless_model_has_a_point_for_an_interval(predictions: Predictions) -> None:
    """A bootstrap cannot see errors that never happened; Wilson's interval is for that."""
    perfect = replace(
        predictions, probabilities=np.tile(np.eye(4, dtype=np.float32)[predictions.labels], (76, 1, 1))
    )
    intervals = bootstrap_intervals(outcomes_of(perfect), perfect.digest, resamples=50)
    assert intervals["clean.acc"] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_equals_published_values(successes: int, n: int, low: float, high: float) -> None:
    """Proportions of few pictures."""
    assert wilson(successes, n) == pytest.approx((low, high), abs=6e-5)


def test_wilson_of_nothing_is_none_and_of_nonsense_an_error() -> None:
    """No pictures, no interval."""
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="3 successes of 2"):
        wilson(3, 2)


def test_the_examples_in_the_documentation_hold() -> None:
    """Doctests of the module."""
    results = doctest.testmod(sys.modules["hzbench.benchmark.scoring.bootstrap"])
    assert results.attempted > 0
    assert results.failed == 0
