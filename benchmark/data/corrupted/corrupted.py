"""SD-HZ-C: the cells of a split, streamed, or written to disk so that a killed run can go on."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.corrupted.cells import Cell, parse_cells
from hzbench.benchmark.data.corrupted.manifest import (
    MANIFEST_NAME,
    Manifest,
    cell_digest,
    cell_path,
    load_manifest,
    split_entries,
    write_export_index,
)
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.exports.entry import Entry, Pixels
from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.data.metadata import write_export_documents
from hzbench.benchmark.data.photographs.canonical import SIDE
from hzbench.benchmark.durable import Progress, write_text
from hzbench.benchmark.errors import DataError, closest
from hzbench.corruptions import SPECIFICATION, corrupt_batch, jpeg_probe_digest, pixel_digest

BATCH = 32  # pictures in memory at a time, in each thread
WORK_FOLDER = ".generating"


def corrupted_cell(split: Split, cell: Cell, *, draw: int = 0, batch: int = BATCH) -> Iterator[Pixels]:
    """Yield one cell of a split in batches, uint8 (k, 224, 224, 3), in index order.

    Args:
        split: the clean pictures.
        cell: corruption and severity.
        draw: 0 is SD-HZ-C itself.
        batch: pictures a batch; no picture depends on it.
    """
    yield from _corrupted(split.images, split.digests, cell, draw, batch)


def _corrupted(
    clean: Callable[[Sequence[int]], Pixels], digests: Sequence[str], cell: Cell, draw: int, batch: int
) -> Iterator[Pixels]:
    for start in range(0, len(digests), batch):
        stop = min(start + batch, len(digests))
        images = clean(range(start, stop))
        yield corrupt_batch(images, cell.corruption, cell.severity, draw=draw, digests=digests[start:stop])


def generate_corrupted(
    dataset: Dataset,
    out: Path,
    *,
    export_format: str = "png",
    cells: Sequence[str] | None = None,
    draw: int = 0,
    split: str = "test",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write SD-HZ-C and its manifest.

    A cell appears whole or not at all. A killed run is taken up by calling this again with the same
    arguments; the tree is then the same as that of a run that was not killed. Cells can be added to a
    finished export in the same way. Nothing is flushed to the disk picture by picture: after a power
    failure, check with `verify_corrupted`.

    Args:
        dataset: the clean set.
        out: the folder to fill: new, empty, or an earlier run of the same export.
        export_format: a key of `EXPORT_FORMATS`.
        cells: see `parse_cells`; None means all 75.
        draw: 0 is SD-HZ-C itself.
        split: which split.
        workers: threads; None takes all cores. The bytes do not depend on it.
        progress: called after each batch with the pictures of all cells.

    Raises:
        DataError: an unknown format or cell, a folder that holds something else, a damaged clean picture.
    """
    if export_format not in EXPORT_FORMATS:
        raise DataError(f"unknown format {export_format!r}.{closest(export_format, list(EXPORT_FORMATS))}")
    wanted = parse_cells(cells)
    pictures = dataset.split(split)
    plan = _plan(dataset, pictures, export_format, draw)
    out = Path(out)
    _check_target(out, plan)
    work = out / WORK_FOLDER
    try:
        work.mkdir(parents=True, exist_ok=True)
        with exclusive(work / "lock"):
            plan.save(work)
            done = _finished_cells(out, plan)
            missing = [cell for cell in wanted if str(cell) not in done]
            if missing:
                run = _Run(out, plan, pictures, len(missing), progress)
                done |= run.cells(missing, workers or usable_cores())
            write_export_index(out, pictures)
            manifest = write_export_documents(out, plan.with_cells(done))
            manifest.save(out)
        shutil.rmtree(work)
    except OSError as error:
        raise DataError(f"{out}: cannot be written ({error.strerror or error})") from error
    return manifest


def _plan(dataset: Dataset, split: Split, export_format: str, draw: int) -> Manifest:
    return Manifest(
        specification=SPECIFICATION,
        canonical=dataset.document.canonical,
        dataset=dataset.label,
        split=split.name,
        split_digest=split.digest,
        classes=dataset.classes,
        synthetic=dataset.synthetic,
        notice=dataset.notice,
        licence=dataset.document.licence,
        draw=draw,
        jpeg_probe_digest=jpeg_probe_digest(),
        format=export_format,
        pictures=len(split),
        cells={},
    ).with_cells({})


