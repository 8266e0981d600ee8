"""Shares with Wilson's interval, also where persons have several pictures."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.scoring.bootstrap import wilson
from hzbench.benchmark.scoring.proportions import share


def test_without_groups_the_interval_is_wilsons() -> None:
    """Every picture is a person."""
    events = np.array([True] * 3 + [False] * 17)
    assert share(events, [""] * 20) == (0.15, wilson(3, 20))
    assert share(events, [f"p{row}" for row in range(20)]) == (0.15, wilson(3, 20))


def test_copies_of_a_person_say_nothing_new() -> None:
    """Twenty persons with five equal pictures each are worth some twenty pictures, not a hundred."""
    events = np.repeat([True] * 6 + [False] * 14, 5)
    found = share(events, [f"p{row // 5}" for row in range(100)])
    assert found.value == pytest.approx(0.3)
    assert found.interval == pytest.approx(wilson(0.3 * 19, 19))


def test_persons_who_differ_within_are_worth_more_but_never_more_than_their_pictures() -> None:
    """Half of each person's pictures: no variance between persons."""
    events = np.array([True, False] * 20)
    assert share(events, [f"p{row // 2}" for row in range(40)]).interval == wilson(20, 40)


@pytest.mark.parametrize("event", [True, False])
def test_where_all_agree_persons_are_counted(event: bool) -> None:
    """A variance of zero would claim too much."""
    found = share(np.full(40, event), [f"p{row // 4}" for row in range(40)])
    assert found.interval == wilson(10 * event, 10)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """With persons whose chances differ, nine pictures each; Wilson over pictures covers far less."""
    random = np.random.default_rng(0)
    groups = [f"p{row // 9}" for row in range(540)]
    covered = plain = 0
    for _ in range(400):
        chances = random.beta(0.7, 0.3, 60)
        events = random.random(540) < np.repeat(chances, 9)
        low, high = share(events, groups).interval or (0, 0)
        covered += low <= 0.7 <= high
        low, high = wilson(int(events.sum()), 540) or (0, 0)
        plain += low <= 0.7 <= high
    assert 0.91 <= covered / 400 <= 0.98
    assert plain / 400 < 0.75


def test_too_few_pictures_give_nothing() -> None:
    """Nor do none at all."""
    assert share(np.array([True] * 19), [""] * 19, smallest=20) == (None, None)
    assert share(np.array([], dtype=np.bool_), []) == (None, None)
