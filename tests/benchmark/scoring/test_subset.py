"""The pictures of --limit."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hzbench.benchmark.scoring.subset import stratified_subset


def digests_of(n: int) -> list[str]:
    """Return n digests in no particular order."""
    return [hashlib.sha256(bytes([number // 256, number % 256])).hexdigest() for number in range(n)]


LABELS = np.repeat([0, 1, 2, 3], [80, 80, 80, 240])


def test_the_classes_keep_their_proportions() -> None:
    """48 of 480 are a tenth of each class."""
    chosen = stratified_subset(digests_of(480), LABELS, 48)
    assert np.bincount(LABELS[chosen]).tolist() == [8, 8, 8, 24]
    assert (np.diff(chosen) > 0).all()


def test_every_class_gets_a_seat_before_any_gets_two() -> None:
    """A few pictures still ask about every class, zoster too."""
    labels = np.repeat([0, 1, 2], [1, 3, 996])
    chosen = stratified_subset(digests_of(1000), labels, 3)
    assert sorted(labels[chosen]) == [0, 1, 2]


def test_within_a_class_the_smallest_digests_are_taken() -> None:
    """The order of the index does not matter."""
    digests = digests_of(480)
    chosen = stratified_subset(digests, LABELS, 48)
    of_zoster = [digests[i] for i in chosen if LABELS[i] == 1]
    assert sorted(of_zoster) == sorted(digests[80:160])[:8]


@given(order=st.permutations(range(30)), limit=st.integers(1, 30))
def test_the_choice_does_not_depend_on_the_order_of_the_index(order: list[int], limit: int) -> None:
    """Two people with the same pictures choose the same ones."""
    digests, labels = digests_of(30), np.repeat([0, 1, 2], [3, 9, 18])
    first = {digests[i] for i in stratified_subset(digests, labels, limit)}
    shuffled = [digests[i] for i in order]
    assert first == {shuffled[i] for i in stratified_subset(shuffled, labels[order], limit)}


def test_a_larger_limit_keeps_all_pictures_of_a_smaller_one() -> None:
    """So that a longer run extends a shorter one."""
    digests, before = digests_of(480), set()
    for limit in range(1, 481, 7):
        chosen = set(stratified_subset(digests, LABELS, limit).tolist())
        assert before <= chosen
        assert len(chosen) == limit
        before = chosen


def test_a_limit_beyond_the_pictures_takes_all() -> None:
    """Not an error: there is nothing more to take."""
    assert stratified_subset(digests_of(4), np.array([0, 1, 2, 3]), 99).tolist() == [0, 1, 2, 3]


def test_a_limit_below_one_is_refused() -> None:
    """A result needs a picture."""
    with pytest.raises(ValueError, match="limit is 0"):
        stratified_subset(digests_of(4), np.array([0, 1, 2, 3]), 0)
