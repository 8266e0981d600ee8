"""The paper's rows beside measured ones: marked, below them, and never ranked with them.

The paper's pictures, its AlexNet and its corruption code are others, so that no number of one can be held
against a number of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hzbench.corruptions.registry import CORRUPTIONS
from hzbench.leaderboards.paper import METHOD_TITLES, CorruptionRow, corruption_rows, table_2
from hzbench.leaderboards.rendering import UNDEFINED, Table
from hzbench.leaderboards.tables import COLUMN_TITLES

MARK = "published, other data"
NOTE = (
    f"Rows marked '{MARK}' are as printed by Back et al. 2021 (Tables 2, 4 and 6): other pictures, another "
    "AlexNet, other corruption code. They are not ranked and cannot be compared with the rows above."
)


def with_published_corruptions(table: Table) -> Table:
    """Return a corruption table with the paper's rows below; unchanged where it holds no CEs."""
    if "mCE" not in table.header:
        return table
    rows = [*corruption_rows(4), *(row for row in corruption_rows(6) if row.method != "baseline")]
    return _with_rows(table, (_corruption_cells(row) for row in rows))


def with_published_clean(table: Table) -> Table:
    """Return a table of clean pictures with the paper's rows below, without MACs: their units are mixed."""
    return _with_rows(
        table,
        (
            {
                **_names(row.title, "baseline"),
                "ACC": f"{row.acc:.2f}",
                "F1": f"{row.f1:.2f}",
                "PR": f"{row.precision:.2f}",
                "RE": f"{row.recall:.2f}",
                "F1-HZ": f"{row.f1_hz:.2f}",
                "AUROC": f"{row.auroc:.3f}",
                "Kappa": f"{row.kappa:.3f}",
                "Input": "224",
                "Latency ms": f"{row.latency_ms:.1f}",
                "Params M": f"{row.parameters_millions:.1f}",
            }
            for row in table_2()
        ),
    )


def _corruption_cells(row: CorruptionRow) -> dict[str, str]:
    return {
        **_names(row.title, row.method),
        "ACC": f"{row.acc_percent:.1f}",
        "mCE": f"{row.mce:.1f}",
        **{COLUMN_TITLES[name]: str(row.corruption_error[name]) for name in CORRUPTIONS},
    }


def _names(title: str, method: str) -> dict[str, str]:
    """Return the texts of either naming: one column for the model, or two for architecture and method."""
    method_title = METHOD_TITLES[method]
    model = title if method == "baseline" else f"{title} {method_title}"
    return {
        "Model": f"{model} ({MARK})",
        "Architecture": f"{title} ({MARK})",
        "Method": method_title,
        "Signature": MARK,
    }


def _with_rows(table: Table, rows: Iterable[Mapping[str, str]]) -> Table:
    cells = tuple(tuple(row.get(column, UNDEFINED) for column in table.header) for row in rows)
    return table._replace(
        rows=(*table.rows, *cells), notes=(*table.notes, NOTE), apart=table.apart + len(cells)
    )
