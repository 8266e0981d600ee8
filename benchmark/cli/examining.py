"""`hzbench doctor`: what this machine has, and what to do about what it lacks."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from hzbench.benchmark.cli.console import explained, one_line, progress_bar, say

if TYPE_CHECKING:
    from hzbench.benchmark.workflows.doctor import Finding

WIDTH_WITHOUT_TERMINAL = 110
NARROWEST = 60


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(doctor)


@explained
def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", envvar="HZBENCH_JSON", help="Print the findings as JSON.")
    ] = False,
) -> None:
    """Say what this machine has and lacks: libraries, corruptions, sandbox.

    Exit 0 when evaluation can run, 1 when something essential is broken.
    """
    from hzbench.benchmark.workflows.doctor import document, examine, is_fit

    with progress_bar() as progress:
        findings = examine(progress)
    if as_json:
        typer.echo(json.dumps(document(findings), indent=1))
    else:
        typer.echo("\n".join(_lines(findings)))
    if not is_fit(findings):
        broken = ", ".join(finding.name for finding in findings if finding.state == "broken")
        say(f"hzbench: evaluation cannot run here ({broken}); what to do stands above")
        raise typer.Exit(1)


def _lines(findings: list[Finding]) -> Iterator[str]:
    """Yield the findings under their headings: state, name, what was found, and below it what to do."""
    width = WIDTH_WITHOUT_TERMINAL
    if sys.stdout is not None and sys.stdout.isatty():
        width = max(NARROWEST, shutil.get_terminal_size().columns)
    names = max(len(finding.name) for finding in findings)
    area = ""
    for finding in findings:
        if finding.area != area:
            yield from ([""] if area else [])
            area = finding.area
            yield area.capitalize()
        state = {"ok": "ok", "note": "-", "broken": "BROKEN"}[finding.state]
        start = f"  {state:<6}  {finding.name:<{names}}  "
        yield from _wrapped(one_line(finding.found), start, width)
        if finding.advice:
            yield from _wrapped(f"-> {one_line(finding.advice)}", " " * len(start), width)


def _wrapped(text: str, start: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
