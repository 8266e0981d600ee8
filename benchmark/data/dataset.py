"""A clean set on disk: index.csv, canonical PNGs and dataset.json; opened, and read picture by picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hzbench.benchmark.data.building.origin import Origin
from hzbench.benchmark.data.index import (
    INDEX_NAME,
    IndexRow,
    is_extra_test,
    read_index,
    root_digest,
    split_digest,
)
from hzbench.benchmark.data.photographs.canonical import SIDE
from hzbench.benchmark.data.photographs.lossless import decode_png
from hzbench.benchmark.errors import DataError, closest
from hzbench.corruptions.image import pixel_digest

DOCUMENT_NAME = "dataset.json"
STANDARD_CLASSES = ("acne", "herpes_zoster", "tinea", "other")
STANDARD_FOCUS_CLASS = "herpes_zoster"
SYNTHETIC_NOTICE = "synthetic pictures: no number here speaks of clinical performance"

Pixels = npt.NDArray[np.uint8]


class DatasetDocument(BaseModel):
    """What dataset.json says.

    Attributes:
        counts: pictures of each class in each split.
        root_digest: SHA-256 over the rows of train, val and test; None while some are still to be rendered.
        split_digests: SHA-256 of each split, the test split's is the one in signatures.
        canonical: version of the canonical step.
        decoder: what decoded the originals, with versions.
        notice: a sentence that must stand beside every number, or empty.
        origin: by which rules the pictures were chosen; None for rendered ones and in older documents.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    document_schema: Literal["hzbench.dataset/1"] = Field(default="hzbench.dataset/1", alias="schema")
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    version: str = Field(pattern=r"^[A-Za-z0-9._]+$")
    classes: tuple[str, ...] = Field(min_length=2)
    focus_class: str
    counts: dict[str, dict[str, int]]
    root_digest: str | None
    split_digests: dict[str, str]
    canonical: int
    framing: Literal["crop", "pad"]
    decoder: str
    licence: str = ""
    synthetic: bool = False
    notice: str = ""
    origin: Origin | None = None

    def header(self) -> tuple[str, ...]:
        """Return what the root digest covers beside the rows."""
        return (f"canonical {self.canonical}", self.framing, self.focus_class, *self.classes)


@dataclass(frozen=True)
class Split:
    """The pictures of one split, in index order.

    Attributes:
        name: `train`, `val`, `test`, or an additional test set.
        root: the dataset's folder.
        classes: class names; `labels` counts into them.
        paths: of the PNGs, relative to `root`.
        labels: int64, shape (n,).
        groups: persons or cases; unique for a picture that stands alone.
        sources: collections.
        skin_types: `I` to `VI`, or empty.
        skin_type_sources: `given`, `estimated`, or empty.
        conditions: under which the pictures of an additional test set were taken, or empty.
        digests: pixel digests, 64 hex digits each.
        digest: see `split_digest`.
    """

    name: str
    root: Path
    classes: tuple[str, ...]
    paths: tuple[str, ...]
    labels: npt.NDArray[np.int64] = field(compare=False)
    groups: tuple[str, ...]
    sources: tuple[str, ...]
    skin_types: tuple[str, ...]
    skin_type_sources: tuple[str, ...]
    conditions: tuple[str, ...]
    digests: tuple[str, ...]
    digest: str

    @classmethod
    def from_rows(cls, name: str, root: Path, classes: tuple[str, ...], rows: Sequence[IndexRow]) -> Split:
        """Gather the rows of one split, all of which must belong to it."""
        return cls(
            name=name,
            root=root,
            classes=classes,
            paths=tuple(row.path for row in rows),
            labels=np.array([classes.index(row.label) for row in rows], dtype=np.int64),
            groups=tuple(row.group for row in rows),
            sources=tuple(row.source for row in rows),
            skin_types=tuple(row.skin_type for row in rows),
            skin_type_sources=tuple(row.skin_type_source for row in rows),
            conditions=tuple(row.condition for row in rows),
            digests=tuple(row.pixel_digest for row in rows),
            digest=split_digest(rows),
        )

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.paths)

    def image(self, index: int) -> Pixels:
        """Return picture `index`, uint8 (224, 224, 3).

        Raises:
            DataError: the file is absent, damaged, or not the picture that the index names.
        """
        return read_picture(self.root / self.paths[index], self.digests[index])

    def images(self, indices: Iterable[int]) -> Pixels:
        """Return several pictures, uint8 (k, 224, 224, 3), in the order of `indices`."""
        wanted = [int(index) for index in indices]
        pictures = np.empty((len(wanted), SIDE, SIDE, 3), dtype=np.uint8)
        for slot, index in enumerate(wanted):
            pictures[slot] = self.image(index)
        return pictures


