"""The tree of commands."""

from __future__ import annotations

import importlib.metadata
from typing import Annotated

import typer

from hzbench.benchmark.cli import (
    comparing,
    data,
    evaluating,
    examining,
    exporting,
    model_inspection,
    pictures,
    published,
    sources,
    training,
)

app = typer.Typer(
    name="hzbench",
    help="Does a skin-image classifier still recognise herpes zoster when the photograph is shaky, dim, "
    "noisy or squeezed? Start with: hzbench evaluate model.pt",
    context_settings={"auto_envvar_prefix": "HZBENCH", "help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hzbench {importlib.metadata.version('hzbench')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            allow_from_autoenv=False,  # a job that happens to set HZBENCH_VERSION does not ask for it
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    pass


evaluating.add_to(app)
comparing.add_to(app)
exporting.add_to(app)
model_inspection.add_to(app)
pictures.add_to(app)
data.add_to(app)
sources.add_to(data.data)
training.add_to(app)
published.add_to(app)
examining.add_to(app)
