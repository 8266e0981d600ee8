"""Commands that look for what could make a dataset's numbers dishonest: check and review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.data.checking.checking import CheckReport, check_dataset
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.data.drawing.review_sheets import Review, write_review
from hzbench.benchmark.data.index import SPLITS
from hzbench.benchmark.durable import Progress


def check(name: str, *, near_duplicates: int, progress: Progress | None = None) -> CheckReport:
    """Check a dataset, rendering an embedded one first where it is absent.

    Args:
        name: of the dataset, or its folder.
        near_duplicates: how many of 256 bits of the hashes of near duplicates may differ.
        progress: called while pictures are rendered and looked at.

    Raises:
        DataError: no dataset, or a broken one.
    """
    return check_dataset(_whole(name, progress), threshold=near_duplicates, progress=progress)


def review(
    name: str,
    out: Path,
    *,
    labels: Sequence[str] = (),
    reviewer: str = "",
    progress: Progress | None = None,
) -> Review:
    """Write contact sheets and a CSV to fill in.

    Raises:
        DataError: no dataset, a broken one, or a review that is there already.
    """
    return write_review(_whole(name, progress), out, labels=labels, reviewer=reviewer, progress=progress)


def _whole(name: str, progress: Progress | None) -> Dataset:
    """Open a dataset with all the splits that it has; of an embedded one, that there are."""
    from hzbench.benchmark.data.catalogue import is_embedded, resolve_dataset

    return resolve_dataset(name, SPLITS if is_embedded(name) else (), progress)
