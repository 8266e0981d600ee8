"""A rendered dataset in the cache: only the splits that are asked for, resumable, one writer at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.building.writing import Description, in_standard_order, write_documents
from hzbench.benchmark.data.dataset import DOCUMENT_NAME, Dataset, open_dataset
from hzbench.benchmark.data.index import GIVEN, INDEX_NAME, IndexRow, is_extra_test, split_digest
from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.data.metadata import write_dataset_documents
from hzbench.benchmark.data.photographs.lossless import decode_png, encode_png
from hzbench.benchmark.durable import Progress, write_text
from hzbench.benchmark.errors import DataError
from hzbench.corruptions.image import pixel_digest

MARK_NAME = "renderer.txt"  # which code made the pictures; other code starts afresh


class Record(Protocol):
    """One picture of a plan, before it is rendered."""

    @property
    def index(self) -> int:
        """Number of the picture; its pixels depend on nothing else."""

    @property
    def label(self) -> str:
        """Class name."""

    @property
    def split(self) -> str:
        """Split name."""

    @property
    def group(self) -> str:
        """The person."""

    @property
    def skin_type(self) -> str:
        """Fitzpatrick type `I` to `VI`."""

    @property
    def condition(self) -> str:
        """Under which a picture of an additional test set was taken, or empty."""


class Renderer(NamedTuple):
    """What can be rendered.

    Attributes:
        description: of the dataset.
        plan: all its pictures, in index order, those of additional test sets too.
        render: picture number -> uint8 (224, 224, 3).
        mark: names the code that renders, so that pictures of older code are not taken for its own.
        digests: {split: its digest on every machine}, of a frozen version.
    """

    description: Description
    plan: Sequence[Record]
    render: Callable[[int], npt.NDArray[np.uint8]]
    mark: str
    digests: Mapping[str, str] = {}


def rendered_dataset(
    renderer: Renderer,
    folder: Path,
    splits: Sequence[str],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Open a rendered dataset, rendering first what is missing of `splits`.

    Safe when several processes ask at once: one renders, the others wait and then find the pictures. A killed
    run is taken up where it stopped.

    Args:
        renderer: the plan and what renders it.
        folder: where the dataset is, or will be.
        splits: the splits that are needed.
        workers: threads; None takes all cores.
        progress: called after each picture.

    Raises:
        DataError: a split that the plan does not have, or a folder that cannot be written.
    """
    planned = in_standard_order([record.split for record in renderer.plan])
    for name in splits:
        if name not in planned:
            label = f"{renderer.description.name}-{renderer.description.version}"
            raise DataError(f"{label} has no split {name!r}; it has {', '.join(planned)}")
    present = _opened(renderer, folder)
    if present is not None and set(splits) <= set(present.splits):
        return present

    def waiting() -> None:
        if progress is not None:
            progress("waiting for another process that renders", 0, 0)

    try:
        with exclusive(folder.parent / f".{folder.name}.lock", waiting=waiting):
            present = _opened(renderer, folder)
            if present is None:
                _start(renderer, folder)
            done = set(present.splits) if present is not None else set()
            _render_missing(renderer, folder, present, done | set(splits), workers, progress)
    except OSError as error:
        raise DataError(
            f"{folder}: cannot render here ({error.strerror or error}); "
            "set HZBENCH_CACHE to a writable folder"
        ) from error
    return open_dataset(folder)


def _opened(renderer: Renderer, folder: Path) -> Dataset | None:
    """Return the dataset in `folder` if this renderer made it and its index is sound."""
    try:
        if (folder / MARK_NAME).read_text(encoding="utf-8").strip() != renderer.mark:
            return None
        return open_dataset(folder)
    except (OSError, DataError):
        return None


def _start(renderer: Renderer, folder: Path) -> None:
    """Prepare the folder; what other code rendered goes, what else lies there stays."""
    mark = folder / MARK_NAME
    for name in (INDEX_NAME, DOCUMENT_NAME):
        (folder / name).unlink(missing_ok=True)
    if not (mark.is_file() and mark.read_text(encoding="utf-8").strip() == renderer.mark):
        for name in {record.split for record in renderer.plan}:
            shutil.rmtree(folder / name, ignore_errors=True)
        write_text(mark, renderer.mark + "\n")


def _render_missing(
    renderer: Renderer,
    folder: Path,
    present: Dataset | None,
    splits: set[str],
    workers: int | None,
    progress: Progress | None,
) -> None:
    known = {row.path: row for row in present.rows} if present is not None else {}
    wanted = [record for record in renderer.plan if record.split in splits]
    missing = [record for record in wanted if _path(record) not in known]
    for record in missing:
        (folder / _path(record)).parent.mkdir(parents=True, exist_ok=True)
    rows = dict(known)
    stage = f"rendering {renderer.description.name}"
    with ThreadPoolExecutor(workers or usable_cores()) as pool:
        try:
            digests = pool.map(lambda record: _render_one(renderer, folder, record), missing)
            for done, (record, digest) in enumerate(zip(missing, digests, strict=True), start=1):
                rows[_path(record)] = _row(renderer, record, digest)
                if progress is not None:
                    progress(stage, done, len(missing))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    order = in_standard_order(list(splits))
    ordered = [rows[_path(record)] for name in order for record in wanted if record.split == name]
    for name in order:
        _check_frozen(renderer, name, [row for row in ordered if row.split == name])
    complete = {record.split for record in renderer.plan if not is_extra_test(record.split)} <= splits
    write_documents(folder, ordered, renderer.description, complete=complete)
    write_dataset_documents(folder)


def _check_frozen(renderer: Renderer, split: str, rows: Sequence[IndexRow]) -> None:
    """Refuse pictures that are not, byte for byte, those of a frozen version.

    Raises:
        DataError: this machine renders other pictures.
    """
    expected, found = renderer.digests.get(split), split_digest(rows)
    if expected not in (None, found):
        label = f"{renderer.description.name}-{renderer.description.version}"
        raise DataError(
            f"{label}: the split {split!r} rendered here has the digest {found[:12]}..., "
            f"not {expected[:12]}...; "
            "install hzbench again, and if that does not help, report it with your CPU and numba's version"
        )


def _render_one(renderer: Renderer, folder: Path, record: Record) -> str:
    """Render one picture unless a killed run left it, and return its digest."""
    file = folder / _path(record)
    try:
        return pixel_digest(decode_png(file.read_bytes()))
    except (OSError, DataError):
        pixels = renderer.render(record.index)
        part = file.with_suffix(".part")
        part.write_bytes(encode_png(pixels))
        part.replace(file)
        return pixel_digest(pixels)


def _path(record: Record) -> str:
    return f"{record.split}/{record.label}/{record.index:05d}.png"


def _row(renderer: Renderer, record: Record, digest: str) -> IndexRow:
    return IndexRow(
        path=_path(record),
        label=record.label,
        split=record.split,
        group=record.group,
        source=renderer.description.name,
        skin_type=record.skin_type,
        pixel_digest=digest,
        skin_type_source=GIVEN if record.skin_type else "",
        condition=record.condition,
    )
