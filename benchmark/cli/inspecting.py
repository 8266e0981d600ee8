"""`hzbench data check` and `hzbench data review`: is a dataset honest, and are its labels right?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hzbench.benchmark.cli.console import explained, one_line, progress_bar, say

if TYPE_CHECKING:
    from hzbench.benchmark.data.checking.checking import CheckReport

Name = Annotated[str, typer.Argument(help="A dataset's name (see: hzbench data list) or folder.")]
NAMED = 20  # leaks that are printed before the rest is counted


def add_to(data: typer.Typer) -> None:
    """Add the commands to the group `hzbench data`."""
    data.command()(check)
    data.command()(review)


@explained
def check(
    name: Name,
    near_duplicates: Annotated[
        int,
        typer.Option(
            min=0, max=112, help="How many of 256 bits of the hashes of near duplicates may differ."
        ),
    ] = 72,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look for what makes numbers dishonest.

    Leakage between splits (exit 1), class balance, sources that tell the class, enlarged originals, skin
    tones.
    """
    from hzbench.benchmark.workflows.inspecting import check as look

    with progress_bar() as progress:
        report = look(name, near_duplicates=near_duplicates, progress=progress)
    if json:
        typer.echo(report.model_dump_json(by_alias=True, indent=1))
    else:
        _print(report)
    if report.leaks:
        say(
            f"hzbench: {report.dataset}: leaks between splits: {len(report.leaks)}. Build it from a CSV with "
            "persons in the column group, or without given splits"
        )
        raise typer.Exit(1)


@explained
def review(
    name: Name,
    out: Annotated[Path, typer.Option(help="Folder for the sheets and review.csv.")] = Path("review"),
    label: Annotated[
        list[str] | None, typer.Option(help="Only this class; repeat for several.", show_default=False)
    ] = None,
    reviewer: Annotated[str, typer.Option(help="Name to write into every line of review.csv.")] = "",
) -> None:
    """Write contact sheets and a CSV for experts to fill in.

    Verdicts: keep, drop, relabel:<class>. The next build takes the file with --review.
    """
    from hzbench.benchmark.workflows.inspecting import review as lay_out

    with progress_bar() as progress:
        written = lay_out(name, out, labels=label or (), reviewer=reviewer, progress=progress)
    typer.echo(f"{written.csv}: {written.pictures:,} pictures on {len(written.sheets):,} sheets")
    say(f"Next: fill in the column verdict, then hzbench data build ... --review {written.csv}")


def _print(report: CheckReport) -> None:
    from hzbench.benchmark.cli.check_tables import check_tables
    from hzbench.benchmark.cli.result_tables import print_table

    typer.echo(
        f"{report.dataset}: {report.pictures:,} pictures, root digest {report.root_digest or 'not yet'}"
    )
    for table in check_tables(report):
        print_table(table)
    typer.echo("")
    typer.echo(f"Association with the class, 0 none to 1 complete: {_associations(report)}")
    typer.echo(f"Near duplicates: {report.near_duplicates:,} pairs within one split")
    for line in _named(
        "Contradiction", [f"{x.first} and {x.second}: {x.detail}" for x in report.contradictions]
    ):
        typer.echo(line)
    for warning in report.warnings:
        typer.echo(f"Warning: {one_line(warning)}")
    leaks = [f"{leak.kind}: {leak.first} and {leak.second} ({leak.detail})" for leak in report.leaks]
    for line in _named("LEAK", leaks):
        typer.echo(line)
    if not leaks:
        typer.echo("Leakage: none. No group, copy or near duplicate is in two splits.")


def _associations(report: CheckReport) -> str:
    values = {
        "source": report.source_association,
        "enlarged original": report.resolution_association,
        "skin type": report.skin_type_association,
    }
    return ", ".join(f"{name} {'–' if value is None else f'{value:.2f}'}" for name, value in values.items())


def _named(word: str, texts: list[str]) -> list[str]:
    lines = [f"{word}: {one_line(text)}" for text in texts[:NAMED]]
    return [*lines, f"... and {len(texts) - NAMED} more; --json has all"] if len(texts) > NAMED else lines
