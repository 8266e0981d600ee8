"""`hzbench data ...` and `hzbench cache ...`: datasets on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hzbench.benchmark.cli import inspecting
from hzbench.benchmark.cli.console import explained, progress_bar, say

data = typer.Typer(help="Build, list, check and look at datasets.", no_args_is_help=True)
cache = typer.Typer(help="What hzbench keeps on this machine and can make again.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A dataset's name (see: hzbench data list) or folder.")]


def add_to(app: typer.Typer) -> None:
    """Add the two groups to the command line."""
    inspecting.add_to(data)
    app.add_typer(data, name="data")
    app.add_typer(cache, name="cache")


@data.command()
@explained
def build(
    source: Annotated[str, typer.Argument(help="Kind of source: folder, sd198, scin or dermnet.")],
    directory: Annotated[Path, typer.Argument(help="Folder of photographs, or CSV: path,label[,group,...].")],
    out: Annotated[Path, typer.Option(help="Folder of the new dataset.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the dataset; default: the output folder's.")
    ] = None,
    focus_class: Annotated[
        str | None, typer.Option(help="Class that must not be missed; default: herpes_zoster.")
    ] = None,
    framing: Annotated[str | None, typer.Option(help="crop (centre square) or pad; default: crop.")] = None,
    licence: Annotated[
        str, typer.Option(help="Licence text to record; default: the terms of a source that has a class map.")
    ] = "",
    class_map: Annotated[
        Path | None,
        typer.Option(help="TOML file: which sub-class is which class (see: hzbench data classes SOURCE)."),
    ] = None,
    label_threshold: Annotated[
        float | None, typer.Option(help="scin: least weight of a case's best label; default: 0.5.")
    ] = None,
    extra_hz: Annotated[
        Path | None, typer.Option(help="sd198: folder of further herpes zoster photographs to merge in.")
    ] = None,
    suite: Annotated[
        str | None, typer.Option(help="Named suite that fixes every choice, such as scin-hz-c/1.")
    ] = None,
    near_duplicates: Annotated[
        int,
        typer.Option(
            min=0, max=112, help="How many of 256 bits of the hashes of near duplicates may differ."
        ),
    ] = 72,
    review: Annotated[
        list[Path] | None,
        typer.Option(help="CSV of hzbench data review, filled in; repeat for several.", show_default=False),
    ] = None,
    extra_test: Annotated[
        list[str] | None,
        typer.Option(
            help="Additional test set: NAME=FOLDER, NAME=CSV or NAME=SOURCE:FOLDER, such as hz-w=walk; "
            "repeat for several.",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on contradictions that the build cannot resolve.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing dataset.")] = False,
) -> None:
    """Turn photographs into a dataset.

    Canonical 224 x 224 pictures, splits of 70/10/20 that keep groups together, digests.
    """
    from hzbench.benchmark.workflows.datasets import build_dataset_from
    from hzbench.benchmark.workflows.sources import SourceOptions

    with progress_bar() as progress:
        report = build_dataset_from(
            source,
            directory,
            out,
            name=name,
            focus_class=focus_class,
            framing=framing,
            licence=licence,
            options=SourceOptions(class_map, label_threshold, extra_hz, suite),
            near_duplicates=near_duplicates,
            reviews=review or (),
            extra_tests=extra_test or (),
            strict=strict,
            force=force,
            progress=progress,
        )
    typer.echo(report)
    say(f"Next: hzbench evaluate MODEL --data {out}")


@data.command("list")
@explained
def list_() -> None:
    """List the datasets that have a name."""
    from hzbench.benchmark.workflows.datasets import describe_datasets

    typer.echo(describe_datasets())


@data.command()
@explained
def info(name: Name) -> None:
    """Print a dataset's counts, digests and licence."""
    from hzbench.benchmark.workflows.datasets import describe_dataset

    with progress_bar() as progress:
        text = describe_dataset(name, progress=progress)
    typer.echo(text)


@data.command()
@explained
def verify(name: Name) -> None:
    """Check a dataset against its digests.

    Exit 1, and name each file that differs.
    """
    from hzbench.benchmark.workflows.datasets import check_dataset

    with progress_bar() as progress:
        line = check_dataset(name, progress=progress)
    typer.echo(line)


@data.command()
@explained
def card(
    name: Annotated[str, typer.Argument(help="A dataset's name or folder, or a folder of hzbench generate.")],
    croissant: Annotated[
        bool, typer.Option("--croissant", help="Print croissant.json, for machines, instead of the card.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Let mlcroissant check croissant.json (must be installed).")
    ] = False,
    creator: Annotated[str | None, typer.Option(help="Who publishes the dataset; recorded.")] = None,
    url: Annotated[str | None, typer.Option(help="Web page of the dataset; recorded.")] = None,
    published: Annotated[str | None, typer.Option(help="Day of publication, YYYY-MM-DD; recorded.")] = None,
) -> None:
    """Write a dataset's card again and print it.

    README.md says where the pictures come from, how many there are, what is wrong with them and how to cite
    them; croissant.json says it to machines.
    """
    from hzbench.benchmark.workflows.cards import renew_card

    with progress_bar() as progress:
        printed = renew_card(
            name,
            croissant=croissant,
            check=check,
            creator=creator,
            url=url,
            published=published,
            progress=progress,
        )
    typer.echo(printed.text)
    say(printed.remark)


@data.command()
@explained
def show(
    name: Name,
    out: Annotated[Path, typer.Option(help="PNG file to write.")] = Path("examples.png"),
    split: Annotated[str, typer.Option(help="train, val, test or an additional test set.")] = "test",
    per_class: Annotated[
        int, typer.Option(min=1, max=12, help="Pictures of each class, or of each condition.")
    ] = 4,
) -> None:
    """Draw a sheet of examples of each class.

    Of an additional test set with conditions: of each condition, such as light and distance.
    """
    from hzbench.benchmark.workflows.datasets import draw_examples

    with progress_bar() as progress:
        draw_examples(name, out, split=split, per_class=per_class, progress=progress)
    typer.echo(out)


@cache.command()
@explained
def path() -> None:
    """Print the folder of what hzbench keeps."""
    from hzbench.benchmark.durable import cache_folder

    typer.echo(cache_folder())


@cache.command()
@explained
def clear() -> None:
    """Delete finished cells, rendered datasets and compiled kernels there.

    What a reference's training left is kept: it takes hours.
    """
    from hzbench.benchmark.workflows.datasets import clear_cache

    typer.echo(clear_cache())
