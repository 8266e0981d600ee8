"""The noise corruptions follow the published laws, exactly where a law can be computed."""

import math

import numpy as np
import pytest

from hzbench.corruptions import corrupt_cell, pixel_digest
from hzbench.corruptions.quantiles import ONE, normal_quantiles
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.shot_noise import PHOTONS_AT_WHITE, SLOT_BITS, alias_table

GREY = np.full((224, 224, 3), 100, np.uint8)


def test_normal_quantiles_are_normal():
    """Mirror symmetry, standard deviation 0.99999, extremes beyond four deviations."""
    quantiles = normal_quantiles() / ONE
    assert np.array_equal(quantiles, -quantiles[::-1])
    assert math.isclose(np.sqrt((quantiles**2).mean()), 0.99999, abs_tol=1e-5)
    assert quantiles[-1] > 4.3


@pytest.mark.parametrize(("severity", "deviation"), list(enumerate((0.08, 0.12, 0.18, 0.26, 0.38), start=1)))
def test_gaussian_noise_is_the_float_formula_on_the_same_normal_values(severity, deviation):
    """clip(v + N(0, c), 0, 1) * 255, truncated, gives every byte."""
    image = np.random.default_rng(severity).integers(0, 256, (60, 50, 3), np.uint8)
    stream = RandomStream.for_cell("gaussian_noise", severity, 0, pixel_digest(image))
    noise = (normal_quantiles() / ONE)[stream.halves(0, image.size)].reshape(image.shape) * deviation
    expected = np.uint8(np.clip(image / 255.0 + noise, 0, 1) * 255)
    assert np.array_equal(corrupt_cell(image, "gaussian_noise", severity), expected)


@pytest.mark.parametrize("severity", range(1, 6))
def test_shot_noise_has_poissons_probabilities(severity):
    """For every pixel value, each outcome's share of the 65,536 places is the exact one within a place."""
    photons, slots = PHOTONS_AT_WHITE[severity - 1], 2 ** SLOT_BITS[severity - 1]
    table = alias_table(severity).reshape(256, slots).astype(np.int64)
    for value in range(256):
        threshold, own, other = table[value] & 0xFFFF, table[value] >> 16 & 255, table[value] >> 24
        places = np.bincount(own, threshold, 256) + np.bincount(other, 65536 // slots - threshold, 256)
        mean = value / 255 * photons
        exact = np.zeros(256)
        for k in range(photons):
            exact[255 * k // photons] += math.exp(-mean) * mean**k / math.factorial(k)
        exact[255] += 1 - exact.sum()
        assert np.abs(places - exact * 65536).max() < 1


@pytest.mark.parametrize(("severity", "amount"), list(enumerate((0.03, 0.06, 0.09, 0.17, 0.27), start=1)))
def test_impulse_noise_replaces_the_published_share_of_values(severity, amount):
    """Half of the replaced values are black, half white, independently, within five standard errors."""
    corrupted = corrupt_cell(GREY, "impulse_noise", severity)
    error = 5 * math.sqrt(amount / 2 / GREY.size)
    assert abs((corrupted == 0).mean() - amount / 2) < error
    assert abs((corrupted == 255).mean() - amount / 2) < error
    assert ((corrupted == 0) | (corrupted == 100) | (corrupted == 255)).all()
    all_three = (corrupted != 100).all(axis=2).mean()
    assert abs(all_three - amount**3) < 5 * math.sqrt(amount**3 / 50176) + 1e-4
