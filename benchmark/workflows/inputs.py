"""What a scoring command needs beside the model: the dataset, and the reference to divide by."""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.data.catalogue import data_option, is_embedded, resolve_dataset
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.data.index import ESTIMATED, is_extra_test
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError, NotComparableError, UsageError
from hzbench.benchmark.results.documents import read_reference
from hzbench.benchmark.scoring.reference import Reference
from hzbench.corruptions import SPECIFICATION

REFERENCE_NAME = "reference.json"  # beside dataset.json


def open_for_scoring(data: str, progress: Progress | None = None, extra_tests: Sequence[str] = ()) -> Dataset:
    """Open a dataset with its test split and, where it has one, its validation split.

    Args:
        data: name or folder; of an embedded dataset, what is missing is rendered.
        progress: called while pictures are rendered.
        extra_tests: additional test sets that are needed too.

    Raises:
        DataError: no such dataset or additional test set, a damaged one, or one without test pictures.
        UsageError: a split that is no additional test set.
    """
    for name in extra_tests:
        if not is_extra_test(name):
            raise UsageError(
                f"{name} is not an additional test set; hzbench data info {data} lists the splits, "
                "and hzbench evaluate runs over test anyway"
            )
    needed = ("val", "test") if is_embedded(data) else ("test",)
    dataset = resolve_dataset(data, (*needed, *extra_tests), progress)
    if not len(dataset.split("test")):
        raise DataError(f"{dataset.root}: the test split is empty. Build it again with more photographs")
    return dataset


def usual_extra_tests(dataset: Dataset, data: str) -> tuple[str, ...]:
    """Return the additional test sets that an evaluation runs over when none is named.

    All of a built dataset's; none of an embedded one's, which would have to be rendered first.
    """
    return () if is_embedded(data) else dataset.extra_tests


def estimated_skin_types(split: Split) -> set[str]:
    """Return the pixel digests of the pictures whose skin type was estimated, not given."""
    sources = zip(split.digests, split.skin_type_sources, strict=True)
    return {digest for digest, source in sources if source == ESTIMATED}


def find_reference(dataset: Dataset, given: Path | None = None) -> Reference | None:
    """Return the reference of a dataset.

    Args:
        dataset: whose test split is to be scored.
        given: a file to use instead of the dataset's own.

    Returns:
        The given one; else `reference.json` in the dataset's folder or the one that ships, whichever fits;
        None where there is none.

    Raises:
        DataError: a damaged file.
        UsageError: the given file does not exist.
        NotComparableError: it is of another test split, specification or list of classes.
    """
    shipped = (
        Path(str(importlib.resources.files("hzbench.leaderboards"))) / "references" / f"{dataset.label}.json"
    )
    if given is not None and not given.is_file():
        raise UsageError(
            f"{given}: no such reference. Make one with: "
            f"hzbench reference build --data {data_option(dataset)}"
        )
    paths = (dataset.root / REFERENCE_NAME, shipped) if given is None else (given,)
    misfit: NotComparableError | None = None
    for path in paths:
        if path.is_file():
            reference = read_reference(path)
            try:
                _require(reference, dataset, path)
            except NotComparableError as error:
                misfit = misfit or error  # a later one may fit: an old one stays when data are made anew
            else:
                return reference
    if misfit is not None:
        raise misfit
    return None


def _require(reference: Reference, dataset: Dataset, path: Path) -> None:
    try:
        reference.require(
            data=dataset.label,
            data_digest=dataset.split("test").digest,
            specification=SPECIFICATION,
            classes=dataset.classes,
        )
    except ValueError as cause:
        raise NotComparableError(
            f"{path}: {cause}. Make a matching one with: "
            f"hzbench reference build --data {data_option(dataset)}"
        ) from cause
