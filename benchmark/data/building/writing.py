"""Datasets appear on disk whole: filled in a sibling folder, then renamed into place."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.dataset import DOCUMENT_NAME, DatasetDocument, count_rows, is_dataset
from hzbench.benchmark.data.index import INDEX_NAME, SPLITS, IndexRow, index_text, root_digest, split_digest
from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.data.photographs.canonical import CANONICAL_VERSION, Framing, decoder_versions
from hzbench.benchmark.durable import write_json, write_text
from hzbench.benchmark.errors import DataError


@dataclass(frozen=True)
class Description:
    """What a dataset says about itself beside its rows; the fields are those of `DatasetDocument`."""

    name: str
    version: str
    classes: tuple[str, ...]
    focus_class: str
    framing: Framing = "crop"
    licence: str = ""
    synthetic: bool = False
    notice: str = ""
    origin: Origin | None = None
    decoder: str | None = None  # None: the one at work here


def write_documents(
    folder: Path, rows: Sequence[IndexRow], description: Description, *, complete: bool = True
) -> DatasetDocument:
    """Write index.csv and then dataset.json beside pictures that are already there.

    Args:
        folder: the dataset's folder.
        rows: all rows, in index order.
        description: name, classes and so on.
        complete: False while splits are still missing; the root digest is then null.
    """
    decoder = decoder_versions() if description.decoder is None else description.decoder
    names = dict.fromkeys(row.split for row in rows)
    document = DatasetDocument(
        name=description.name,
        version=description.version,
        classes=description.classes,
        focus_class=description.focus_class,
        counts=count_rows(rows, description.classes),
        root_digest=None,
        split_digests={name: split_digest(row for row in rows if row.split == name) for name in names},
        canonical=CANONICAL_VERSION,
        framing=description.framing,
        decoder=decoder,
        licence=description.licence,
        synthetic=description.synthetic,
        notice=description.notice,
        origin=description.origin,
    )
    if complete:
        document = document.model_copy(update={"root_digest": root_digest(rows, document.header())})
    write_text(folder / INDEX_NAME, index_text(rows))
    write_json(folder / DOCUMENT_NAME, document.model_dump(mode="json", by_alias=True))
    return document


def check_target(out: Path, *, force: bool = False) -> None:
    """Refuse a target that would overwrite something.

    Raises:
        DataError: `out` is a file, or a folder with something in it that is not a dataset to be replaced
            (`force`).
    """
    if out.is_file():
        raise DataError(f"{out}: is a file; expected a new folder for the dataset")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not is_dataset(out):
        raise DataError(f"{out}: the folder is not empty and not a dataset; choose a new folder with --out")
    if not force:
        raise DataError(
            f"{out}: there is a dataset already; replace it with --force, or choose another --out"
        )


@contextlib.contextmanager
def appearing(out: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield an empty sibling folder that becomes `out` when the block ends well, and vanishes when it fails.

    What a killed run left behind is cleared by the next one.

    Args:
        out: the folder to make; missing parents are made.
        force: replace a dataset that is there.

    Raises:
        DataError: see `check_target`, or another process is building the same folder.
    """
    out = Path(out).absolute()
    part = out.parent / f".{out.name}.part"
    old = out.parent / f".{out.name}.old"
    with exclusive(out.parent / f".{out.name}.lock"):
        if old.exists() and not out.exists():
            old.rename(out)  # a run was killed between the two renames below
        check_target(out, force=force)
        for leftover in (part, old):
            if leftover.exists():
                shutil.rmtree(leftover)
        part.mkdir()
        try:
            yield part
            check_target(out, force=force)
            if out.exists():
                out.rename(old)
            part.rename(out)
        except BaseException as error:
            shutil.rmtree(part, ignore_errors=True)
            if isinstance(error, OSError):
                raise DataError(f"{out}: cannot be written ({error.strerror or error})") from error
            raise
        shutil.rmtree(old, ignore_errors=True)


def in_standard_order(names: Sequence[str]) -> list[str]:
    """Return split names with train, val and test first, the others sorted after them."""
    return [name for name in SPLITS if name in names] + sorted(set(names) - set(SPLITS))
