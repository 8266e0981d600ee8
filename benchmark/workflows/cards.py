"""`hzbench data card`: what a dataset says about itself, written again and printed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError, UsageError


class PrintedCard(NamedTuple):
    """A document to print, and what became of the files.

    Attributes:
        text: the card, or the Croissant document.
        remark: one line on where it was written, or why it was not.
    """

    text: str
    remark: str


def renew_card(
    name: str,
    *,
    croissant: bool = False,
    check: bool = False,
    creator: str | None = None,
    url: str | None = None,
    published: str | None = None,
    progress: Progress | None = None,
) -> PrintedCard:
    """Write a dataset's card and Croissant document again and return one of them.

    Args:
        name: an embedded dataset, a dataset's folder, or an SD-HZ-C export (whose documents belong to its
            manifest and are only printed).
        croissant: return the Croissant document instead of the card.
        check: let mlcroissant check the Croissant document first.
        creator: who publishes the dataset; recorded beside it, as the next two.
        url: its web page.
        published: the day, YYYY-MM-DD.
        progress: called while an embedded dataset is rendered.

    Raises:
        DataError: neither a dataset nor an export, or a document that mlcroissant refuses.
        UsageError: a URL or a date that is none, or `check` without mlcroissant.
    """
    from hzbench.benchmark.data.catalogue import resolve_dataset
    from hzbench.benchmark.data.corrupted.manifest import MANIFEST_NAME
    from hzbench.benchmark.data.metadata import (
        CARD_NAME,
        CROISSANT_NAME,
        amend_publication,
        dataset_documents,
        export_documents,
        facts_of,
        write_dataset_documents,
    )

    if (Path(name) / MANIFEST_NAME).is_file():
        folder = Path(name)
        documents = export_documents(folder)
        remark = f"{folder}: printed only; hzbench generate writes an export's documents"
    else:
        folder = resolve_dataset(name, ("test",), progress).root
        try:
            if creator or url or published:
                amend_publication(folder, creator, url, published)
            documents = write_dataset_documents(folder)
            remark = f"Written: {folder / CARD_NAME} and {folder / CROISSANT_NAME}"
        except OSError as error:
            documents = dataset_documents(facts_of(folder))
            remark = f"{folder}: printed only, the folder cannot be written ({error.strerror or error})"
    if check:
        remark = f"{remark}; {_check(folder / CROISSANT_NAME, documents[CROISSANT_NAME])}"
    return PrintedCard(documents[CROISSANT_NAME if croissant else CARD_NAME].decode().rstrip("\n"), remark)


def _check(file: Path, document: bytes) -> str:
    """Return one line for a document that mlcroissant accepts."""
    import importlib.metadata
    import json

    try:
        import mlcroissant
    except ImportError as error:
        raise UsageError("--check needs mlcroissant: pip install 'hzbench[croissant]'") from error
    from absl import logging

    logging.set_verbosity(logging.ERROR)  # what it recommends is returned in one line below
    try:
        issues = mlcroissant.Dataset(jsonld=json.loads(document)).metadata.ctx.issues
    except mlcroissant.ValidationError as error:
        raise DataError(f"{file}: mlcroissant refuses it: {' '.join(str(error).split())}") from error
    remarks = [" ".join(remark.split()) for remark in sorted(issues.warnings)]
    accepted = f"mlcroissant {importlib.metadata.version('mlcroissant')} accepts it"
    return f"{accepted} and remarks: {'; '.join(remarks)}" if remarks else accepted
