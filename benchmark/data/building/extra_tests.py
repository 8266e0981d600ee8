"""Additional test sets of a dataset: pictures for testing alone, and none that a model has learnt from."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.data.building.deduplication import Picture, sort_out
from hzbench.benchmark.data.building.indexing import extra_row
from hzbench.benchmark.data.building.learnt import Learnt
from hzbench.benchmark.data.building.originals import Original
from hzbench.benchmark.data.building.report import BuildReport, Drop, NearPair
from hzbench.benchmark.data.building.review import Vote, apply_votes
from hzbench.benchmark.data.index import IndexRow, condition_problem, is_extra_test
from hzbench.benchmark.data.photographs.canonical import Framing
from hzbench.benchmark.data.photographs.decoding import decode_pictures, staged_picture
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.data.sources.listing import Item, Listing
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError, UsageError

LEAK = "train or val holds them, near duplicates of them or pictures of their groups"
MOST_CONDITIONS = 60  # of one set; more are more likely persons than conditions


class ExtraTest(NamedTuple):
    """An additional test set before it is built: its name and what its source lists."""

    name: str
    listing: Listing


@dataclass(frozen=True)
class BuiltExtraTest:
    """What became of the pictures of an additional test set.

    Attributes:
        name: of the set.
        listing: what its source listed.
        rows: in index order.
        originals: what each was made from; None for each that is not known.
        names: {path in the dataset: file it was made from}.
        dropped: files left out.
        noted: {file: what was done to it}.
        notes: what reviewers had done.
        digests: pixel digests of all that could be read.
        warnings: what the user should know.
        unresolved: what nobody but the user can put right.
        refused: pictures that were dropped because train or val shares something with them.
        near: near duplicates within the set.
    """

    name: str
    listing: Listing
    rows: tuple[IndexRow, ...]
    originals: tuple[Original, ...]
    names: dict[str, str]
    dropped: tuple[Drop, ...]
    noted: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    digests: frozenset[str]
    warnings: tuple[str, ...]
    unresolved: tuple[str, ...]
    refused: tuple[str, ...]
    near: tuple[NearPair, ...]


def read_extra_test(text: str) -> ExtraTest:
    """Read `NAME=PATH` or `NAME=SOURCE:PATH`, and list the pictures there.

    The source is `folder` where none is named, or the one that is called like the set
    (`fitzpatrick17k=DIR`). In a folder, the folders between a class and a picture name its condition:
    `herpes_zoster/dim/long shot/7.jpg`; a CSV has a column `condition`.

    Raises:
        UsageError: no such form, or a name that cannot be an additional test set's.
        DataError: what the source finds wrong, or a condition that is none.
    """
    name, given, place = text.partition("=")
    if not given or not place or not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) or not is_extra_test(name):
        raise UsageError(
            f"--extra-test {text}: expected NAME=FOLDER, NAME=CSV or NAME=SOURCE:FOLDER, the name of small "
            "letters, digits, hyphens and underscores, and neither train nor val nor test"
        )
    source, colon, rest = place.partition(":")
    if colon and source in SOURCES:
        place = rest
    else:
        source = name if name in SOURCES else "folder"
    listing = SOURCES[source].read(Path(place).expanduser(), {})
    items = tuple(_with_condition(item, listing.location, source) for item in listing.items)
    conditions = {item.condition for item in items}
    if len(conditions) > MOST_CONDITIONS:
        raise DataError(
            f"{listing.location}: {len(conditions)} conditions; expected at most {MOST_CONDITIONS}. Folders "
            "below a class are read as conditions; persons go into the column group of a CSV"
        )
    return ExtraTest(name, replace(listing, items=items))


def _with_condition(item: Item, location: Path, source: str) -> Item:
    condition = item.condition
    if not condition and source == "folder" and location.is_dir():
        parts = item.name.split("/")
        condition = "/".join(parts[2 if item.split else 1 : -1])
    problem = condition_problem(condition)
    if problem:
        raise DataError(f"{location}: {item.name}: {problem}")
    return item._replace(condition=condition, split="")


def build_extra_test(
    extra: ExtraTest,
    part: Path,
    classes: Sequence[str],
    learnt: Learnt,
    *,
    framing: Framing,
    threshold: int,
    votes: Sequence[Vote] = (),
    workers: int | None = None,
    progress: Progress | None = None,
) -> BuiltExtraTest:
    """Put an additional test set into a dataset that is being built.

    Pictures that a model may have learnt from, because train or val holds the same picture, a near duplicate
    of it or its group, are dropped, with all pictures of their group; those that stand in test too stay.

    Args:
        extra: the set.
        part: the dataset's folder.
        classes: of the dataset.
        learnt: what is in train and val.
        framing: as of the dataset.
        threshold: how alike near duplicates are, see `close_pairs`.
        votes: of reviewers, see `apply_votes`.
        workers: decoding processes.
        progress: called after each picture.

    Raises:
        DataError: a class that the dataset does not have, or no picture left.
    """
    location = extra.listing.location
    unknown = sorted({item.label for item in extra.listing.items} - set(classes))
    if unknown:
        raise DataError(
            f"{location}: --extra-test {extra.name} has the class {unknown[0]!r}; expected classes of the "
            f"dataset: {', '.join(classes)}"
        )
    items = sorted(extra.listing.items, key=lambda item: (item.name, item[2:]))
    staging = part / f".pictures-{extra.name}"
    staging.mkdir()
    files = [item.file for item in items]
    decoded = decode_pictures(files, framing, staging, workers=workers, progress=progress)
    results = list(zip(items, decoded, strict=True))
    unreadable = [
        Drop(file=item.name, reason="unreadable", detail=result.problem, label=item.label)
        for item, result in results
        if result.problem
    ]
    pictures = [
        Picture(item, result.digest, result.likeness, result.skin_type)
        for item, result in results
        if not result.problem
    ]
    reviewed = apply_votes(pictures, votes)
    outcome = sort_out(reviewed.pictures, threshold)
    leaks = learnt.leaks(pictures, outcome.kept, threshold)
    kept = [picture for picture in outcome.kept if picture.digest not in leaks]
    dropped = (*unreadable, *reviewed.dropped, *outcome.dropped, *leaks.values())
    if not kept:
        examples = "; ".join(f"{drop.file} ({drop.reason}: {drop.detail})" for drop in dropped[:3])
        raise DataError(f"{location}: no picture of --extra-test {extra.name} is left: {examples}")
    rows = sorted((extra_row(picture, extra.name) for picture in kept), key=lambda row: _order(row, classes))
    for row in rows:
        (part / row.path).parent.mkdir(parents=True, exist_ok=True)
        staged_picture(staging, row.pixel_digest).rename(part / row.path)
    shutil.rmtree(staging)
    file_of = {picture.digest: picture.item.name for picture in kept}
    names = {row.path: file_of[row.pixel_digest] for row in rows}
    sizes = {item.name: result.size for item, result in results}
    return BuiltExtraTest(
        name=extra.name,
        listing=extra.listing,
        rows=tuple(rows),
        originals=tuple(Original(path, name, *sizes[name]) for path, name in names.items()),
        names=names,
        dropped=dropped,
        noted={item.name: result.notes for item, result in results if result.notes},
        notes=reviewed.notes,
        digests=frozenset(picture.digest for picture in pictures),
        warnings=(
            *reviewed.warnings,
            *outcome.warnings,
            *([f"{len(leaks)} pictures dropped: {LEAK}"] if leaks else []),
        ),
        unresolved=(*reviewed.unresolved, *outcome.unresolved),
        refused=tuple(f"{extra.name}: {drop.file} {drop.detail}" for drop in leaks.values()),
        near=outcome.near,
    )


def report_with(report: BuildReport, built: Sequence[BuiltExtraTest]) -> BuildReport:
    """Return the report of a build with its additional test sets; their files are named `<set>: <file>`."""
    for one in built:
        listing, said = one.listing, f"{one.name}: "
        by_class = Counter(report.read_by_class) + Counter(item.label for item in listing.items)
        report = report.model_copy(
            update={
                "read": report.read + len(listing.items),
                "read_by_class": dict(by_class),
                "kept": report.kept | {path: said + name for path, name in one.names.items()},
                "dropped": (*report.dropped, *(_named(drop, said) for drop in one.dropped)),
                "ignored": (*report.ignored, *(said + name for name in listing.ignored)),
                "noted": report.noted | {said + name: notes for name, notes in one.noted.items()},
                "warnings": (*report.warnings, *(said + text for text in (*listing.warnings, *one.warnings))),
                "notes": (*report.notes, *(said + note for note in (*listing.notes, *one.notes))),
                "left_out": (*report.left_out, *(_named(drop, said) for drop in listing.left_out)),
                "unresolved": (*report.unresolved, *(said + trouble for trouble in one.unresolved)),
                "near_duplicates": (
                    *report.near_duplicates,
                    *(
                        NearPair(first=said + pair.first, second=said + pair.second, bits=pair.bits)
                        for pair in one.near
                    ),
                ),
            }
        )
    return report


def _named(drop: Drop, said: str) -> Drop:
    return drop.model_copy(update={"file": said + drop.file})


def _order(row: IndexRow, classes: Sequence[str]) -> tuple[list[tuple[int, str]], int, str]:
    """Order by condition, numbers in it by their value; then by class and pixel digest."""
    pieces = re.split(r"(\d+)", row.condition)
    natural = [(int(piece) if piece.isdecimal() else -1, piece) for piece in pieces]
    return natural, classes.index(row.label), row.pixel_digest
