"""The order of the cells: a Latin square that nobody can choose."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.regression.waves import LOOKS, order_of_cells
from hzbench.benchmark.scoring.cells import CORRUPTED_CELLS, CORRUPTION_NAMES

DIGESTS = [f"{number:064x}" for number in range(150)]


def test_every_picture_runs_every_cell_once() -> None:
    """Whatever the number of pictures."""
    for count in (1, 7, 150):
        order = order_of_cells(DIGESTS[:count], "data", "model")
        assert np.array_equal(np.sort(order, axis=1), np.tile(np.arange(75), (count, 1)))


@pytest.mark.parametrize("look", LOOKS)
def test_every_cell_is_run_on_equally_many_pictures(look: int) -> None:
    """At every look, where the pictures are a multiple of 75."""
    known = order_of_cells(DIGESTS, "data", "model") < look
    assert set(known.sum(axis=0)) == {2 * look}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_fifteen_cells_hold_every_corruption_once(turns: int) -> None:
    """So that no corruption weighs more in one picture than in another."""
    names = np.array([CORRUPTION_NAMES.index(str(cell.corruption)) for cell in CORRUPTED_CELLS])
    for row in order_of_cells(DIGESTS, "data", "model"):
        assert set(np.bincount(names[row < 15 * turns], minlength=15)) == {turns}


def test_the_order_depends_on_data_and_candidate_alone() -> None:
    """The same for everyone, another one for another model; and a picture's place does not matter."""
    first = order_of_cells(DIGESTS, "data", "model")
    assert np.array_equal(first, order_of_cells(DIGESTS, "data", "model"))
    assert not np.array_equal(first, order_of_cells(DIGESTS, "data", "another"))
    assert not np.array_equal(first, order_of_cells(DIGESTS, "other", "model"))
    assert np.array_equal(first[::-1], order_of_cells(DIGESTS[::-1], "data", "model"))
