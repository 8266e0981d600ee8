"""Numbers by skin type."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hzbench.benchmark.scoring.bootstrap import wilson
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.skin_types import skin_type_group, skin_type_numbers


@pytest.mark.parametrize(
    ("skin_type", "group"),
    [
        ("I", "I-II"),
        ("2", "I-II"),
        ("FST3", "III-IV"),
        (" iv ", "III-IV"),
        ("V", "V-VI"),
        ("V-VI", "V-VI"),
        ("", None),
        ("VII", None),
        ("NONE_SELECTED", None),
    ],
)
def test_spellings_of_skin_types_find_their_group(skin_type: str, group: str | None) -> None:
    """As datasets write them."""
    assert skin_type_group(skin_type) == group


def test_groups_have_their_own_error_and_interval(make_predictions: Callable[..., Predictions]) -> None:
    """100 pictures of types I-II, 90 of V-VI, 10 unknown."""
    predictions = make_predictions(200, skin_types=("II",) * 100 + ("V",) * 90 + ("",) * 10)
    numbers = skin_type_numbers(predictions)
    wrong = predictions.answers != predictions.labels
    assert list(numbers) == ["I-II", "III-IV", "V-VI"]
    light = numbers["I-II"]
    assert light.n == 100
    assert light.error == pytest.approx(wrong[0, :100].mean())
    assert light.error_interval == wilson(int(wrong[0, :100].sum()), 100)
    assert light.corrupted_error == pytest.approx(wrong[1:, :100].mean())
    zoster = np.flatnonzero(predictions.labels[:100] == 1)
    assert light.n_hz == zoster.size
    assert light.sensitivity_hz == pytest.approx(1 - wrong[0, zoster].mean())


def test_groups_with_few_pictures_say_nothing_but_their_size(
    make_predictions: Callable[..., Predictions],
) -> None:
    """19 pictures are too few, 0 are none."""
    predictions = make_predictions(60, skin_types=("I",) * 19 + ("III",) * 41)
    numbers = skin_type_numbers(predictions)
    assert numbers["I-II"].n == 19
    assert numbers["I-II"].error is None
    assert numbers["V-VI"].n == 0
    assert numbers["III-IV"].error is not None
    assert numbers["III-IV"].sensitivity_hz is None  # fewer than 20 of its pictures show zoster


def test_unknown_skin_types_give_no_groups(predictions: Predictions) -> None:
    """Nothing is shown where nothing is known."""
    assert skin_type_numbers(predictions) == {}
