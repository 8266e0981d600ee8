"""CE, relative CE, category means and flip rates by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.scoring.cells import CORRUPTION_NAMES
from hzbench.benchmark.scoring.corruption_error import (
    category_means,
    corruption_errors,
    flip_rates,
    grid,
    relative_corruption_errors,
)


def test_ce_is_a_quotient_of_sums_not_a_mean_of_quotients() -> None:
    """(0.1 + ... + 0.5) / (0.2 + 0.2 + 0.2 + 0.2 + 0.7) = 1.5 / 1.5."""
    errors, reference = np.full((15, 5), 0.3), np.full((15, 5), 0.6)
    errors[0], reference[0] = [0.1, 0.2, 0.3, 0.4, 0.5], [0.2, 0.2, 0.2, 0.2, 0.7]
    np.testing.assert_allclose(corruption_errors(errors, reference), [1.0, *[0.5] * 14])


def test_ce_without_reference_errors_is_nan() -> None:
    """Nothing is divided by zero."""
    reference = np.full((15, 5), 0.5)
    reference[3] = 0
    values = corruption_errors(np.full((15, 5), 0.1), reference)
    assert np.isnan(values).tolist() == [row == 3 for row in range(15)]


def test_relative_ce_subtracts_each_models_own_clean_error() -> None:
    """(5 x 0.3 - 5 x 0.1) / (5 x 0.6 - 5 x 0.2) = 0.5."""
    values = relative_corruption_errors(
        np.full((15, 5), 0.3), np.array(0.1), np.full((15, 5), 0.6), np.array(0.2)
    )
    np.testing.assert_allclose(values, 0.5)


@pytest.mark.parametrize("reference_clean", [0.6, 0.7])
def test_relative_ce_is_undefined_where_the_reference_does_not_get_worse(reference_clean: float) -> None:
    """Neither a division by (nearly) zero nor a sign turned round."""
    values = relative_corruption_errors(
        np.full((15, 5), 0.3), np.array(0.1), np.full((15, 5), 0.6), np.array(reference_clean)
    )
    assert np.isnan(values).all()


def test_brightness_counts_as_weather() -> None:
    """3 noise, 4 blur, 4 weather, 4 digital, as in ImageNet-C."""
    values = np.zeros(15)
    values[CORRUPTION_NAMES.index("brightness")] = 1.0
    means = category_means(values)
    assert {name: float(mean) for name, mean in means.items()} == {
        "noise": 0,
        "blur": 0,
        "weather": 0.25,
        "digital": 0,
    }


def test_the_grid_has_one_row_a_corruption() -> None:
    """Cells run severity by severity."""
    np.testing.assert_array_equal(grid(np.arange(75))[1], [5, 6, 7, 8, 9])


def test_flip_rates_compare_with_the_clean_answer() -> None:
    """2 of 4 pictures answered otherwise in the first cell; labels do not matter."""
    answers = np.tile(np.array([0, 1, 2, -1]), (76, 1))
    answers[1] = [0, 2, 2, 1]
    rates = flip_rates(answers)
    assert rates[0, 0] == 0.5
    assert rates.sum() == 0.5
