"""Cells as the command line writes them."""

from __future__ import annotations

import pytest

from hzbench.benchmark.data.corrupted.cells import Cell, all_cells, parse_cells
from hzbench.benchmark.errors import DataError
from hzbench.corruptions import CORRUPTIONS


def test_all_cells_are_corruption_major() -> None:
    """Five severities of the first corruption, then of the second."""
    cells = all_cells()
    assert len(cells) == 5 * len(CORRUPTIONS)
    assert [str(cell) for cell in cells[:6]] == [
        "gaussian_noise:1",
        "gaussian_noise:2",
        "gaussian_noise:3",
        "gaussian_noise:4",
        "gaussian_noise:5",
        "shot_noise:1",
    ]


@pytest.mark.parametrize("nothing", [None, [], [""]])
def test_nothing_named_is_everything(nothing: list[str] | None) -> None:
    """The default is SD-HZ-C itself."""
    assert parse_cells(nothing) == all_cells()


def test_cells_come_in_published_order_and_once() -> None:
    """With commas or as several texts."""
    assert parse_cells(["jpeg_compression:5,contrast:3", " contrast:1 ", "contrast:3"]) == (
        Cell("contrast", 1),
        Cell("contrast", 3),
        Cell("jpeg_compression", 5),
    )


def test_a_corruption_alone_is_its_five_severities() -> None:
    """`contrast` means contrast:1 to contrast:5."""
    assert [cell.severity for cell in parse_cells(["contrast"])] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contrst:3", "unknown corruption 'contrst'.*Did you mean 'contrast'"),
        ("contrast:6", "unknown severity '6'.*contrast:1 to contrast:5"),
        ("contrast:", "unknown severity ''"),
        ("contrast:3:4", "unknown severity '3:4'"),
    ],
)
def test_what_is_misspelt_is_refused(text: str, said: str) -> None:
    """With what is expected."""
    with pytest.raises(DataError, match=said):
        parse_cells([text])
