"""The paper's rows stand below measured ones, marked, and are never ranked with them."""

from __future__ import annotations

import pytest

from hzbench.benchmark.results.schema import Result
from hzbench.leaderboards.entry import Entry
from hzbench.leaderboards.published_rows import MARK, with_published_clean, with_published_corruptions
from hzbench.leaderboards.rendering import Table, to_csv, to_markdown
from hzbench.leaderboards.tables import clean_table, corruption_table, with_signatures


def as_dict(table: Table, number: int) -> dict[str, str]:
    """Return a row by its columns."""
    return dict(zip(table.header, table.rows[number], strict=True))


def test_published_rows_come_last_whatever_their_mce(result: Result) -> None:
    """13 models and 12 more of Table 6, in the paper's order."""
    table = with_published_corruptions(corruption_table([result]))
    assert len(table.rows) == 1 + 13 + 12
    assert table.apart == 25
    assert MARK not in table.rows[0][0]
    assert all(MARK in row[0] for row in table.rows[1:])
    assert table.rows[1][0] == f"AlexNet ({MARK})"
    assert any("cannot be compared" in note for note in table.notes)


def test_published_numbers_are_as_printed_and_the_rest_is_empty(result: Result) -> None:
    """No interval, no zoster sensitivity: the paper gives none."""
    row = as_dict(with_published_corruptions(corruption_table([result])), -1)
    assert (row["ACC"], row["mCE"], row["Gauss."], row["JPEG"]) == ("92.8", "56.7", "19", "44")
    assert row["95 %"] == row["SE-HZ"] == "–"


def test_papers_macs_are_left_out_of_the_clean_table(result: Result) -> None:
    """Their units are mixed, so that they would mislead beside counted ones."""
    table = with_published_clean(clean_table([result]))
    assert len(table.rows) == 14
    row = as_dict(table, 2)
    assert (row["Model"], row["Kappa"], row["Params M"], row["MACs M"]) == (
        f"Vgg-16 ({MARK})",
        "0.779",
        "134.3",
        "–",
    )


def test_rows_by_method_are_marked_too(entry: Entry) -> None:
    """The layout of Table 6 has two columns of names."""
    row = as_dict(with_published_corruptions(corruption_table([entry], "method")), -1)
    assert row["Architecture"] == f"EfficientNet-B0 ({MARK})"
    assert row["Method"] == "KDE-CT"


def test_signature_of_a_published_row_says_that_it_has_none(result: Result) -> None:
    """In the one CSV of all boards."""
    table = with_published_corruptions(with_signatures(corruption_table([result]), [result]))
    assert as_dict(table, -1)["Signature"] == MARK
    assert to_csv(table).splitlines()[-1].endswith(f'"{MARK}"')


def test_without_a_reference_there_is_nothing_to_put_beside(result_without_reference: Result) -> None:
    """Mean errors and CEs are different things."""
    table = corruption_table([result_without_reference])
    assert with_published_corruptions(table) == table


@pytest.mark.parametrize("make", [with_published_corruptions, with_published_clean])
def test_tables_stay_rectangular(make: object, result: Result) -> None:
    """In Markdown each row has as many cells as the header."""
    table = (
        with_published_corruptions(corruption_table([result]))
        if make is with_published_corruptions
        else with_published_clean(clean_table([result]))
    )
    assert {len(row) for row in table.rows} == {len(table.header)}
    assert MARK in to_markdown(table)
