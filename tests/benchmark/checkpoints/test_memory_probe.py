"""A model that knows the test pictures by heart is flagged; unseen noise is no reason for others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from hzbench.benchmark.checkpoints.memory_probe import memorised, unseen_noise

LABELS = np.arange(128) % 4


def test_the_noise_is_one_grey_level_seeded_by_the_picture() -> None:
    """Up or down, kept in range, the same each time, another one for another picture."""
    picture = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    noisy = unseen_noise(picture, "a")
    step = noisy.astype(int) - picture
    assert set(np.unique(step)) == {-1, 0, 1}
    assert set(np.unique(step[(picture > 0) & (picture < 255)])) == {-1, 1}
    assert np.array_equal(noisy, unseen_noise(picture, "a"))
    assert not np.array_equal(noisy, unseen_noise(picture, "b"))


def test_a_look_up_table_is_flagged() -> None:
    """It finds none of the pictures any more, and answers at random, or as an honest network would."""
    random = np.random.default_rng(1)
    for skill in (0.0, 0.6):
        fallback = np.where(random.random(128) < skill, LABELS, random.integers(0, 4, 128))
        (flag,) = memorised(LABELS, fallback, LABELS)
        assert flag.name == "memorised_pictures"
        assert "which nobody sees" in flag.detail


@pytest.mark.parametrize("skill", [0.25, 0.6, 0.95])
def test_answers_that_flip_both_ways_are_no_flag(skill: float) -> None:
    """Of 500 honest models whose answers flip for one picture in ten, not more than 1 % are flagged."""
    flagged = 0
    for seed in range(500):
        random = np.random.default_rng(seed)

        def answers(random: np.random.Generator = random) -> npt.NDArray[np.int64]:
            return np.where(random.random(128) < skill, LABELS, random.integers(0, 4, 128))

        plain = answers()
        noisy = np.where(random.random(128) < 0.1, answers(), plain)
        flagged += bool(memorised(plain, noisy, LABELS))
    assert flagged <= 5


def test_a_model_that_is_not_moved_is_no_flag() -> None:
    """Nor one without pictures."""
    assert memorised(LABELS, LABELS, LABELS) == memorised(LABELS[:0], LABELS[:0], LABELS[:0]) == []
