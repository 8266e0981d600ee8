"""`hzbench published ...`: the paper's tables as data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hzbench.benchmark.cli.console import explained, progress_bar

published = typer.Typer(help="The paper's Tables 2, 4 and 6 as data.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(published, name="published")


@published.command()
@explained
def audit(
    as_json: Annotated[
        bool, typer.Option("--json", envvar="HZBENCH_JSON", help="Print a JSON document instead of tables.")
    ] = False,
) -> None:
    """Recompute every mCE and cost, and say what does not fit.

    Exit 0 when the audit ran, whatever it found.
    """
    from hzbench.benchmark.workflows.published import (
        audit_document,
        audit_lines,
        audit_published,
        audit_tables,
    )

    with progress_bar() as progress:
        result = audit_published(progress)
    if as_json:
        typer.echo(json.dumps(audit_document(result), indent=1))
        return
    from hzbench.benchmark.cli.result_tables import print_table

    for table in audit_tables(result):
        typer.echo(f"\n{table.title}")
        print_table(table)
        for note in table.notes:
            typer.echo(note)
    typer.echo("\n".join(["", *audit_lines(result)]))


@published.command()
@explained
def figure1(
    out: Annotated[Path, typer.Option("--out", "-o", help="PNG file to write.")] = Path("figure1.png"),
) -> None:
    """Redraw the paper's Figure 1 from its tables."""
    from hzbench.benchmark.workflows.published import draw_figure

    draw_figure(out)
    typer.echo(out)
