"""Rank intervals: right all at once as often as they say, and as short as the pictures allow."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.scoring.ranks import rank_intervals, significantly_less

SEED = "5" * 64
ONE_STRATUM = np.zeros(200, dtype=np.int64)


def models(random: np.random.Generator, means: list[float], shared: float = 1.0) -> np.ndarray:
    """Return outcomes of models on 200 pictures, correlated as models on the same pictures are."""
    hardness = shared * random.normal(size=(200, 1))
    return hardness + 0.5 * random.normal(size=(200, len(means))) + np.array(means)


def less(outcomes: np.ndarray, seed: str = SEED) -> np.ndarray:
    """Return which model is told apart as better."""
    values = outcomes.mean(axis=0)
    return significantly_less(values, (outcomes - values) / 200, ONE_STRATUM, seed, resamples=300)


def test_equal_models_are_told_apart_in_one_set_of_twenty() -> None:
    """Over all 28 pairs of eight equal models at once, not over each."""
    random = np.random.default_rng(1)
    wrong = sum(bool(less(models(random, [0.0] * 8), f"{draw:064x}").any()) for draw in range(300))
    assert wrong / 300 == pytest.approx(0.05, abs=0.035)


def test_models_far_apart_have_one_rank_each() -> None:
    """The better has the lower number."""
    outcomes = models(np.random.default_rng(2), [0.9, 0.1, 0.5])
    values = outcomes.mean(axis=0)
    intervals = rank_intervals(values, (outcomes - values) / 200, ONE_STRATUM, SEED)
    assert intervals == [(3, 3), (1, 1), (2, 2)]


def test_pairing_tells_apart_what_single_intervals_do_not() -> None:
    """Pictures that are hard for all models do not blur a difference."""
    outcomes = models(np.random.default_rng(3), [0.0, 0.15], shared=5.0)
    spread = outcomes.std(axis=0) / np.sqrt(200)
    assert abs(outcomes.mean(axis=0)[1] - outcomes.mean(axis=0)[0]) < spread.min()
    assert less(outcomes)[0, 1]


def test_step_down_finds_what_one_step_misses() -> None:
    """Pairs that are settled no longer raise the bar for the others; no finding is ever lost."""
    random, more = np.random.default_rng(4), 0
    for draw in range(40):
        few = models(random, [0.0, 0.1])
        many = np.concatenate([few, models(random, [float(k) for k in range(5, 12)])], axis=1)
        found = less(many, f"{draw:064x}")
        assert found[0, 2:].all()
        more += bool(found[0, 1])
    assert more > 0


def test_twins_share_a_rank() -> None:
    """A model that does alike on every picture is neither better nor worse."""
    outcomes = models(np.random.default_rng(5), [0.0])
    assert not less(np.concatenate([outcomes, outcomes], axis=1)).any()


def test_equal_seeds_give_equal_ranks() -> None:
    """Nothing depends on a global state."""
    outcomes = models(np.random.default_rng(6), [0.0, 0.08, 0.1, 0.3])
    assert np.array_equal(less(outcomes), less(outcomes))


def test_a_single_model_is_first() -> None:
    """There is nobody to lose against."""
    outcomes = models(np.random.default_rng(7), [0.0])
    values = outcomes.mean(axis=0)
    assert rank_intervals(values, (outcomes - values) / 200, ONE_STRATUM, SEED) == [(1, 1)]
