"""PRIME's three primitives, against their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage

from hzbench.submissions.augmentations.prime import (
    OPERATIONS,
    colour_table,
    convolve,
    move,
    sine_field,
    temperatures,
)


def picture(seed: int = 0) -> np.ndarray:
    """Return 20 x 26 pixels of noise."""
    return np.random.default_rng(seed).integers(0, 256, (20, 26, 3), dtype=np.uint8)


def test_filter_is_the_cross_correlation_with_zeros_around() -> None:
    """Against scipy, channel by channel."""
    kernel = np.random.default_rng(1).standard_normal((3, 3)).astype(np.float32)
    image = picture()
    expected = np.stack(
        [ndimage.correlate(image[..., c].astype(np.float64), kernel, mode="constant") for c in range(3)], -1
    )
    np.testing.assert_allclose(convolve(image, kernel), np.clip(expected, 0, 255), atol=0.5 + 1e-3)


def test_filter_without_noise_is_the_picture() -> None:
    """The 1 lies in the centre, not in the corner as in the authors' code."""
    centre = np.zeros((3, 3), np.float32)
    centre[1, 1] = 1
    np.testing.assert_array_equal(convolve(picture(), centre), picture())


def test_colours_get_a_sum_of_sines() -> None:
    """That is x + sum_k b_k sin(pi k x), clipped; the end points 0 and 255 stay."""
    frequencies, coefficients = np.array([3, 4]), np.array([[0.1, -0.2], [0, 0], [0.9, 0.9]])
    table = colour_table(frequencies, coefficients)
    x = np.arange(256) / 255
    expected = np.clip(x + 0.1 * np.sin(3 * math.pi * x) - 0.2 * np.sin(4 * math.pi * x), 0, 1) * 255
    np.testing.assert_allclose(table[0], expected, atol=0.5 + 1e-3)
    np.testing.assert_array_equal(table[1], np.arange(256))
    assert table[:, 0].tolist() == [0, 0, 0]
    assert table[:, -1].tolist() == [255, 255, 255]


@pytest.mark.parametrize("cut_off", [2, 7, 60])
def test_displacement_vanishes_at_the_border_and_has_its_energy(cut_off: int) -> None:
    """The variance of the field is a quarter of the sum of 1 / (i^2 + j^2) over its modes."""
    random = np.random.default_rng(3)
    fields = np.stack([sine_field((65, 65), cut_off, random) for _ in range(200)])
    assert np.abs(fields[:, [0, -1]]).max() < 1e-3
    assert np.abs(fields[:, :, [0, -1]]).max() < 1e-3
    modes = np.arange(1, cut_off + 1)
    squares = modes[:, None] ** 2 + modes[None, :] ** 2
    expected = (1 / squares[np.sqrt(squares) < cut_off + 0.5]).sum() / 4
    assert fields.var() == pytest.approx(expected * (64 / 65) ** 2, rel=0.15)


def test_lowest_temperature_moves_by_half_a_pixel() -> None:
    """Typical displacement: n sqrt(pi T log c) / 2, source: Petrini et al. 2021."""
    lowest, highest = temperatures(224, 10)
    assert 224 * math.sqrt(math.pi * lowest * math.log(10)) / 2 == pytest.approx(0.5)
    assert highest > lowest
    assert highest == pytest.approx(4 / (math.pi**3 * 10**2 * math.log(10)))


def test_pixels_are_fetched_from_where_the_displacement_says() -> None:
    """Whole pixels are shifted, half pixels averaged, and the border repeats."""
    image = picture()
    zero, one = np.zeros((20, 26), np.float32), np.ones((20, 26), np.float32)
    np.testing.assert_array_equal(move(image, zero, zero), image)
    shifted = move(image, one, -2 * one)
    np.testing.assert_array_equal(shifted[:-2, 1:], image[2:, :-1])
    np.testing.assert_array_equal(shifted[:-2, 0], image[2:, 0])
    half = move(image, one / 2, zero)
    expected = (image[:, 1:].astype(float) + image[:, :-1]) / 2
    np.testing.assert_allclose(half[:, 1:], expected, atol=0.5)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_primitive_changes_a_picture_and_keeps_its_form(operation: object) -> None:
    """uint8 in, uint8 out, same shape."""
    random = np.random.default_rng(4)
    found = [operation(picture(), random) for _ in range(5)]  # type: ignore[operator]  # one of OPERATIONS
    assert all(one.shape == (20, 26, 3) and one.dtype == np.uint8 for one in found)
    assert any((one != picture()).any() for one in found)
