"""Estimates and verdicts by simulation: right as often as they say, early where the matter is clear."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.regression.deciding import information_fractions, judge_population, judge_suite
from hzbench.benchmark.regression.estimates import Estimate, estimate, mce_weights
from hzbench.benchmark.regression.waves import LOOKS, order_of_cells

N = 150
DIGESTS = [f"{number:064x}" for number in range(N)]
LABELS, CLUSTERS = np.arange(N) % 4, np.arange(N)
WEIGHTS = mce_weights(np.full((15, 5), 0.4))
LIMIT = 0.01


def models(random: np.random.Generator, gap: float, differing: float = 0.5) -> np.ndarray:
    """Return the difference of two models' errors that share most of what makes a cell hard."""
    hardness = (
        random.normal(size=(N, 1)) + np.tile(np.linspace(-1.0, 0.4, 5), 15) + random.normal(size=(N, 75))
    )

    def wrong(shift: float) -> np.ndarray:
        own = differing * (random.normal(size=(N, 1)) + random.normal(size=(N, 75)))
        return (hardness + own + shift > 0).astype(float)

    return np.asarray(wrong(gap) - wrong(0.0))


def looks(differences: np.ndarray, key: str) -> list[Estimate]:
    """Return the estimates at all looks."""
    order = order_of_cells(DIGESTS, "data", key)
    return [estimate(differences, order < look, WEIGHTS, LABELS, CLUSTERS) for look in LOOKS]


def test_with_all_cells_the_estimate_is_the_change() -> None:
    """Nothing is uncertain about the suite, and the pictures' spread is the textbook's."""
    differences = models(np.random.default_rng(1), 0.2)
    last = looks(differences, "k")[-1]
    each = (differences * WEIGHTS).sum(axis=1)
    assert last.value == pytest.approx(each.mean())
    assert last.sampling == 0.0
    assert last.population == pytest.approx(each.std(ddof=1) / np.sqrt(N), rel=0.05)


def test_the_stated_sampling_error_covers_what_is_seen() -> None:
    """Over 30 orders of the same models, at every look before the last: no smaller than the real one."""
    differences = models(np.random.default_rng(2), 0.2)
    runs = np.array([[one[:2] for one in looks(differences, str(key))] for key in range(30)])
    truth = runs[0, -1, 0]
    for look in range(len(LOOKS) - 1):
        seen = np.sqrt(((runs[:, look, 0] - truth) ** 2).mean())
        stated = runs[:, look, 1].mean()
        assert 0.7 * seen < stated < 2.5 * seen


def test_identical_predictions_pass_at_the_first_look() -> None:
    """No difference seen in five cells of each picture is an answer where the limit is a point."""
    judged = judge_suite(looks(np.zeros((N, 75)), "k")[:1], LIMIT)
    assert judged.verdict == "not worse"


def test_a_model_far_worse_is_stopped_early_and_rightly() -> None:
    """In all of 20 runs after at most a fifth of the work."""
    for seed in range(20):
        estimates = looks(models(np.random.default_rng(seed), 0.6), str(seed))
        verdicts = [judge_suite(estimates[: look + 1], LIMIT).verdict for look in range(3)]
        assert "worse" in verdicts
        assert "not worse" not in verdicts


def test_a_verdict_on_the_suite_is_that_of_the_full_run() -> None:
    """Near the limit, where it is hardest: at most one in a hundred contradicts, so of 40 hardly any."""
    wrong = 0
    for seed in range(40):
        estimates = looks(models(np.random.default_rng(100 + seed), 0.05), str(seed))
        verdicts = [judge_suite(estimates[: look + 1], LIMIT).verdict for look in range(len(LOOKS))]
        first = next(verdict for verdict in verdicts if verdict != "open")
        wrong += first != ("worse" if estimates[-1].value > LIMIT else "not worse")
    assert wrong <= 2


def test_the_population_test_raises_few_false_alarms() -> None:
    """At the limit itself: at most 5 % of 60 runs, and three standard errors of that above it."""
    alarms = 0
    for seed in range(60):
        estimates = looks(models(np.random.default_rng(500 + seed), 0.0), str(seed))
        alarms += any(
            judge_population(estimates[: look + 1], 0.0).verdict == "worse" for look in range(len(LOOKS))
        )
    assert alarms <= 8


def test_the_population_verdict_is_open_or_final() -> None:
    """At the last look nothing is open, and the smallest detectable change is said."""
    estimates = looks(models(np.random.default_rng(9), 0.0), "k")
    judged = judge_population(estimates, LIMIT)
    assert judged.verdict != "open"
    assert judged.detectable is not None
    assert judged.low < estimates[-1].value < judged.high


def test_information_rises_to_one() -> None:
    """Whatever the estimates of the spread do on the way."""
    fractions = information_fractions(looks(models(np.random.default_rng(3), 0.1), "k"))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(set(fractions)) == len(LOOKS)


def test_a_reference_without_errors_has_no_weights() -> None:
    """Its CE is undefined, and so is the change."""
    with pytest.raises(ValueError, match="makes no error"):
        mce_weights(np.zeros((15, 5)))
