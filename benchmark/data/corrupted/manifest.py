"""manifest.json and index.csv of an SD-HZ-C export: what was made of what, and one digest a cell."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hzbench.benchmark.data.corrupted.cells import Cell
from hzbench.benchmark.data.dataset import Split
from hzbench.benchmark.data.exports.entry import Entry
from hzbench.benchmark.durable import write_json, write_text
from hzbench.benchmark.errors import DataError
from hzbench.corruptions import get_corruption_names

MANIFEST_NAME = "manifest.json"
EXPORT_INDEX_NAME = "index.csv"
INDEX_COLUMNS = ("name", "label", "pixel_digest")


class Manifest(BaseModel):
    """What manifest.json says.

    Attributes:
        specification: of the corruptions.
        canonical: of the canonical step.
        dataset: name and version of the clean set.
        split: which of its splits.
        split_digest: SHA-256 of that split.
        draw: 0 is SD-HZ-C itself.
        jpeg_probe_digest: names the JPEG coder that was at work.
        pictures: in each cell.
        cells: {`corruption:severity`: SHA-256 over the pixel digests, one a line, in index order}.
        root_digest: SHA-256 over specification, canonical, draw, split digest and cells; the same for every
            export format, and for everyone who holds the same clean pictures.
        documents: {file: SHA-256} of what the export says about itself beside its cells.
        seal: SHA-256 of this document without its seal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    document_schema: Literal["hzbench.corrupted/1"] = Field(default="hzbench.corrupted/1", alias="schema")
    specification: int
    canonical: int
    dataset: str
    split: str
    split_digest: str
    classes: tuple[str, ...]
    synthetic: bool
    notice: str
    licence: str
    draw: int
    jpeg_probe_digest: str
    format: str
    pictures: int
    cells: dict[Annotated[str, Field(pattern=r"^[a-z_]+:[1-5]$")], str]
    root_digest: str = ""
    documents: dict[Annotated[str, Field(pattern=r"^[A-Za-z]+\.[a-z]+$")], str] = {}
    seal: str = ""

    def with_cells(self, cells: Mapping[str, str]) -> Manifest:
        """Return the manifest of these cells, in published order, with root digest, without documents."""
        order = get_corruption_names("all")
        ordered = dict(sorted(cells.items(), key=lambda item: (order.index(item[0].split(":")[0]), item[0])))
        bare = self.model_copy(update={"cells": ordered, "documents": {}})
        return bare.model_copy(update={"root_digest": bare.expected_root()})._sealed()

    def with_documents(self, documents: Mapping[str, bytes]) -> Manifest:
        """Return the manifest with the digests of these documents, {file: its bytes}."""
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in documents.items()}
        return self.model_copy(update={"documents": digests})._sealed()

    def _sealed(self) -> Manifest:
        return self.model_copy(update={"seal": self.expected_seal()})

    def expected_root(self) -> str:
        """Return the root digest that belongs to the cells."""
        digest = hashlib.sha256()
        head = [self.specification, self.canonical, self.draw, self.split_digest]
        for line in (head, *(list(item) for item in self.cells.items())):
            digest.update((json.dumps(line, separators=(",", ":")) + "\n").encode())
        return digest.hexdigest()

    def expected_seal(self) -> str:
        """Return the seal that belongs to everything else."""
        text = json.dumps(self.model_dump(mode="json", by_alias=True, exclude={"seal"}), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def same_export(self, other: Manifest) -> bool:
        """Return whether both speak of the same export, whichever of its cells are there."""
        return self.with_cells({}) == other.with_cells({})

    def save(self, folder: Path) -> None:
        """Write manifest.json."""
        write_json(folder / MANIFEST_NAME, self.model_dump(mode="json", by_alias=True))


def load_manifest(file: Path) -> Manifest:
    """Read a manifest.

    Raises:
        DataError: absent or malformed; names the file and the field.
    """
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DataError(f"{file}: {where}: {first['msg']}") from error
    except OSError as error:
        raise DataError(
            f"{file.parent}: no readable {file.name}, so not a finished SD-HZ-C export "
            f"({error.strerror or error}). Make one with: hzbench generate --data D --out {file.parent}"
        ) from error


def cell_digest(digests: Iterable[str]) -> str:
    """Return a cell's SHA-256: the pixel digests of its pictures, one a line, in index order."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def cell_path(cell: Cell, suffix: str) -> str:
    """Return where a cell lies in an export: `fog/3` and the format's suffix."""
    return f"{cell.corruption}/{cell.severity}{suffix}"


def split_entries(split: Split) -> list[Entry]:
    """Return the entries of a split: named by position and digest, so that names sort in index order."""
    width = max(5, len(str(len(split))))
    return [
        Entry(f"{position:0{width}d}-{digest[:12]}", split.classes[number], int(number))
        for position, (digest, number) in enumerate(zip(split.digests, split.labels, strict=True))
    ]


def write_export_index(folder: Path, split: Split) -> None:
    """Write index.csv of an export: name, label and clean pixel digest of each picture."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(INDEX_COLUMNS)
    for entry, digest in zip(split_entries(split), split.digests, strict=True):
        writer.writerow((entry.name, entry.label, digest))
    write_text(folder / EXPORT_INDEX_NAME, stream.getvalue())


def read_export_index(folder: Path, manifest: Manifest) -> list[Entry]:
    """Read an export's index.csv and check it against the manifest's split digest.

    Raises:
        DataError: absent, malformed, or not the split of the manifest.
    """
    file = folder / EXPORT_INDEX_NAME
    try:
        text = file.read_bytes().decode("utf-8")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        rows = [(name, label, digest) for name, label, digest in lines[1:]]
        entries = [Entry(name, label, manifest.classes.index(label)) for name, label, _ in rows]
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror or error})") from error
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise DataError(f"{file}: malformed ({error})") from error
    found = hashlib.sha256("".join(f"{digest},{label}\n" for _, label, digest in rows).encode()).hexdigest()
    width = max(5, len(str(len(rows))))
    names = [f"{position:0{width}d}-{row[2][:12]}" for position, row in enumerate(rows)]
    again = io.StringIO()
    csv.writer(again, lineterminator="\n").writerows([INDEX_COLUMNS, *rows])
    if found != manifest.split_digest or names != [row[0] for row in rows] or again.getvalue() != text:
        raise DataError(f"{file}: the rows are not those of the split that {MANIFEST_NAME} names")
    return entries
