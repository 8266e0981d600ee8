"""What data say about themselves, written beside them: cards in Markdown and Croissant documents."""

from __future__ import annotations

from pathlib import Path

from hzbench.benchmark.data.metadata.card import CARD_NAME, dataset_card
from hzbench.benchmark.data.metadata.croissant import dataset_croissant
from hzbench.benchmark.data.metadata.facts import Facts, facts_of
from hzbench.benchmark.data.metadata.json_ld import CROISSANT_NAME
from hzbench.benchmark.durable import json_bytes, write_bytes

__all__ = ["CARD_NAME", "CROISSANT_NAME", "dataset_documents", "write_dataset_documents"]


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
    for name, data in documents.items():
        write_bytes(folder / name, data)
    return documents
