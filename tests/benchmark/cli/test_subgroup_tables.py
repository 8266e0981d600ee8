"""Tables of skin types and additional test sets on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from hzbench.benchmark.cli.result_tables import print_result
from hzbench.benchmark.cli.subgroup_tables import extra_test_table, few_pictures, skin_type_tables
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.predictions import Predictions


@pytest.fixture(scope="module")
def full(
    make_predictions: Callable[..., Predictions],
    make_extra_test: Callable[..., ExtraPredictions],
    make_result: Callable[..., Result],
) -> Result:
    """A result with skin types, a zoster set under four conditions, and a set without zoster."""
    sets = (
        make_extra_test(("dim/near", "dim/far", "bright/near", "bright/far") * 5),
        make_extra_test(("",) * 30, "alarms", labels=np.zeros(30, np.int64), skin_types=("VI",) * 30),
    )
    predictions = make_predictions(80, skin_types=("I", "V") * 40)
    return make_result(replace(predictions, extra_tests=sets), None)


def test_a_zoster_set_shows_sensitivity_for_every_condition(full: Result) -> None:
    """In both ways of using the classifier; no column for what it cannot have."""
    table = extra_test_table("hz-w", full.extra_tests["hz-w"])
    assert table.header == ("hz-w (clean)", "n", "SE-HZ", "95 %", "SE-HZ", "95 %")
    names = [row[0] for row in table.rows]
    assert names[:2] == ["all", "dim/near"]
    assert names[-4:] == ["dim/any", "bright/any", "any/near", "any/far"]
    assert sum(width for _, width in table.groups) == len(table.header)
    assert {row[1] for row in table.rows} == {"20", "5", "10"}


def test_a_set_without_zoster_shows_error_and_specificity_by_skin(full: Result) -> None:
    """False alarms by tone."""
    table = extra_test_table("alarms", full.extra_tests["alarms"])
    assert table.header[:6] == ("alarms (clean)", "n", "Error", "95 %", "SP-HZ", "95 %")
    assert [row[0] for row in table.rows] == ["all", "skin V-VI"]


def test_skin_types_come_with_their_gaps_and_what_chance_gives(full: Result) -> None:
    """Few zoster pictures in a group leave a dash, and the note says why."""
    groups, gaps = skin_type_tables(full)
    assert [row[0] for row in groups.rows] == ["I-II", "III-IV", "V-VI"]
    assert groups.rows[1][2] == "–"
    assert "fewer than 20" in groups.notes[0]
    assert [row[0] for row in gaps.rows] == ["error, clean", "error, 75 cells"]


def test_nothing_is_shown_where_nothing_is_known(result: Result) -> None:
    """No skin types, no table."""
    assert skin_type_tables(result) == []


def test_every_table_is_printed(full: Result, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the two of the paper."""
    print_result(full)
    shown = capsys.readouterr().out
    for title in ("hz-w (clean)", "alarms (clean)", "Skin types", "Largest gap in", "mCE-bal"):
        assert title in shown


def test_groups_of_few_pictures_give_a_sentence_in_place_of_a_table(
    make_predictions: Callable[..., Predictions], make_result: Callable[..., Result]
) -> None:
    """Three rows of dashes would tell nobody anything."""
    few = make_result(make_predictions(40, skin_types=("I",) * 19 + ("V",) * 19 + ("",) * 2), None)
    assert skin_type_tables(few) == []
    assert few_pictures(few).startswith("Skin types: I-II 19, III-IV 0, V-VI 19 pictures")


def test_estimated_skin_types_are_said_to_be_so(full: Result) -> None:
    """Below the table, with their number."""
    data = full.data.model_copy(update={"skin_types_estimated": 7})
    note = skin_type_tables(full.model_copy(update={"data": data}))[0].notes[0]
    assert "7 of the skin types were estimated" in note
    assert "estimated" not in skin_type_tables(full)[0].notes[0]
    assert few_pictures(full) == ""
