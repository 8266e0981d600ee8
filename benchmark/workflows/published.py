"""`hzbench published`: the paper's tables, checked and drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hzbench.benchmark.durable import Progress, write_bytes
from hzbench.benchmark.errors import UsageError
from hzbench.leaderboards.audit import Audit, audit
from hzbench.leaderboards.paper_checks import Measured
from hzbench.leaderboards.rendering import Table

SCHEMA = "hzbench.published_audit/1"


def audit_published(progress: Progress | None = None) -> Audit:
    """Build every network of the paper without memory, count it, and audit Tables 2, 4 and 6.

    Args:
        progress: called for each network.
    """
    from hzbench.submissions.zoo import ZOO, measure

    measured: dict[str, Measured] = {}
    for done, name in enumerate(ZOO, start=1):
        measured[name] = Measured(*measure(name))
        if progress:
            progress("counting networks", done, len(ZOO))
    return audit(measured, {name: row.members for name, row in ZOO.items() if row.members})


def audit_document(result: Audit) -> dict[str, Any]:
    """Return an audit as JSON's types: mCEs in points, parameters and MACs as numbers of themselves."""
    return {
        "schema": SCHEMA,
        "findings": [one._asdict() for one in result.findings],
        "holds": list(result.holds),
        "mce": [
            {**one._asdict(), "difference": round(one.difference, 4), "fits": one.fits} for one in result.mce
        ],
        "costs": [one._asdict() for one in result.costs],
    }


def audit_tables(result: Audit) -> tuple[Table, Table]:
    """Return the two tables of an audit: mCEs, and costs."""
    scores = Table(
        title="mCE, recomputed from the 15 CEs",
        groups=(("", 2), ("mCE", 3)),
        header=("Table", "Row", "printed", "recomputed", "difference"),
        rows=tuple(
            (
                str(one.table),
                one.row,
                f"{one.printed:.1f}",
                f"{one.recomputed:.2f}",
                _signed(one.difference) + ("" if one.fits else " !"),
            )
            for one in result.mce
        ),
        text_columns=2,
        notes=(),
    )
    costs = Table(
        title="Table 2, costs counted anew: four classes, 224 x 224 pixels",
        groups=(("", 1), ("Parameters, million", 2), ("MACs", 4)),
        header=("Row", "printed", "counted", "printed", "in units of", "counted M", "printed / counted"),
        rows=tuple(
            (
                one.row,
                f"{one.parameters_printed:.1f}",
                f"{one.parameters_measured / 1e6:.3f}" + ("" if one.parameters_fit else " !"),
                f"{one.macs_printed:,}",
                f"{one.macs_unit // 10**6} M",
                f"{one.macs_measured / 1e6:,.1f}",
                f"{ratio:.3f}" + ("" if one.macs_fit else " !"),
            )
            for one in result.costs
            for ratio in [one.macs_printed * one.macs_unit / one.macs_measured]
        ),
        text_columns=1,
        notes=("Printed MACs also count batch normalisation and activations: up to 7 % more than counted.",),
    )
    return scores, costs


def audit_lines(result: Audit) -> list[str]:
    """Return the findings as sentences: what does not fit, numbered, then what does."""
    lines = [f"What does not fit ({len(result.findings)}):"]
    lines += [
        f"{number}. {one.where[0].upper()}{one.where[1:]}: printed {one.printed}; found {one.found}. "
        f"{one.explanation}"
        for number, one in enumerate(result.findings, start=1)
    ]
    lines.append("What fits:")
    return [*lines, *(f"- {sentence}" for sentence in result.holds)]


def _signed(points: float) -> str:
    return f"{points:+.2f}" if abs(points) >= 0.005 else "0.00"


def draw_figure(path: Path) -> None:
    """Redraw the paper's Figure 1 as a PNG.

    Args:
        path: ends in .png; parent folders are made.

    Raises:
        UsageError: another ending.
    """
    from hzbench.leaderboards.paper_figure import draw_figure_1

    if path.suffix.lower() != ".png":
        raise UsageError(
            f"{path}: found the ending '{path.suffix}', expected .png. Write for example: -o figure1.png"
        )
    write_bytes(path, draw_figure_1())
