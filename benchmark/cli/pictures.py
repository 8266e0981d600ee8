"""`hzbench show`, `generate` and `verify`: corrupted pictures, to look at and to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hzbench.benchmark.cli.console import LARGEST_DRAW, explained, progress_bar


def add_to(app: typer.Typer) -> None:
    """Add the three commands to the command line."""
    app.command()(show)
    app.command()(generate)
    app.command()(verify)


@explained
def show(
    image: Annotated[Path, typer.Argument(help="Any photograph.")],
    severity: Annotated[
        int | None, typer.Option(min=1, max=5, help="One severity of all 15 corruptions; default: all five.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="PNG file to write; default: <image>-corrupted.png.")
    ] = None,
    framing: Annotated[str, typer.Option(help="crop (centre square) or pad.")] = "crop",
) -> None:
    """Draw a photograph under all 15 corruptions."""
    from hzbench.benchmark.workflows.pictures import show_corruptions

    target = out or Path(f"{image.stem}-corrupted.png")
    show_corruptions(image, target, severity=severity, framing=framing)
    typer.echo(target)


@explained
def generate(
    out: Annotated[Path, typer.Option(help="Folder to write; a run that was interrupted goes on.")],
    data: Annotated[str, typer.Option(help="Dataset: a name or a folder.")] = "sdhz-synth",
    format_: Annotated[
        str,
        typer.Option(
            "--format", envvar="HZBENCH_GENERATE_FORMAT", help="png, imagefolder, npy or webdataset."
        ),
    ] = "png",
    cells: Annotated[
        str | None, typer.Option(help="Only these cells, such as fog:3,jpeg_compression:5; default: all 75.")
    ] = None,
    draw: Annotated[int, typer.Option(min=0, max=LARGEST_DRAW, help="Draw number; 0 is SD-HZ-C itself.")] = 0,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads; default: one a core.")] = None,
) -> None:
    """Write SD-HZ-C, the corrupted test set, to disk."""
    from hzbench.benchmark.workflows.pictures import generate_suite

    with progress_bar() as progress:
        line = generate_suite(
            data, out, export=format_, cells=cells, draw=draw, workers=workers, progress=progress
        )
    typer.echo(line)


@explained
def verify(
    directory: Annotated[Path, typer.Argument(help="A folder that `hzbench generate` wrote.")],
    data: Annotated[
        str | None, typer.Option(help="Also regenerate every cell from this dataset and compare.")
    ] = None,
) -> None:
    """Check a generated test set against its digests.

    Exit 1, and name each file that differs.
    """
    from hzbench.benchmark.workflows.pictures import verify_suite

    with progress_bar() as progress:
        line = verify_suite(directory, data=data, progress=progress)
    typer.echo(line)