def _check_target(out: Path, plan: Manifest) -> None:
    """Refuse a folder that holds anything but this export, finished or not."""
    if out.is_file():
        raise DataError(f"{out}: is a file; expected a folder for SD-HZ-C")
    if not out.is_dir() or not any(out.iterdir()):
        return
    for folder in (out, out / WORK_FOLDER):
        if (folder / MANIFEST_NAME).is_file():
            earlier = load_manifest(folder / MANIFEST_NAME)
            if not earlier.same_export(plan):
                raise DataError(
                    f"{out}: holds another export ({earlier.dataset} {earlier.split}, {earlier.format}, "
                    f"draw {earlier.draw}, specification {earlier.specification}); choose another --out"
                )
            return
    if {path.name for path in out.iterdir()} != {WORK_FOLDER}:
        raise DataError(f"{out}: the folder is not empty and not an SD-HZ-C export; choose another --out")


def _finished_cells(out: Path, plan: Manifest) -> dict[str, str]:
    """Return {cell: digest} of the whole cells, from the manifest and from the records of a killed run."""
    digests: dict[str, str] = {}
    if (out / MANIFEST_NAME).is_file():
        digests.update(load_manifest(out / MANIFEST_NAME).cells)
    for record in (out / WORK_FOLDER).glob("*.sha256"):
        corruption, _, severity = record.stem.rpartition("-")
        digests[f"{corruption}:{severity}"] = record.read_text(encoding="ascii").strip()
    suffix = EXPORT_FORMATS[plan.format].suffix
    whole = {}
    for name, digest in digests.items():
        corruption, severity = name.split(":")
        if (out / cell_path(Cell(corruption, int(severity)), suffix)).exists():
            whole[name] = digest
    return whole


class _Run:
    """Writes missing cells, several at a time; stops soon after a failure or an interrupt."""

    def __init__(
        self, out: Path, plan: Manifest, split: Split, cells: int, progress: Progress | None
    ) -> None:
        self._out = out
        self._work = out / WORK_FOLDER
        self._plan = plan
        self._format = EXPORT_FORMATS[plan.format]
        self._digests = split.digests
        self._entries: list[Entry] = split_entries(split)
        self._clean = self._unpack(split, progress)
        self._total = cells * len(split)
        self._done = 0
        self._progress = progress
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def _unpack(self, split: Split, progress: Progress | None) -> npt.NDArray[np.uint8]:
        """Decode the clean pictures once, into a file that the operating system pages in and out."""
        file = self._work / "clean.raw"
        with file.open("wb") as stream:
            for position in range(len(split)):
                stream.write(split.image(position).data)
                if progress is not None:
                    progress("reading clean pictures", position + 1, len(split))
        return np.memmap(file, dtype=np.uint8, mode="r", shape=(len(split), SIDE, SIDE, 3))

    def cells(self, missing: Sequence[Cell], workers: int) -> dict[str, str]:
        """Write the cells and return {cell: digest}."""
        with ThreadPoolExecutor(workers) as pool:
            futures = {str(cell): pool.submit(self._cell, cell) for cell in missing}
            try:
                return {name: future.result() for name, future in futures.items()}
            except BaseException:
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _cell(self, cell: Cell) -> str:
        """Write one cell beside its place, record its digest, and move it there."""
        part = self._work / f"{cell.corruption}-{cell.severity}{self._format.suffix}"
        target = self._out / cell_path(cell, self._format.suffix)
        for leftover in (part, target):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            leftover.unlink(missing_ok=True)
        found: list[str] = []
        self._format.write(part, self._entries, self._pictures(cell, found))
        digest = cell_digest(found)
        write_text(self._work / f"{cell.corruption}-{cell.severity}.sha256", digest + "\n")
        target.parent.mkdir(exist_ok=True)
        part.rename(target)
        return digest

    def _pictures(self, cell: Cell, found: list[str]) -> Iterator[Pixels]:
        for batch in _corrupted(self._chunk, self._digests, cell, self._plan.draw, BATCH):
            if self._stop.is_set():
                raise InterruptedError("another cell failed")
            for pixels in batch:
                found.append(pixel_digest(pixels))
                yield pixels
            if self._progress is not None:
                with self._lock:
                    self._done += len(batch)
                    self._progress(f"generating: {cell}", self._done, self._total)

    def _chunk(self, positions: Sequence[int]) -> Pixels:
        return np.asarray(self._clean[positions[0] : positions[-1] + 1])
