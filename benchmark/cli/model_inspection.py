"""`hzbench inspect`: a look at a model before it is scored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hzbench.benchmark.cli.console import explained, one_line, progress_bar

if TYPE_CHECKING:
    from hzbench.benchmark.workflows.model_inspection import Inspection


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(inspect)


@explained
def inspect(
    model: Annotated[
        str, typer.Argument(help="A checkpoint file, a submission's folder, or the name of a shipped one.")
    ],
    arch: Annotated[
        str | None, typer.Option(help="Architecture (torchvision or timm); default: recognised.")
    ] = None,
    data: Annotated[
        str, typer.Option(help="Dataset: a name (see: hzbench data list) or a folder.")
    ] = "sdhz-synth",
    device: Annotated[str, typer.Option(help="cpu, cuda or mps.")] = "cpu",
    allow_programs: Annotated[
        bool,
        typer.Option(
            "--allow-programs", help="Take TorchScript and .pt2 files too, which are programs, in a sandbox."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="HZBENCH_JSON", help="Print what was seen as JSON.")
    ] = False,
) -> None:
    """Look at a model before it is scored.

    What the file is; whether it answers a handful of clean validation pictures as a trained model does; and
    whether another normalisation, channel order or class order fits far better than the declared one.
    """
    from hzbench.benchmark.workflows.model_inspection import inspect_model

    with progress_bar() as progress:
        seen = inspect_model(
            model, arch=arch, data=data, device=device, allow_programs=allow_programs, progress=progress
        )
    if as_json:
        typer.echo(json.dumps(document(seen), indent=1))
        return
    for line in lines(seen):
        typer.echo(line)


def document(inspection: Inspection) -> dict[str, Any]:
    """Return what was seen as JSON values."""
    checkpoint, described, seen = (
        inspection.candidate.checkpoint,
        inspection.description,
        inspection.seen,
    )
    return {
        "name": inspection.candidate.name,
        "format": described.format,
        "sha256": checkpoint.sha256,
        "bytes": checkpoint.bytes,
        "architecture": described.architecture,
        "params": described.params,
        "input_size": described.input_size,
        "mean": list(inspection.expected.mean),
        "std": list(inspection.expected.std),
        "sandbox": described.sandbox,
        "split": inspection.split,
        "pictures": seen.pictures,
        "right": seen.right,
        "outputs": seen.kind,
        "flags": [{"name": flag.name, "message": flag.detail} for flag in inspection.flags],
        "notes": [*described.notes, *seen.notes],
    }


def lines(inspection: Inspection) -> list[str]:
    """Return what was seen as lines: one fact each, then flags and notes as sentences."""
    facts = document(inspection)
    mean, std = (", ".join(f"{value:g}" for value in facts[key]) for key in ("mean", "std"))
    rows = {
        "Model": facts["name"],
        "File": f"{facts['format']}, {facts['bytes']:,} bytes, SHA-256 {facts['sha256'][:12]}…",
        "Network": f"{facts['architecture']}, {facts['params']:,} parameters",
        "Input": f"{facts['input_size']} x {facts['input_size']}, mean {mean}, std {std}",
        "Outputs": facts["outputs"],
        "Pictures": f"{facts['right']} of {facts['pictures']} clean pictures of {facts['split']} right",
        "Sandbox": facts["sandbox"],
    }
    width = max(map(len, rows))
    return [
        *(f"{title:<{width}}  {one_line(text)}" for title, text in rows.items()),
        *(f"FLAG {flag['name']}: {one_line(flag['message'])}." for flag in facts["flags"]),
        *(f"Note: {one_line(note)}." for note in facts["notes"]),
    ]
