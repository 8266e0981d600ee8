"""Mixed chains, against AugMix's formula."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.submissions.augmentations.chains import Image, mix_chains

GREY = np.full((4, 5, 3), 100, np.uint8)


def brighten(image: Image, random: np.random.Generator) -> Image:
    """Add 10: a chain's brightness then tells its depth."""
    return image + np.uint8(10)


def test_mixture_is_the_convex_sum_of_picture_and_chains() -> None:
    """(1 - m) x + m sum_i w_i chain_i(x), with w of Dirichlet(1, 1, 1) and m of Beta(1, 1)."""
    depths: list[int] = []

    def step(image: Image, random: np.random.Generator) -> Image:
        depths.append(len(depths))
        return np.full_like(image, 20 * len(depths))

    mixed = mix_chains(GREY, np.random.default_rng(5), [step], width=3, depth=1)
    expected = np.random.default_rng(5)
    weights = expected.dirichlet(np.ones(3))
    share = expected.beta(1.0, 1.0)
    value = (1 - share) * 100 + share * float(weights @ [20, 40, 60])
    np.testing.assert_array_equal(mixed, np.full_like(GREY, round(value)))


@pytest.mark.parametrize(("depth", "allowed"), [(2, {2}), (0, {1, 2, 3})])
def test_chains_have_the_asked_depth_or_one_to_three_steps(depth: int, allowed: set[int]) -> None:
    """The largest share of brightness that a single chain adds is 10 a step."""
    seen: set[int] = set()
    for seed in range(60):
        steps: list[int] = []

        def count(image: Image, random: np.random.Generator, steps: list[int] = steps) -> Image:
            steps.append(1)
            return brighten(image, random)

        mix_chains(GREY, np.random.default_rng(seed), [count], width=1, depth=depth)
        seen.add(len(steps))
    assert seen == allowed


def test_weights_follow_their_distributions() -> None:
    """Over many draws with one white chain the mean share is a half, and its spread is that of Beta(1, 1)."""
    random = np.random.default_rng(0)
    black = np.zeros((1, 1, 3), np.uint8)

    def white(image: Image, random: np.random.Generator) -> Image:
        return np.full_like(image, 255)

    shares = [mix_chains(black, random, [white], width=3, depth=1)[0, 0, 0] / 255 for _ in range(2000)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)
    assert np.std(shares) == pytest.approx(12**-0.5, abs=0.02)
