"""The largest gap between skin-type groups, and what chance gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.skin_type_gaps import NUMBERS, skin_type_gaps
from hzbench.benchmark.scoring.skin_types import skin_type_numbers

TYPES = ("II",) * 90 + ("IV",) * 100 + ("V",) * 90 + ("",) * 20


@pytest.fixture
def toned(make_predictions: Callable[..., Predictions]) -> Predictions:
    """Predictions of 300 pictures with skin types."""
    return make_predictions(300, skin_types=TYPES, skill=1.0)


def spoiled(predictions: Predictions, rows: range) -> Predictions:
    """Turn the answers on some pictures wrong, on every cell."""
    probabilities = predictions.probabilities.copy()
    for row in rows:
        wrong = (predictions.labels[row] + 1) % 4
        probabilities[:, row] = 0.1
        probabilities[:, row, wrong] = 0.7
    return replace(predictions, probabilities=probabilities)


def test_the_gap_is_that_of_the_published_groups(toned: Predictions) -> None:
    """Largest minus smallest value, with the groups that have them."""
    gaps, groups = skin_type_gaps(toned), skin_type_numbers(toned)
    assert tuple(gaps) == NUMBERS
    for name, gap in gaps.items():
        values = {group: getattr(numbers, name) for group, numbers in groups.items()}
        values = {group: value for group, value in values.items() if value is not None}
        assert gap.gap == pytest.approx(max(values.values()) - min(values.values())), name
        assert values[gap.highest] == max(values.values())
        assert values[gap.lowest] == min(values.values())


def test_chance_agrees_with_a_plain_permutation_within_each_class(toned: Predictions) -> None:
    """An independent loop with another generator; both means of 2,000 draws to within their error."""
    known = [row for row, skin_type in enumerate(toned.skin_types) if skin_type]
    labels = toned.labels[known]
    wrong = (toned.answers[0] != toned.labels)[known]
    types = np.array(toned.skin_types)[known]
    random = np.random.default_rng(5)
    gaps = []
    for _ in range(2000):
        dealt = types.copy()
        for label in range(4):
            dealt[labels == label] = random.permutation(types[labels == label])
        errors = [wrong[dealt == one].mean() for one in ("II", "IV", "V")]
        gaps.append(max(errors) - min(errors))
    found = skin_type_gaps(toned)["error"]
    spread = np.std(gaps) * np.sqrt(2 / 2000)
    assert found.chance_mean == pytest.approx(np.mean(gaps), abs=4 * spread)
    assert found.chance_95 == pytest.approx(np.quantile(gaps, 0.95), abs=0.02)
    assert found.chance_share == pytest.approx(np.mean(np.array(gaps) >= found.gap - 1e-12), abs=0.05)


def test_a_group_that_is_treated_worse_stands_out(toned: Predictions) -> None:
    """Half of the pictures of one group are made wrong."""
    gap = skin_type_gaps(spoiled(toned, range(190, 235)))["error"]
    assert gap.highest == "V-VI"
    assert gap.gap > gap.chance_95 > gap.chance_mean
    assert gap.chance_share == pytest.approx(1 / 2001)


def test_skin_is_dealt_among_persons_with_as_many_pictures(
    make_predictions: Callable[..., Predictions],
) -> None:
    """Where one group's persons have two pictures and the other's one, chance can change nothing."""
    labels = np.repeat(np.arange(4), 30).astype(np.int64)
    types = tuple("I" if row % 30 < 20 else "V" for row in range(120))
    groups = tuple(f"p{row // 2}" if skin == "I" else "" for row, skin in enumerate(types))
    predictions = replace(make_predictions(120, skin_types=types), labels=labels, groups=groups)
    gap = skin_type_gaps(predictions)["error"]
    assert gap.gap == pytest.approx(gap.chance_mean) == pytest.approx(gap.chance_95)
    assert gap.chance_share == 1


def test_a_single_group_that_is_large_enough_has_no_gap(
    make_predictions: Callable[..., Predictions],
) -> None:
    """A difference needs two."""
    assert skin_type_gaps(make_predictions(60, skin_types=("I",) * 41 + ("V",) * 19)) == {}
    assert skin_type_gaps(make_predictions(60)) == {}


def test_a_number_with_too_few_pictures_in_all_groups_but_one_has_no_gap(
    make_predictions: Callable[..., Predictions],
) -> None:
    """40 pictures a group, 10 of them zoster: errors have a gap, sensitivities none."""
    gaps = skin_type_gaps(make_predictions(80, skin_types=("I", "V") * 40))
    assert set(gaps) == {"error", "corrupted_error"}


def test_equal_predictions_give_equal_gaps(toned: Predictions) -> None:
    """And no global random state has a say."""
    np.random.seed(1)
    assert skin_type_gaps(replace(toned), permutations=50) == skin_type_gaps(toned, permutations=50)