@dataclass(frozen=True)
class Dataset:
    """An opened dataset: its document, its rows, its splits."""

    root: Path
    document: DatasetDocument
    rows: tuple[IndexRow, ...]
    splits: Mapping[str, Split]

    @property
    def name(self) -> str:
        """The name without the version."""
        return self.document.name

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.document.version

    @property
    def label(self) -> str:
        """Name and version, as signatures write them: `sdhz-synth-0`."""
        return f"{self.name}-{self.version}"

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of a model's outputs."""
        return self.document.classes

    @property
    def focus_class(self) -> str:
        """The class that must not be missed."""
        return self.document.focus_class

    @property
    def synthetic(self) -> bool:
        """Whether the pictures were rendered."""
        return self.document.synthetic

    @property
    def notice(self) -> str:
        """What must stand beside every number, or an empty text."""
        return self.document.notice

    @property
    def root_digest(self) -> str | None:
        """SHA-256 over the rows of train, val and test; None while some are still to be rendered."""
        return self.document.root_digest

    def split(self, name: str) -> Split:
        """Return a split by name; DataError lists those there are."""
        if name not in self.splits:
            hint = closest(name, list(self.splits))
            raise DataError(f"{self.root}: the dataset has no split {name!r}.{hint}")
        return self.splits[name]

    @property
    def extra_tests(self) -> tuple[str, ...]:
        """Names of the additional test sets, in index order."""
        return tuple(name for name in self.splits if is_extra_test(name))

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the pictures of each class in each split."""
        return count_rows(self.rows, self.classes)


def count_rows(rows: Iterable[IndexRow], classes: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return {split: {class: pictures}}, splits in order of appearance, every class in each."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.split, dict.fromkeys(classes, 0))[row.label] += 1
    return counts


def read_picture(file: Path, digest: str) -> Pixels:
    """Read one canonical PNG and check it against its pixel digest.

    Raises:
        DataError: absent, damaged, of another size or another picture; starts with the file.
    """
    try:
        pixels = decode_png(file.read_bytes())
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    except DataError as error:
        raise DataError(f"{file}: {error}") from error
    if pixels.shape != (SIDE, SIDE, 3):
        raise DataError(f"{file}: shape {pixels.shape}; expected {(SIDE, SIDE, 3)}")
    found = pixel_digest(pixels)
    if found != digest:
        raise DataError(f"{file}: pixel digest {found[:12]}...; the index says {digest[:12]}...")
    return pixels


def is_dataset(folder: Path) -> bool:
    """Return whether a folder holds a dataset.json."""
    return (folder / DOCUMENT_NAME).is_file()


def read_document(folder: Path) -> DatasetDocument:
    """Read and check dataset.json.

    Raises:
        DataError: absent, not JSON, or a field that is wrong; names the file and the field.
    """
    file = folder / DOCUMENT_NAME
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; expected a dataset (hzbench data list shows the names)")
    if not file.is_file():
        raise DataError(
            f"{folder}: not a dataset, it has no {DOCUMENT_NAME}. "
            f"Make one of photographs with: hzbench data build folder {folder} --out D"
        )
    try:
        document = DatasetDocument.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DataError(f"{file}: {where}: {first['msg']}") from error
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    if document.focus_class not in document.classes:
        raise DataError(f"{file}: focus_class {document.focus_class!r} is not one of the classes")
    return document


def open_dataset(folder: Path | str) -> Dataset:
    """Open a dataset and check its index against its digests; pictures are checked when they are read.

    Raises:
        DataError: not a dataset, a malformed document or index, or rows that are not those of the digests.
    """
    root = Path(folder)
    document = read_document(root)
    rows = tuple(read_index(root / INDEX_NAME, document.classes))
    names = list(dict.fromkeys(row.split for row in rows))
    splits = {
        name: Split.from_rows(name, root, document.classes, [row for row in rows if row.split == name])
        for name in names
    }
    found = {name: split.digest for name, split in splits.items()}
    for name in sorted({*found, *document.split_digests}):
        if found.get(name) != document.split_digests.get(name):
            raise DataError(
                f"{root / INDEX_NAME}: the rows of split {name!r} are not those that {DOCUMENT_NAME} was "
                "written for; build the dataset again"
            )
    if document.root_digest is not None and document.root_digest != root_digest(rows, document.header()):
        raise DataError(f"{root / INDEX_NAME}: the rows do not have the root digest of {DOCUMENT_NAME}")
    if document.counts != count_rows(rows, document.classes):
        raise DataError(f"{root / DOCUMENT_NAME}: the counts are not those of {INDEX_NAME}")
    return Dataset(root=root, document=document, rows=rows, splits=splits)
