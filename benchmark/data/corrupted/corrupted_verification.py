"""Is an SD-HZ-C export still what its manifest says, and what its clean set gives?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.corrupted.cells import Cell, parse_cells
from hzbench.benchmark.data.corrupted.corrupted import WORK_FOLDER, corrupted_cell
from hzbench.benchmark.data.corrupted.manifest import (
    EXPORT_INDEX_NAME,
    MANIFEST_NAME,
    Manifest,
    cell_digest,
    cell_path,
    load_manifest,
    read_export_index,
)
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.exports.entry import CellReader, Entry
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError
from hzbench.corruptions import SPECIFICATION, jpeg_probe_digest, pixel_digest


def verify_corrupted(
    out: Path, *, dataset: Dataset | None = None, progress: Progress | None = None
) -> list[str]:
    """Return every way in which an export differs from its manifest; an empty list is a sound export.

    Args:
        out: the folder that `generate_corrupted` filled.
        dataset: the clean set; with it every picture is made again and compared, so that a cell whose files
            are sound but whose pictures are others is traced to the picture.
        progress: called after each picture.

    Raises:
        DataError: no manifest, so not a finished export at all.
    """
    out = Path(out)
    manifest = load_manifest(out / MANIFEST_NAME)
    problems = _check_manifest(out, manifest, dataset)
    try:
        entries = read_export_index(out, manifest)
    except DataError as error:
        return [*problems, str(error)]
    if problems:
        return problems
    check = _Check(out, manifest, entries, dataset, progress)
    with ThreadPoolExecutor(usable_cores()) as pool:
        for found in pool.map(check.cell, parse_cells(manifest.cells) if manifest.cells else ()):
            problems += found
    return [*problems, *_documents(out, manifest), *_strangers(out, manifest)]


def _check_manifest(out: Path, manifest: Manifest, dataset: Dataset | None) -> list[str]:
    file = out / MANIFEST_NAME
    problems = []
    if manifest.seal != manifest.expected_seal():
        problems.append(f"{file}: edited or damaged (its seal does not fit)")
    elif manifest.root_digest != manifest.expected_root():
        problems.append(f"{file}: the root digest is not that of the cells")
    if manifest.format not in EXPORT_FORMATS:
        problems.append(f"{file}: unknown format {manifest.format!r}")
    try:
        parse_cells(manifest.cells)
    except DataError as error:
        problems.append(f"{file}: {error}")
    if dataset is None:
        return problems
    if manifest.specification != SPECIFICATION:
        problems.append(
            f"{file}: made by specification {manifest.specification}; this hzbench makes {SPECIFICATION}"
        )
    if manifest.split not in dataset.splits or dataset.split(manifest.split).digest != manifest.split_digest:
        problems.append(f"{file}: made from {manifest.dataset} {manifest.split}, not from {dataset.root}")
    return problems


def _documents(out: Path, manifest: Manifest) -> list[str]:
    """Name what the export says about itself where that is not what was written."""
    problems = []
    for name, digest in manifest.documents.items():
        try:
            found = hashlib.sha256((out / name).read_bytes()).hexdigest()
        except OSError as error:
            problems.append(f"{out / name}: cannot be read ({error.strerror or error})")
            continue
        if found != digest:
            problems.append(f"{out / name}: not the document that {MANIFEST_NAME} names; it was changed")
    return problems


def _strangers(out: Path, manifest: Manifest) -> list[str]:
    """Name files outside the cells that belong to nothing."""
    suffix = EXPORT_FORMATS[manifest.format].suffix
    known = {out / name for name in (MANIFEST_NAME, EXPORT_INDEX_NAME, *manifest.documents)}
    cells = (
        {out / cell_path(cell, suffix) for cell in parse_cells(manifest.cells)} if manifest.cells else set()
    )
    problems = []
    if (out / WORK_FOLDER).exists():
        problems.append(f"{out / WORK_FOLDER}: a run was not finished; call hzbench generate again")
    for path in sorted(out.rglob("*")):
        inside = cells & {path, *path.parents}
        if not path.is_dir() and not inside and path not in known and WORK_FOLDER not in path.parts:
            problems.append(f"{path}: no cell of the manifest has this file")
    return problems


class _Check:
    """Checks cells, several at a time."""

    def __init__(
        self,
        out: Path,
        manifest: Manifest,
        entries: list[Entry],
        dataset: Dataset | None,
        progress: Progress | None,
    ) -> None:
        self._out = out
        self._manifest = manifest
        self._entries = entries
        self._split = dataset.split(manifest.split) if dataset is not None else None
        self._same_coder = dataset is None or jpeg_probe_digest() == manifest.jpeg_probe_digest
        self._progress = progress
        self._done = 0

    def cell(self, cell: Cell) -> list[str]:
        """Return the problems of one cell."""
        export_format = EXPORT_FORMATS[self._manifest.format]
        target = self._out / cell_path(cell, export_format.suffix)
        try:
            reader = export_format.open(target, self._entries)
        except (DataError, OSError) as error:
            return [f"{target}: {error}"]
        problems = self._pictures(cell, reader)
        return [*problems, *reader.leftovers()]

    def _pictures(self, cell: Cell, reader: CellReader) -> list[str]:
        problems: list[str] = []
        found: list[str] = []
        for position, expected in zip(range(len(self._entries)), self._expected(cell), strict=False):
            try:
                found.append(pixel_digest(reader.picture(position)))
            except DataError as error:
                problems.append(f"{reader.place(position)}: {error}")
                continue
            finally:
                self._tick(cell)
            if expected and found[-1] != expected:
                problems.append(
                    f"{reader.place(position)}: not the picture that {cell} makes of the clean one"
                )
        if not problems and cell_digest(found) != self._manifest.cells[str(cell)]:
            target = self._out / cell_path(cell, EXPORT_FORMATS[self._manifest.format].suffix)
            problems.append(
                f"{target}: {cell}: the files are sound, but a picture is not the one of {MANIFEST_NAME}; "
                "verify with the clean set (--data) to find which"
            )
        if problems and cell.corruption == "jpeg_compression" and not self._same_coder:
            problems.append(f"{cell}: another JPEG coder was at work than here, so the pictures may differ")
        return problems

    def _expected(self, cell: Cell) -> Iterator[str]:
        """Yield the digests that the clean set gives, or nothing to compare with."""
        if self._split is None:
            yield from ("" for _ in self._entries)
            return
        for batch in corrupted_cell(self._split, cell, draw=self._manifest.draw):
            yield from (pixel_digest(pixels) for pixels in batch)

    def _tick(self, cell: Cell) -> None:
        self._done += 1
        if self._progress is not None:
            total = len(self._entries) * len(self._manifest.cells)
            self._progress(f"checking: {cell}", min(self._done, total), total)
