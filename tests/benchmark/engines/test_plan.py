"""The partition of a cell into batches depends on the data alone."""

from __future__ import annotations

import numpy as np
import pytest

from hzbench.benchmark.engines.plan import BATCH, batches_of
from hzbench.benchmark.scoring.cells import ALL_CELLS, Cell

DIGESTS = [f"{i:064x}" for i in range(100)]


@pytest.mark.parametrize("count", [1, 31, 32, 33, 100])
def test_every_picture_is_in_exactly_one_batch(count: int) -> None:
    """Nothing is left out and nothing is computed twice."""
    batches = batches_of(0, Cell("fog", 3), DIGESTS[:count], "d")
    positions = np.concatenate([batch.positions for batch in batches])
    assert sorted(positions.tolist()) == list(range(count))
    assert all(len(batch.positions) == BATCH for batch in batches[:-1])


def test_the_order_differs_between_cells_and_datasets() -> None:
    """A model can't learn from the order which cell or which picture it is looking at."""
    orders = {
        tuple(np.concatenate([b.positions for b in batches_of(0, cell, DIGESTS, digest)]).tolist())
        for cell in ALL_CELLS
        for digest in ("d", "e")
    }
    assert len(orders) == 2 * len(ALL_CELLS)


def test_the_neighbours_of_a_picture_do_not_depend_on_index_order() -> None:
    """Two people who list the same pictures in another order get the same batches, picture by picture."""

    def groups(digests: list[str]) -> list[list[str]]:
        return [[digests[i] for i in b.positions] for b in batches_of(0, Cell("snow", 1), digests, "d")]

    assert groups(DIGESTS) == groups(DIGESTS[::-1])
