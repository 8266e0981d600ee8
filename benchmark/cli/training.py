"""`hzbench train` and `hzbench reference build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hzbench.benchmark.cli.console import explained, progress_bar, say

reference = typer.Typer(help="The AlexNet that corruption errors are divided by.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(train)
    app.add_typer(reference, name="reference")


@explained
def train(
    recipe: Annotated[str, typer.Argument(help="A shipped recipe's name, or a .toml file.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the submission; default: hzbench-submissions/<recipe>.")
    ] = None,
    data: Annotated[str | None, typer.Option(help="Dataset in place of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed in place of the recipe's.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
) -> None:
    """Train a model by a recipe, or go on where it stopped."""
    from hzbench.benchmark.workflows.training import train_recipe

    with progress_bar() as progress:
        line = train_recipe(recipe, out, data=data, seed=seed, device=device, announce=say, progress=progress)
    typer.echo(line)


@reference.command()
@explained
def build(
    data: Annotated[str, typer.Option(help="Dataset: a name or a folder.")],
    seeds: Annotated[int, typer.Option(min=1, max=20, help="How many AlexNets to train.")] = 1,
    recipe: Annotated[
        str | None, typer.Option(help="Recipe, a name or a .toml file; default: alexnet-reference.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="JSON file to write; default: reference.json in the dataset.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    threads: Annotated[int | None, typer.Option(min=1, help="Cores to use; default: all.")] = None,
) -> None:
    """Train a dataset's AlexNet and store its answers.

    The answers on the 76 cells of the test split are what corruption errors are divided by.
    """
    from hzbench.benchmark.workflows.training import build_reference

    with progress_bar() as progress:
        line = build_reference(
            data,
            seeds=seeds,
            recipe=recipe,
            out=out,
            device=device,
            threads=threads,
            announce=say,
            progress=progress,
        )
    typer.echo(line)
