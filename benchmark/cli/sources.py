"""`hzbench data classes` and `hzbench data fetch`: the sources of photographs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hzbench.benchmark.cli.console import explained, progress_bar, say

Kind = Annotated[str, typer.Argument(help="Kind of source: sd198, scin, dermnet, fitzpatrick17k or folder.")]


def add_to(group: typer.Typer) -> None:
    """Add the commands to `hzbench data`."""
    group.command()(classes)
    group.command()(fetch)


@explained
def classes(
    source: Kind,
    directory: Annotated[
        Path | None, typer.Argument(help="Folder of the source, to count its pictures.", show_default=False)
    ] = None,
    class_map: Annotated[
        Path | None, typer.Option(help="Class map (TOML) instead of the shipped one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON document.")] = False,
    as_toml: Annotated[
        bool, typer.Option("--toml", help="Print the class map's file, to change and give to --class-map.")
    ] = False,
) -> None:
    """Print which of a source's names belong to which class.

    The class map, its rule and the source's terms; with a folder, how many pictures each name has there.
    """
    from hzbench.benchmark.workflows.class_maps import class_map_file, describe_class_map

    if as_toml:
        typer.echo(class_map_file(source, class_map), nl=False)
        return
    document, text = describe_class_map(source, directory, file=class_map)
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False) if as_json else text)


@explained
def fetch(
    source: Annotated[str, typer.Argument(help="Kind of source; scin is the one that may be fetched.")],
    out: Annotated[Path, typer.Option(help="Folder to fetch into.")],
    url: Annotated[
        str | None, typer.Option(help="Address of a copy of the bucket; default: the public one.")
    ] = None,
    connections: Annotated[int, typer.Option(min=1, max=32, help="Files fetched at once.")] = 8,
) -> None:
    """Download a public source, once you ask for it.

    Goes on where it stopped, and checks what is there already; nothing is fetched by any other command.
    """
    from hzbench.benchmark.workflows.fetching import fetch_source

    with progress_bar() as progress:
        lines = fetch_source(source, out, url=url, connections=connections, progress=progress)
    for line in lines:
        typer.echo(line)
    say(f"Next: hzbench data build {source} {out} --out D")
