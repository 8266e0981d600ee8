"""Does a dataset on disk still hold what its index says? Every problem names its file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.dataset import Dataset, open_dataset, read_picture
from hzbench.benchmark.data.index import IndexRow, is_extra_test
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError

AT_ONCE = 256  # pictures handed out together, so that memory does not grow with the dataset


def verify_dataset(dataset: Dataset | Path, *, progress: Progress | None = None) -> list[str]:
    """Return every way in which a dataset differs from its index; an empty list is a sound dataset.

    Checked are the document and the index against their digests, every picture against its pixel digest
    (and every byte of its file against the PNG checksums), files that no row names, pictures that appear
    twice, and groups that cross splits. Additional test sets may share pictures and groups with test and with
    one another, never with train or val.

    Args:
        dataset: an opened dataset, or its folder (opened anew: what is wrong with the index is then in the
            list rather than raised).
        progress: called after each picture.
    """
    root = dataset if isinstance(dataset, Path) else dataset.root
    try:
        dataset = open_dataset(root)
    except DataError as error:
        return [str(error)]
    problems = _pictures(dataset, progress)
    listed = {row.path for row in dataset.rows}
    for folder in sorted(dataset.splits):
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.relative_to(root).as_posix() not in listed:
                problems.append(f"{file}: no row of the index names this file")
    problems += _repeated(dataset)
    problems += _crossing(dataset)
    return problems


def _pictures(dataset: Dataset, progress: Progress | None) -> list[str]:
    def problem(row: IndexRow) -> str:
        try:
            read_picture(dataset.root / row.path, row.pixel_digest)
        except DataError as error:
            return str(error)
        return ""

    problems = []
    rows = iter(dataset.rows)
    done = 0
    with ThreadPoolExecutor(usable_cores()) as pool:
        while share := list(islice(rows, AT_ONCE)):
            for found in pool.map(problem, share):
                done += 1
                if found:
                    problems.append(found)
                if progress is not None:
                    progress("checking pictures", done, len(dataset.rows))
    return problems


def _repeated(dataset: Dataset) -> list[str]:
    places: dict[str, dict[str, str]] = {}  # {pixel digest: {split: path}}
    problems = []
    for row in dataset.rows:
        others = places.setdefault(row.pixel_digest, {})
        for split, path in others.items():
            if split == row.split or not _may_share(split, row.split):
                problems.append(f"{dataset.root / row.path}: the same picture as {path}")
                break
        others.setdefault(row.split, row.path)
    return problems


def _crossing(dataset: Dataset) -> list[str]:
    places: dict[str, dict[str, str]] = {}  # {group: {split: path}}
    problems = []
    for row in dataset.rows:
        others = places.setdefault(row.group, {})
        for split, path in others.items():
            if not _may_share(split, row.split):
                where = f"is in {row.split} and in {split} ({path})"
                problems.append(f"{dataset.root / row.path}: group {row.group!r} {where}")
                break
        others.setdefault(row.split, row.path)
    return problems


def _may_share(one: str, other: str) -> bool:
    """Return whether two splits may have a person in common: test sets may, but none with train or val."""
    if one == other:
        return True
    return (is_extra_test(one) or is_extra_test(other)) and not {one, other} & {"train", "val"}
