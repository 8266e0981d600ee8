"""`hzbench export`: a model as the ONNX file that a phone's runtime takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hzbench.benchmark.cli.console import explained, one_line, progress_bar, say

if TYPE_CHECKING:
    from hzbench.benchmark.workflows.exporting import Exported


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(export)


@explained
def export(
    model: Annotated[str, typer.Argument(help="A checkpoint file, or the name of a shipped submission.")],
    format_: Annotated[
        str,
        typer.Option("--format", envvar="HZBENCH_EXPORT_FORMAT", help="onnx (float32) or onnx-int8."),
    ] = "onnx",
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: <model>-onnx.onnx or <model>-int8.onnx.")
    ] = None,
    arch: Annotated[
        str | None, typer.Option(help="Architecture (torchvision or timm); default: recognised.")
    ] = None,
    data: Annotated[
        str,
        typer.Option(help="Dataset of the model's classes; int8 ranges are found on its train split."),
    ] = "sdhz-synth",
    pictures: Annotated[
        int, typer.Option(min=1, help="Pictures of the train split that int8 ranges are found on.")
    ] = 256,
    allow_programs: Annotated[
        bool,
        typer.Option("--allow-programs", help="Take a torch.export program (.pt2) too, in a sandbox."),
    ] = False,
) -> None:
    """Write a model as an ONNX file, float32 or int8, and compare the answers of the two.

    The file holds its preprocessing and classes, so that evaluating it needs no options.
    """
    from hzbench.benchmark.workflows.exporting import export_model

    with progress_bar() as progress:
        exported = export_model(
            model,
            export=format_,
            arch=arch,
            data=data,
            out=out,
            pictures=pictures,
            allow_programs=allow_programs,
            progress=progress,
        )
    for line in _lines(exported):
        typer.echo(line)
    for note in exported.notes:
        say(f"Note: {one_line(note)}")
    say(f"Next: hzbench evaluate {exported.path}")


def _lines(exported: Exported) -> list[str]:
    size, before = (count / 1e6 for count in (exported.bytes, exported.source_bytes))
    lines = [f"{exported.path}: {exported.format}, {size:.2f} MB (made of {before:.2f} MB)"]
    compared = exported.comparison
    if compared is not None:
        share, *accuracies = (
            100 * count / compared.n for count in (compared.equal, compared.before, compared.after)
        )
        lines += [
            f"Clean validation pictures: {compared.equal:,} of {compared.n:,} answers equal ({share:.1f} %), "
            f"accuracy {accuracies[0]:.1f} % before, {accuracies[1]:.1f} % after",
            f"Largest difference of two logits: {compared.largest_difference:.2g}",
        ]
    return lines
