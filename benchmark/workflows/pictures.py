"""`hzbench show`, `generate` and `verify`: corrupted pictures on a sheet, on disk, and checked."""

from __future__ import annotations

from pathlib import Path

from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError, UsageError, VerificationError, closest
from hzbench.benchmark.workflows.datasets import list_of_problems, require_framing


def show_corruptions(image: Path, out: Path, *, severity: int | None = None, framing: str = "crop") -> None:
    """Draw a photograph under the 15 corruptions into a PNG file.

    Args:
        image: any photograph; it is made canonical first.
        out: the PNG file.
        severity: one severity of every corruption; None draws all five.
        framing: `crop` or `pad`.

    Raises:
        DataError: not a picture that can be read.
        UsageError: an unknown framing, or another file type than PNG.
    """
    from hzbench.benchmark.data.drawing.sheets import corruption_grid, save_sheet, severity_sheet
    from hzbench.benchmark.data.photographs.canonical import read_canonical

    require_framing(framing)
    if out.suffix.lower() != ".png":
        raise UsageError(f"{out}: the sheet is a PNG file; give --out a name that ends in .png")
    pixels = read_canonical(image, "pad" if framing == "pad" else "crop").pixels
    title = image.name
    sheet = (
        corruption_grid(pixels, title=title)
        if severity is None
        else severity_sheet(pixels, severity, title=title)
    )
    save_sheet(sheet, out)


def generate_suite(
    data: str,
    out: Path,
    *,
    export: str = "png",
    cells: str | None = None,
    draw: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> str:
    """Write SD-HZ-C of a dataset and return one line about it.

    Args:
        data: name or folder.
        out: folder to write; a run that was interrupted goes on.
        export: png, imagefolder, npy or webdataset.
        cells: comma-separated `corruption:severity`; None writes all 75.
        draw: draw number.
        workers: threads; None takes one a core.
        progress: called after each picture.

    Raises:
        UsageError: an unknown format or cell.
        DataError: the dataset is absent or damaged, or `out` is in the way or cannot be written.
    """
    from hzbench.benchmark.data.catalogue import resolve_dataset
    from hzbench.benchmark.data.corrupted.cells import parse_cells
    from hzbench.benchmark.data.corrupted.corrupted import generate_corrupted
    from hzbench.benchmark.data.exports import EXPORT_FORMATS

    if export not in EXPORT_FORMATS:
        raise UsageError(f"unknown format {export!r}.{closest(export, list(EXPORT_FORMATS))}")
    wanted = None if cells is None else [cell.strip() for cell in cells.split(",") if cell.strip()]
    try:
        parse_cells(wanted)
    except DataError as cause:
        raise UsageError(str(cause)) from cause
    dataset = resolve_dataset(data, ("test",), progress)
    manifest = generate_corrupted(
        dataset, out, export_format=export, cells=wanted, draw=draw, workers=workers, progress=progress
    )
    return (
        f"{out}: {len(manifest.cells)} cells x {manifest.pictures} pictures of {manifest.dataset}, "
        f"root digest {manifest.root_digest}"
    )


def verify_suite(directory: Path, *, data: str | None = None, progress: Progress | None = None) -> str:
    """Check a generated test set against its manifest, and return one line when nothing differs.

    Args:
        directory: what `generate_suite` wrote.
        data: also make every picture again from this dataset.
        progress: called after each picture.

    Raises:
        VerificationError: names the files that differ.
        DataError: no manifest.
    """
    from hzbench.benchmark.data.catalogue import resolve_dataset
    from hzbench.benchmark.data.corrupted.corrupted_verification import verify_corrupted
    from hzbench.benchmark.data.corrupted.manifest import MANIFEST_NAME, load_manifest

    dataset = None if data is None else resolve_dataset(data, ("test",), progress)
    problems = verify_corrupted(directory, dataset=dataset, progress=progress)
    if problems:
        raise VerificationError(list_of_problems(str(directory), problems))
    manifest = load_manifest(directory / MANIFEST_NAME)
    return (
        f"{directory}: {len(manifest.cells)} cells x {manifest.pictures} pictures are what the manifest "
        f"says; root digest {manifest.root_digest}"
    )
