"""The paper's table layouts from result documents, and names that try to be something else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from hzbench.benchmark.results.schema import Efficiency, Result
from hzbench.corruptions.registry import CORRUPTIONS
from hzbench.leaderboards.entry import Entry
from hzbench.leaderboards.rendering import plain, to_csv, to_markdown
from hzbench.leaderboards.tables import COLUMN_TITLES, clean_table, corruption_table, with_signatures


def test_every_corruption_has_a_column_title() -> None:
    """As the paper prints them, in its order."""
    assert list(COLUMN_TITLES) == list(CORRUPTIONS)


def test_the_corruption_table_has_the_papers_columns_in_its_groups(result: Result) -> None:
    """ACC and mCE, then Noise, Blur, Weather and Digital."""
    table = corruption_table([result])
    assert table.header[:3] == ("Model", "ACC", "mCE")
    assert table.groups[1:] == (("Noise", 3), ("Blur", 4), ("Weather", 4), ("Digital", 4))
    assert table.header[-15:] == tuple(COLUMN_TITLES.values())
    assert sum(width for _, width in table.groups) == len(table.header) == len(table.rows[0])


def test_fractions_become_percent_in_tables_only(result: Result) -> None:
    """98.6, not 0.986; a CE as a whole number, as printed."""
    row = dict(zip((table := corruption_table([result])).header, table.rows[0], strict=True))
    assert result.mce is not None
    assert row["mCE"] == f"{100 * result.mce:.1f}"
    assert row["ACC"] == f"{100 * result.clean.acc:.1f}"
    fog = result.corruption_error["fog"]
    assert fog is not None
    assert row["Fog"] == f"{100 * fog:.0f}"
    low, high = result.intervals.values["mce"] or (0, 0)
    assert row["95 %"] == f"{100 * low:.1f} to {100 * high:.1f}"
    assert float(row["SE-HZ"]) == pytest.approx(100 * (result.mean_sensitivity_hz or 0), abs=0.05)


def test_methods_are_named_by_architecture_and_method(entry: Entry) -> None:
    """The layout of Table 6."""
    table = corruption_table([entry], "method")
    assert table.header[:2] == ("Architecture", "Method")
    assert table.rows[0][:2] == ("mobilenet_v3_small", "Baseline")


def test_rows_that_do_not_compare_share_one_csv_table(
    result: Result, result_without_reference: Result
) -> None:
    """One header, and the signature of each row tells them apart."""
    rows = [result, result_without_reference]
    written = list(csv.DictReader(io.StringIO(to_csv(with_signatures(corruption_table(rows), rows)))))
    assert [row["Signature"] for row in written] == [row.signature for row in rows]
    assert written[1]["mCE"] == ""


def test_without_any_reference_the_table_shows_errors_and_says_so(result_without_reference: Result) -> None:
    """Fifteen dashes would help nobody."""
    table = corruption_table([result_without_reference])
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert row["mErr"] == f"{100 * result_without_reference.mce_unnormalised:.1f}"
    fog = [cell.error for cell in result_without_reference.cells if cell.corruption == "fog"]
    assert row["Fog"] == f"{100 * sum(fog) / 5:.0f}"
    assert table.notes[0].startswith("No reference")


def test_a_row_without_reference_among_others_shows_dashes(
    result: Result, result_without_reference: Result
) -> None:
    """One column never mixes CEs and errors."""
    table = corruption_table([result, result_without_reference])
    assert table.rows[1][table.header.index("mCE")] == "–"
    assert table.rows[1][table.header.index("Fog")] == "–"


def test_the_clean_table_has_performance_and_cost(result: Result) -> None:
    """The layout of Table 2; what was not measured is a dash."""
    efficiency = Efficiency.model_validate(
        {"params": 1_521_956, "macs": 55_500_000, "latency_ms": {"p50": 20.61, "p90": 22, "p99": 30}}
    )
    measured = result.model_copy(update={"efficiency": efficiency})
    table = clean_table([measured, result])
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert (row["Params M"], row["MACs M"], row["Latency ms"], row["x AlexNet"]) == (
        "1.5",
        "55.5",
        "20.6",
        "–",
    )
    assert row["ACC-HZ (NIR)"].endswith("(0.750)")
    assert table.rows[1][-2:] == ("–", "–")


def test_synthetic_pictures_are_named_below_every_table(result: Result) -> None:
    """Once, however many rows."""
    for table in (clean_table([result, result]), corruption_table([result, result])):
        assert [note for note in table.notes if note.startswith("Synthetic pictures")] == [result.data.notice]
        assert result.data.notice in to_markdown(table)


def test_a_table_without_rows_still_has_its_header() -> None:
    """An empty board is a board."""
    assert to_markdown(corruption_table([])).startswith("| Model | ACC | mCE |")
    assert len(to_csv(clean_table([])).splitlines()) == 1


def test_markdown_has_one_line_a_row(entry: Entry) -> None:
    """Header, alignment, rows; groups are named in their first column."""
    lines = to_markdown(corruption_table([entry, entry])).splitlines()
    assert "Noise: Gauss. | Shot | Impulse | Blur: Defocus" in lines[0]
    assert lines[1].startswith("| :-- | --: |")
    assert len({line.count("|") for line in lines[:4]}) == 1


def test_csv_can_be_read_back(entry: Entry) -> None:
    """Undefined cells are empty."""
    rows = list(csv.DictReader(io.StringIO(to_csv(clean_table([entry])))))
    assert rows[0]["Model"] == "invented-baseline"
    assert rows[0]["MACs M"] == ""


HOSTILE = [
    "a|b|c",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "two\nrows\r\n| injected |",
    "[click](https://example.org)",
    "![pixel](https://example.org/p.png)",
    "https://example.org",
    "www.example.org",
    "someone@example.org",
    "`code` **bold** ~~gone~~ $x$",
    "&lt;script&gt;",
    "\\| escaped \\",
    "\x1b[31mred\x1b[0m",
    "evil\u202egnp.exe",
    "zero\u200bwidth\x00",
    '=HYPERLINK("https://example.org")',
    "+1+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    'quote " and , comma',
    "x" * 5000,
]


def named(entry: Entry, name: str) -> Entry:
    """Return the entry under another name and method."""
    submission = entry.submission.model_copy(update={"name": name, "method": name})
    return entry.model_copy(update={"submission": submission})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_one_inert_cell_of_markdown(entry: Entry, name: str) -> None:
    """No markup, no link, no new row, no control character."""
    text = to_markdown(corruption_table([named(entry, name), entry]))
    lines = text.splitlines()
    assert lines[3].startswith("| invented-baseline |")
    row = lines[2]
    unescaped = row.replace("\\\\", "").replace("\\|", "")
    assert unescaped.count("|") == lines[0].count("|")
    for dangerous in ("<", ">", "://", "www.", "\x1b", "\u202e", "\u200b", "\x00", "@"):
        assert dangerous not in row
    for marker in "[]`*~$!":
        assert f"{marker}" not in unescaped.replace(f"\\{marker}", "")
    assert len(row) < 600


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_one_text_of_csv(entry: Entry, name: str) -> None:
    """One field, and no formula in a spreadsheet."""
    rows = list(csv.reader(io.StringIO(to_csv(corruption_table([named(entry, name), entry])))))
    assert len(rows) == 3
    assert len(rows[1]) == len(rows[0])
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_negative_numbers_stay_numbers_in_csv(entry: Entry) -> None:
    """Only texts are guarded against formulas."""
    negative = entry.model_copy(update={"clean": entry.clean.model_copy(update={"kappa": -0.25})})
    rows = list(csv.DictReader(io.StringIO(to_csv(clean_table([negative])))))
    assert rows[0]["Kappa"] == "-0.250"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\n b\tc", "a b c"), ("\ud800x", "x"), ("é 한 글", "é 한 글"), ("y" * 90, "y" * 79 + "…"), ("", "")],
)
def test_plain_text_is_one_visible_line(text: str, shown: str) -> None:
    """Letters of every language are kept."""
    assert plain(text) == shown


def test_published_tables_and_ours_name_the_same_corruptions() -> None:
    """The published rows can be laid beside ours."""
    published = Path(__file__).resolve().parents[2] / "leaderboards" / "published" / "table4.csv"
    lines = [line for line in published.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert set(CORRUPTIONS) <= set(lines[0].split(","))
    json.dumps(lines[0])
