"""`hzbench compare`: two models, number by number."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hzbench.benchmark.cli.console import explained, progress_bar

if TYPE_CHECKING:
    from hzbench.benchmark.workflows.comparing import Comparison
    from hzbench.leaderboards.rendering import Table

HEADLINES = {
    "mce": "mCE",
    "mce_unnormalised": "mean error, 75 cells",
    "mce_balanced": "balanced mCE",
    "clean.acc": "ACC, clean",
    "clean.sensitivity_hz": "SE-HZ, clean",
    "clean.specificity_hz": "SP-HZ, clean",
    "mean_sensitivity_hz": "SE-HZ, 75 cells",
    "mean_specificity_hz": "SP-HZ, 75 cells",
}
MORE_IS_BETTER = ("clean.", "mean_s")  # how the names of such numbers begin
CORRUPTIONS = "corruption_error."


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(compare)


@explained
def compare(
    first: Annotated[str, typer.Argument(help="A result (.json or .npz), or a model as evaluate takes it.")],
    second: Annotated[str, typer.Argument(help="What it is compared with.")],
    data: Annotated[
        str, typer.Option(help="Dataset that models are evaluated on; results know theirs.")
    ] = "sdhz-synth",
    reference: Annotated[
        Path | None, typer.Option(help="Reference to normalise by; default: the one of the dataset.")
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use; default: all.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="HZBENCH_JSON", help="Print a document instead of the tables.")
    ] = False,
) -> None:
    """Tell two models apart, picture by picture, where they can be."""
    from hzbench.benchmark.workflows.comparing import compare_models

    with progress_bar() as progress:
        comparison = compare_models(
            first, second, data=data, reference=reference, threads=threads, progress=progress
        )
    if as_json:
        typer.echo(json.dumps(comparison.document(), indent=1))
        return
    _print(comparison)


def _print(comparison: Comparison) -> None:
    from hzbench.benchmark.cli.result_tables import print_table
    from hzbench.leaderboards.rendering import plain

    for letter, name in zip("AB", comparison.names, strict=True):
        typer.echo(f"{letter}: {plain(name)}")
    for table in comparison_tables(comparison):
        print_table(table)
    typer.echo("")
    for line in comparison_lines(comparison):
        typer.echo(line)


def comparison_tables(comparison: Comparison) -> list[Table]:
    """Return the headline numbers, and the corruptions; the models are A and B."""
    from hzbench.benchmark.cli.subgroup_tables import interval, points
    from hzbench.leaderboards.rendering import UNDEFINED, Table

    def row(name: str, title: str) -> tuple[str, ...]:
        found = comparison.differences[name]
        values = [UNDEFINED if math.isnan(value) else points(value) for value in comparison.values[name]]
        if found is None:
            return (title, *values, UNDEFINED, UNDEFINED, UNDEFINED, "")
        better = "A" if (found.value > 0) == name.startswith(MORE_IS_BETTER) else "B"
        return (
            title,
            *values,
            f"{100 * found.value:+.1f}",
            interval((found.low, found.high)),
            points(found.detectable),
            better if found.significant else "",
        )

    headlines = tuple(row(name, title) for name, title in HEADLINES.items())
    corruptions = tuple(
        row(name, name.removeprefix(CORRUPTIONS))
        for name in comparison.differences
        if name.startswith(CORRUPTIONS)
    )
    header = ("A", "B", "A - B", "95 %", "Detectable", "Better")
    return [
        Table(title, (("", 1), (title, 6)), ("", *header), rows, 1, ())
        for title, rows in (("In points", headlines), ("Corruption error, in points", corruptions))
    ]


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return what must be read beside the tables."""
    reference = f"; 100 is {comparison.reference}" if comparison.reference else ""
    units = comparison.clusters
    persons = f" of {units:,} persons or lesions" if units < comparison.pictures else ""
    return [
        f"{comparison.pictures:,} pictures{persons}, each model's difference on the same ones{reference}.",
        "Detectable: the smallest true difference that such a comparison finds with 80 % power. "
        "No letter under Better: not told apart.",
        *comparison.notes,
    ]
