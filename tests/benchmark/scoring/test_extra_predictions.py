"""Answers on additional test sets: kept in the predictions file, apart from what the 76 cells give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions, packed_sets, unpacked_sets
from hzbench.benchmark.scoring.packing import packed_texts
from hzbench.benchmark.scoring.predictions import Predictions

Make = Callable[..., ExtraPredictions]


@pytest.fixture
def sets(make_extra_test: Make) -> tuple[ExtraPredictions, ...]:
    """Two sets of different sizes."""
    return (
        make_extra_test(("dim/near", "dim/far", "bright/far")),
        make_extra_test(("",) * 5, "other-clinic", groups=("a", "a", "b", "c", "d")),
    )


def test_a_predictions_file_carries_them(
    predictions: Predictions, sets: tuple[ExtraPredictions, ...]
) -> None:
    """Bit for bit, beside everything else."""
    stored, note = Predictions.from_bytes(replace(predictions, extra_tests=sets).to_bytes("note"))
    assert note == "note"
    assert stored.digest == predictions.digest
    assert [one.digest for one in stored.extra_tests] == [one.digest for one in sets]
    assert stored.extra_tests[0].conditions == ("dim/near", "dim/far", "bright/far")
    assert stored.extra_tests[1].groups == ("a", "a", "b", "c", "d")


def test_a_file_without_them_has_none(predictions: Predictions) -> None:
    """As those written before there were additional test sets."""
    assert Predictions.from_bytes(predictions.to_bytes())[0].extra_tests == ()


def test_the_digest_of_the_cells_does_not_depend_on_them(
    predictions: Predictions, sets: tuple[ExtraPredictions, ...]
) -> None:
    """So that the intervals of all other numbers stay what they are."""
    assert replace(predictions, extra_tests=sets).digest == predictions.digest


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"split_digest": "f" * 64},
        {"conditions": ("dim", "dim", "dim")},
        {"groups": ("a", "a", "a")},
        {"skin_types": ("I", "", "")},
        {"labels": np.array([1, 1, 2])},
    ],
)
def test_the_digest_of_a_set_covers_all_of_it(make_extra_test: Make, change: dict[str, Any]) -> None:
    """Whatever a number of the set can depend on."""
    one = make_extra_test(("dim/near", "dim/far", "bright/far"))
    assert replace(one, **change).digest != one.digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digests": ("a", "a", "b")}, "each of them once"),
        ({"probabilities": np.zeros((2, 4), np.float32)}, "expected 3 rows"),
        ({"conditions": ("dim",)}, "one entry for each of the 3 pictures"),
        ({"labels": np.array([1, 1, 4])}, "no class number"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    make_extra_test: Make, change: dict[str, Any], said: str
) -> None:
    """The message names the set."""
    with pytest.raises(ValueError, match=f"'hz-w'.*{said}"):
        replace(make_extra_test(("a", "b", "c")), **change)


def test_a_set_of_other_classes_is_refused(predictions: Predictions, make_extra_test: Make) -> None:
    """Its columns would mean something else."""
    narrow = make_extra_test(("a", "b"), probabilities=np.full((2, 3), 1 / 3, dtype=np.float32))
    with pytest.raises(ValueError, match="has 3 classes, not 4"):
        replace(predictions, extra_tests=(narrow,))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("extra_sizes", np.array([3, 6])),
        ("extra_sizes", np.array([9, -1])),
        ("extra_names", packed_texts(("x", "x"))),
        ("extra_digests", packed_texts(("x",))),
    ],
)
def test_damaged_arrays_are_refused(
    sets: tuple[ExtraPredictions, ...], member: str, value: np.ndarray
) -> None:
    """Before a slice of one set is taken for another."""
    with pytest.raises(ValueError, match="additional test sets"):
        unpacked_sets(packed_sets(sets) | {member: value})
