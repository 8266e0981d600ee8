"""`hzbench compare` and `plan`: what two models differ in, and what differences a dataset can show."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hzbench.benchmark.cli.console import explained, progress_bar

if TYPE_CHECKING:
    from hzbench.benchmark.workflows.comparing import Comparison
    from hzbench.benchmark.workflows.planning import Plan
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
    """Add the commands to the command line."""
    app.command()(compare)
    app.command()(plan)


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


@explained
def plan(
    data: Annotated[str, typer.Option(help="Dataset: a name or a folder.")] = "sdhz-synth",
    result: Annotated[
        list[Path] | None,
        typer.Option(
            help="Result of a model like those to be compared (repeatable); default: the reference's seeds."
        ),
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Reference to normalise by; default: the one of the dataset.")
    ] = None,
    difference: Annotated[
        float | None,
        typer.Option(min=0.001, max=100, help="Also say how many pictures this difference needs, in points."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="HZBENCH_JSON", help="Print a document instead of the table.")
    ] = False,
) -> None:
    """Say what differences a dataset is large enough to show."""
    from hzbench.benchmark.workflows.planning import plan_comparisons

    with progress_bar() as progress:
        planned = plan_comparisons(
            data,
            results=tuple(result or ()),
            reference=reference,
            wanted=None if difference is None else difference / 100,
            progress=progress,
        )
    if as_json:
        numbers = {name: None if one is None else one._asdict() for name, one in planned.numbers.items()}
        typer.echo(json.dumps(planned._asdict() | {"numbers": numbers}, indent=1))
        return
    _print_plan(planned, difference)


def _print_plan(planned: Plan, difference: float | None) -> None:
    from hzbench.benchmark.cli.result_tables import print_table
    from hzbench.benchmark.cli.subgroup_tables import points
    from hzbench.leaderboards.rendering import UNDEFINED, Table

    def count(pictures: int | None) -> str:
        return UNDEFINED if pictures is None else f"{pictures:,}"

    rows = []
    for name, one in planned.numbers.items():
        cells = [UNDEFINED] * 4
        if one is not None:
            cells = [points(one.unpaired), points(one.paired)]
            cells += [count(one.pictures_unpaired), count(one.pictures_paired)]
        rows.append((HEADLINES[name], *cells[: 2 if difference is None else 4]))
    groups = [("", 1), ("Detectable, points", 2)]
    if difference is not None:
        groups.append((f"Pictures for {difference:g} points", 2))
    header = ("", *("Other pictures", "Same pictures") * (len(groups) - 1))
    print_table(Table("", tuple(groups), header, tuple(rows), 1, ()))
    persons = f" of {planned.clusters:,} persons or lesions" if planned.clusters < planned.pictures else ""
    typer.echo("")
    typer.echo(
        f"{planned.data}: {planned.pictures:,} test pictures{persons}; spread taken from {planned.models}."
    )
    typer.echo("Detectable: the smallest true difference that a comparison at 95 % finds with 80 % power.")


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
