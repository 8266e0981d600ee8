"""What data say about themselves, written beside them: cards in Markdown and Croissant documents."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hzbench.benchmark.data.corrupted.manifest import (
    EXPORT_INDEX_NAME,
    MANIFEST_NAME,
    Manifest,
    load_manifest,
    read_export_index,
)
from hzbench.benchmark.data.metadata.card import CARD_NAME, dataset_card
from hzbench.benchmark.data.metadata.croissant import dataset_croissant
from hzbench.benchmark.data.metadata.export_card import export_card
from hzbench.benchmark.data.metadata.export_croissant import export_croissant
from hzbench.benchmark.data.metadata.facts import Facts, facts_of
from hzbench.benchmark.data.metadata.json_ld import CROISSANT_NAME
from hzbench.benchmark.data.metadata.publication import amend_publication
from hzbench.benchmark.durable import json_bytes, write_bytes

__all__ = [
    "CARD_NAME",
    "CROISSANT_NAME",
    "amend_publication",
    "dataset_documents",
    "export_documents",
    "facts_of",
    "write_dataset_documents",
    "write_export_documents",
]


def dataset_documents(facts: Facts) -> dict[str, bytes]:
    """Return {file name: bytes} of the card and the Croissant document of a dataset."""
    return {
        CROISSANT_NAME: json_bytes(dataset_croissant(facts)),
        CARD_NAME: dataset_card(facts).encode(),
    }


def write_dataset_documents(folder: Path) -> dict[str, bytes]:
    """Write README.md and croissant.json into a dataset's folder, and return what was written.

    Raises:
        DataError: not a dataset.
        OSError: the folder cannot be written.
    """
    documents = dataset_documents(facts_of(folder))
    _write(folder, documents)
    return documents


def export_documents(folder: Path, manifest: Manifest | None = None) -> dict[str, bytes]:
    """Return {file name: bytes} of the README and the Croissant document of an SD-HZ-C export.

    Args:
        folder: of the export, with its index.csv.
        manifest: None reads it from the folder.

    Raises:
        DataError: not a finished export, or an index that is not that of the manifest.
    """
    manifest = manifest or load_manifest(folder / MANIFEST_NAME)
    entries = read_export_index(folder, manifest)
    index_sha256 = hashlib.sha256((folder / EXPORT_INDEX_NAME).read_bytes()).hexdigest()
    return {
        CROISSANT_NAME: json_bytes(export_croissant(manifest, index_sha256)),
        CARD_NAME: export_card(manifest, entries).encode(),
    }


def write_export_documents(folder: Path, manifest: Manifest) -> Manifest:
    """Write README.md and croissant.json into an export, and return the manifest with their digests."""
    documents = export_documents(folder, manifest)
    _write(folder, documents)
    return manifest.with_documents(documents)


def _write(folder: Path, documents: dict[str, bytes]) -> None:
    for name, data in documents.items():
        write_bytes(folder / name, data)
