"""Influences against numerical derivatives, and the standard errors that follow against a bootstrap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.bootstrap import resampled_weights
from hzbench.benchmark.scoring.headline import headline
from hzbench.benchmark.scoring.influence import INFLUENCE_NAMES, influence, stratified_covariance
from hzbench.benchmark.scoring.outcomes import Outcomes, operating_point_of
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference


@pytest.fixture
def outcomes(predictions: Predictions, reference: Reference) -> Outcomes:
    """Return the outcomes of predictions with some pictures in groups and some rows broken."""
    probabilities = predictions.probabilities.copy()
    probabilities[:, 3] = np.nan
    groups = tuple(f"person-{row // 2}" for row in range(len(predictions)))
    grouped = replace(predictions, probabilities=probabilities, groups=groups)
    return Outcomes.of(grouped, reference, operating_point_of(grouped))


@pytest.mark.parametrize("name", INFLUENCE_NAMES)
def test_an_influence_is_the_derivative_by_a_weight(outcomes: Outcomes, name: str) -> None:
    """Within a class, where weights move from one picture to another, as resampling does."""
    step = 2.0**-8
    weights = np.ones((1, len(outcomes)), dtype=np.float32)
    own = influence(replace(outcomes, clusters=np.arange(len(outcomes))))
    for label in np.unique(outcomes.labels):
        first, *others = np.flatnonzero(outcomes.labels == label)
        for other in others[:4]:
            up, down = weights.copy(), weights.copy()
            up[0, other] += step
            up[0, first] -= step
            down[0, other] -= step
            down[0, first] += step
            slope = (headline(outcomes, up)[name][0] - headline(outcomes, down)[name][0]) / (2 * step)
            expected = own.column(name)[other] - own.column(name)[first]
            assert slope == pytest.approx(expected, abs=2e-5), (label, other)


def test_standard_errors_agree_with_a_bootstrap(predictions: Predictions, reference: Reference) -> None:
    """Within 15 % for every number, though a bootstrap of few pictures is narrower by sqrt((n - 1) / n)."""
    outcomes = Outcomes.of(predictions, reference, operating_point_of(predictions))
    own = influence(outcomes)
    draws = [headline(outcomes, weights) for weights in resampled_weights(outcomes, "7" * 64, 2000)]
    for name in INFLUENCE_NAMES:
        spread = float(np.concatenate([draw[name] for draw in draws]).std())
        assert own.standard_error(name) == pytest.approx(spread, rel=0.15, abs=1e-3), name


def test_clusters_gather_their_pictures(outcomes: Outcomes) -> None:
    """A cluster's influence is the sum of its pictures', and all of them sum to nothing."""
    single = influence(replace(outcomes, clusters=np.arange(len(outcomes))))
    together = influence(outcomes)
    for cluster in range(3):
        members = outcomes.clusters == cluster
        assert np.allclose(together.of_clusters[cluster], single.of_clusters[members].sum(axis=0))
    assert np.allclose(together.of_clusters.sum(axis=0), 0.0, atol=1e-12)


def test_without_a_reference_only_what_needs_it_is_missing(predictions: Predictions) -> None:
    """A standard error of a number that does not exist is NaN, never 0."""
    own = influence(Outcomes.of(predictions, None, operating_point_of(predictions)))
    assert np.isnan(own.standard_error("mce"))
    assert np.isnan(own.values["mce"])
    assert own.standard_error("mce_unnormalised") > 0


def test_a_stratum_of_one_cluster_says_nothing_of_its_spread() -> None:
    """Its variance is unknown where it moves the number, and no matter where it does not."""
    columns = np.array([[0.1, 0.0], [-0.1, 0.3], [0.0, -0.3]])
    covariance = stratified_covariance(columns, np.array([0, 1, 1]))
    assert np.isnan(covariance[0, 0])
    assert covariance[1, 1] == pytest.approx(2 / 1 * (0.3**2 + 0.3**2))
