"""Write the golden digests of the specification in force, or compare them with what is computed here.

python tests/golden/make_golden.py                       # write; refuses once the version is frozen
python tests/golden/make_golden.py --check               # compare everything; exit status 1 if a cell differs
python tests/golden/make_golden.py --check --pictures "ramps 32 x 32" --threads 4 --shuffle a --part 2
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from golden_pictures import CORRUPTED, UNCANONICAL, canonical_picture, corrupted_picture

from hzbench.benchmark.data.photographs.canonical import CANONICAL_VERSION
from hzbench.corruptions import (
    SEVERITIES,
    SPECIFICATION,
    corrupt_cell,
    get_corruption_names,
    jpeg_probe_digest,
    pixel_digest,
)

FOLDER = Path(__file__).parent


class Task(NamedTuple):
    """One golden cell."""

    picture: str
    corruption: str
    severity: int


def golden_file(specification: int = SPECIFICATION) -> Path:
    """Return where the digests of a specification are kept."""
    return FOLDER / f"specification-{specification}.json"


def load() -> dict[str, Any]:
    """Return the golden digests of the specification in force."""
    document: dict[str, Any] = json.loads(golden_file().read_text(encoding="utf-8"))
    return document


def all_tasks(
    pictures: Iterable[str] = (), corruptions: Iterable[str] = (), severities: Iterable[int] = ()
) -> list[Task]:
    """Return all cells of some pictures (all where none are named), in published order."""
    return [
        Task(picture, corruption, severity)
        for picture in pictures or CORRUPTED
        for corruption in corruptions or get_corruption_names("all")
        for severity in severities or SEVERITIES
    ]


def shuffled(tasks: list[Task], key: str, parts: int = 1) -> list[Task]:
    """Return one of `parts` equal parts of some cells, in an order that `key` picks."""
    order = list(tasks)
    random.Random(key).shuffle(order)
    return order[: len(order) // parts]


def compute(task: Task) -> str:
    """Return the digest of one cell, as it comes out here."""
    return pixel_digest(corrupt_cell(corrupted_picture(task.picture), task.corruption, task.severity))


def compute_canonical(name: str) -> str:
    """Return the digest of one canonical picture, as it comes out here."""
    return pixel_digest(canonical_picture(name))


def differences(tasks: list[Task], threads: int = 1) -> Iterator[str]:
    """Yield a line for each cell, or clean picture, whose digest is not the golden one."""
    golden = load()["pictures"]
    for name in dict.fromkeys(task.picture for task in tasks):
        found = pixel_digest(corrupted_picture(name))
        if found != golden[name]["digest"]:
            yield f"{name}: the clean picture is {found[:16]}, expected {golden[name]['digest'][:16]}"
    with ThreadPoolExecutor(threads) as pool:
        for task, found in zip(tasks, pool.map(compute, tasks), strict=True):
            expected = golden[task.picture]["cells"][task.corruption][task.severity - 1]
            if found != expected:
                cell = f"{task.picture}, {task.corruption} {task.severity}"
                yield f"{cell}: {found[:16]}, expected {expected[:16]}"


def canonical_differences() -> Iterator[str]:
    """Yield a line for each canonical picture whose digest is not the golden one."""
    for name, expected in load()["canonical_pictures"].items():
        found = compute_canonical(name)
        if found != expected:
            yield f"canonical picture of {name}: {found[:16]}, expected {expected[:16]}"


def document() -> dict[str, Any]:
    """Return everything that is golden, computed here."""
    return {
        "specification": SPECIFICATION,
        "canonical": CANONICAL_VERSION,
        "jpeg_probe": jpeg_probe_digest(),
        "canonical_pictures": {name: compute_canonical(name) for name in UNCANONICAL},
        "pictures": {
            name: {
                "shape": list(corrupted_picture(name).shape),
                "digest": pixel_digest(corrupted_picture(name)),
                "cells": {
                    corruption: [compute(Task(name, corruption, severity)) for severity in SEVERITIES]
                    for corruption in get_corruption_names("all")
                },
            }
            for name in CORRUPTED
        },
    }


def write(file: Path) -> None:
    """Write the golden digests.

    Raises:
        FileExistsError: the version is frozen: from 1 on, digests that were published never change.
    """
    if SPECIFICATION >= 1 and file.exists():
        raise FileExistsError(
            f"{file}: specification {SPECIFICATION} is frozen. Restore the bytes, or raise SPECIFICATION in "
            "corruptions/version.py to begin a new one"
        )
    file.write_text(json.dumps(document(), indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write or compare; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    parser.add_argument("--pictures", action="append", default=[], help="compare this picture (repeatable)")
    parser.add_argument("--severities", type=int, action="append", default=[], help="compare this severity")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--shuffle", default="", help="any text: compare in the order that it picks")
    parser.add_argument("--part", type=int, default=1, help="compare only one in so many cells")
    options = parser.parse_args(arguments)
    if not options.check:
        write(golden_file())
        return 0
    unknown = sorted(set(options.pictures) - set(CORRUPTED))
    if unknown:
        parser.error(f"no picture {unknown[0]!r}; there are: {', '.join(CORRUPTED)}")
    tasks = all_tasks(options.pictures, severities=options.severities)
    if options.shuffle:
        tasks = shuffled(tasks, options.shuffle, options.part)
    found = [*differences(tasks, options.threads), *([] if options.pictures else canonical_differences())]
    print("\n".join([*found, f"{len(tasks)} cells compared, {len(found)} differences"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
