"""The sheet of examples in the documentation."""

import numpy as np
import pytest

from hzbench.benchmark.data.synth import plan, sheet
from hzbench.benchmark.data.synth.plan import KINDS
from hzbench.benchmark.data.synth.sheet import (
    CAPTION,
    COLUMNS,
    GAP,
    ROWS,
    draw_class_sheet,
    draw_conditions_sheet,
    draw_sheet,
    example_indices,
)


def test_examples_of_other_show_every_kind_and_no_person_twice() -> None:
    """Three rows are enough for all kinds of other disease, each of a person of its own."""
    records = [plan()[index] for index in example_indices("other", ROWS["other"] * COLUMNS)]
    assert {record.kind for record in records} == set(KINDS["other"])
    assert len({record.group for record in records}) == len(records)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every picture be black, and cost nothing."""
    monkeypatch.setattr(
        sheet, "render_picture", lambda index, edge=224: np.zeros((edge, edge, 3), dtype=np.uint8)
    )


@pytest.mark.usefixtures("plain")
def test_the_sheet_has_a_place_for_every_picture() -> None:
    """The sheet is as wide and high as its pictures and the gaps between them."""
    assert draw_sheet(16).shape == (sum(ROWS.values()) * (16 + GAP) - GAP, COLUMNS * (16 + GAP) - GAP, 3)


@pytest.mark.usefixtures("plain")
def test_a_sheet_of_one_class_shows_thirty_persons() -> None:
    """Five rows of six pictures, all of the class."""
    assert draw_class_sheet("tinea", 16).shape == (5 * 20 - GAP, 6 * 20 - GAP, 3)
    assert {plan()[index].label for index in example_indices("tinea", 30)} == {"tinea"}


@pytest.mark.usefixtures("plain")
def test_the_sheet_of_conditions_has_a_column_for_each() -> None:
    """Nine columns, a caption above them."""
    assert draw_conditions_sheet(16, persons=(3,)).shape == (CAPTION + 16, 9 * 20 - GAP, 3)
