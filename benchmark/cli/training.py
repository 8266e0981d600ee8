"""`hzbench train` and `hzbench reference build`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hzbench.benchmark.cli.console import explained, progress_bar, say
from hzbench.benchmark.errors import HzbenchError, UsageError

reference = typer.Typer(help="The AlexNet that corruption errors are divided by.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(train)
    app.add_typer(reference, name="reference")


@explained
def train(
    recipe: Annotated[str | None, typer.Argument(help="A shipped recipe's name, or a .toml file.")] = None,
    queue: Annotated[
        Path | None,
        typer.Option(
            help="Text file of runs in place of RECIPE; a line: a recipe and, if wanted, its seeds."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the submission; default: hzbench-submissions/<recipe>. With --queue, the folder "
            "around all of them."
        ),
    ] = None,
    data: Annotated[str | None, typer.Option(help="Dataset in place of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed in place of the recipe's.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    threads: Annotated[
        int, typer.Option(min=1, help="Threads of a run; other numbers give other last bits of the weights.")
    ] = 1,
    processes: Annotated[
        int | None, typer.Option(min=1, help="With --queue, runs at a time; default: one a core.")
    ] = None,
) -> None:
    """Train a model by a recipe, or go on where it stopped; or train a queue of them.

    What is finished is left alone, and a run of a queue that fails stops none of the others.
    """
    if (recipe is None) == (queue is None):
        raise UsageError("expected either a recipe, such as mobilenet_v3_small-baseline, or --queue FILE.")
    if queue is not None:
        _train_queue(queue, out, data, seed, device, threads, processes)
        return
    if processes is not None:
        raise UsageError("--processes goes with --queue; one run is one process. Try --threads.")
    from hzbench.benchmark.workflows.training import train_recipe

    with progress_bar() as progress:
        line = train_recipe(
            str(recipe),
            out,
            data=data,
            seed=seed,
            device=device,
            threads=threads,
            announce=say,
            progress=progress,
        )
    typer.echo(line)


def _train_queue(
    queue: Path,
    out: Path | None,
    data: str | None,
    seed: int | None,
    device: str,
    threads: int,
    processes: int | None,
) -> None:
    if seed is not None:
        raise UsageError("--seed does not go with --queue: write the seeds into its lines.")
    from hzbench.benchmark.workflows.training import train_queue

    with progress_bar(own_estimate=True) as progress:
        lines, failures = train_queue(
            queue,
            out,
            data=data,
            device=device,
            threads=threads,
            processes=processes,
            announce=say,
            progress=progress,
        )
    for line in lines:
        typer.echo(line)
    if failures:
        raise HzbenchError(
            f"{len(failures)} of {len(lines) + len(failures)} runs failed: {'; '.join(failures)}. "
            "The same command tries these again and leaves the others alone."
        )


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
