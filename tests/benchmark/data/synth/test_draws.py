"""Random draws of the renderer: in range, keyed by text, and free of libm's last-bit differences."""

import math

import numpy as np
import pytest

from hzbench.benchmark.data.synth.draws import Draws
from hzbench.benchmark.data.synth.noise import decay, noise_table, smooth_noise, smoothstep


def test_equal_keys_give_equal_numbers_and_others_do_not() -> None:
    """The key text is all that the numbers depend on."""
    first, second, other = Draws("a"), Draws("a"), Draws("b")
    numbers = [first.uniform() for _ in range(600)]
    assert numbers == [second.uniform() for _ in range(600)]
    assert numbers != [other.uniform() for _ in range(600)]


def test_uniform_numbers_fill_their_range_evenly() -> None:
    """Mean and spread of 4,000 numbers are those of a uniform distribution."""
    draws = Draws("even")
    numbers = np.array([draws.uniform(2.0, 4.0) for _ in range(4000)])
    assert numbers.min() >= 2.0
    assert numbers.max() < 4.0
    assert abs(numbers.mean() - 3.0) < 0.03
    assert abs(numbers.std() - 2.0 / math.sqrt(12.0)) < 0.02


def test_directions_are_unit_vectors_all_around() -> None:
    """Every direction has length 1 and all four quadrants are met equally often."""
    draws = Draws("around")
    vectors = np.array([draws.direction() for _ in range(2000)])
    assert np.allclose((vectors**2).sum(axis=1), 1.0)
    quadrants = np.bincount((vectors[:, 0] > 0) * 2 + (vectors[:, 1] > 0), minlength=4)
    assert quadrants.min() > 400


def test_weighted_draws_follow_their_weights() -> None:
    """An index of weight 0.7 comes up in about 70 per cent of draws."""
    draws = Draws("weights")
    counts = np.bincount([draws.weighted((0.7, 0.1, 0.2)) for _ in range(3000)], minlength=3) / 3000
    assert np.abs(counts - [0.7, 0.1, 0.2]).max() < 0.04


@pytest.mark.parametrize("x", [0.0, 0.1, 1.0, 2.5, 4.0])
def test_decay_is_close_to_the_exponential(x: float) -> None:
    """The rational stand-in for exp(-x) is within 4 per cent up to x = 4."""
    assert decay(x) == pytest.approx(math.exp(-x), rel=0.04)


def test_noise_meets_the_table_at_its_lattice_points_and_repeats() -> None:
    """Value noise equals the table at whole numbers, negative ones included, with period 256."""
    table = noise_table(Draws("table"))
    assert smooth_noise(table, 3.0, 5.0) == table[5, 3]
    assert smooth_noise(table, -1.0, -2.0) == table[254, 255]
    assert smooth_noise(table, 3.25, 5.75) == smooth_noise(table, 259.25, 5.75)


@pytest.mark.parametrize(("x", "expected"), [(-1.0, 0.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (9.0, 1.0)])
def test_smoothstep_rises_from_zero_to_one(x: float, expected: float) -> None:
    """Below the range it is 0, above it 1."""
    assert smoothstep(0.0, 1.0, x) == expected
