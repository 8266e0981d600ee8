"""From a source's pictures to a de-duplicated, grouped, stratified dataset on disk."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.data.building.deduplication import Picture, sort_out
from hzbench.benchmark.data.building.extra_tests import ExtraTest, build_extra_test, report_with
from hzbench.benchmark.data.building.indexing import index_rows, thin_classes
from hzbench.benchmark.data.building.learnt import Learnt
from hzbench.benchmark.data.building.originals import Original, write_originals
from hzbench.benchmark.data.building.report import BuildReport, Drop
from hzbench.benchmark.data.building.review import apply_votes, read_votes, verdicts_on_nothing
from hzbench.benchmark.data.building.writing import Description, appearing, check_target, write_documents
from hzbench.benchmark.data.dataset import STANDARD_FOCUS_CLASS
from hzbench.benchmark.data.metadata import write_dataset_documents
from hzbench.benchmark.data.photographs.canonical import Framing
from hzbench.benchmark.data.photographs.decoding import decode_pictures, staged_picture
from hzbench.benchmark.data.photographs.likeness import THRESHOLD, near_duplicate_rule
from hzbench.benchmark.data.sources.listing import Item, Listing, order_classes
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError, closest

NAMED = 20  # unresolved things that an error names before it counts the rest


def build_dataset(
    listing: Listing,
    out: Path,
    *,
    name: str | None = None,
    version: str = "1",
    focus_class: str | None = None,
    framing: Framing = "crop",
    licence: str = "",
    threshold: int = THRESHOLD,
    reviews: Sequence[Path] = (),
    extra_tests: Sequence[ExtraTest] = (),
    strict: bool = False,
    force: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a dataset and return the report, which also lies beside it as build_report.json.

    Args:
        listing: a source's pictures, from `SOURCES[kind].read(location, class_map)`.
        out: the folder to make.
        name: of the dataset; None takes the folder's name.
        version: of the data.
        focus_class: the class that must not be missed; None takes herpes_zoster where there is one.
        framing: `crop` or `pad`, see `canonical`.
        licence: under which terms the pictures are held, free text.
        threshold: how alike near duplicates are, see `close_pairs`.
        reviews: files that reviewers filled in, see `read_votes`.
        extra_tests: additional test sets, see `build_extra_test`.
        strict: fail on what the build cannot resolve: one picture, or near duplicates, under two labels or in
            two given splits, and reviewers without a majority; and on pictures of an additional test set that
            would otherwise be dropped because train or val shares something with them.
        force: replace a dataset that is already at `out`.
        workers: decoding processes; None takes what the machine and the number of pictures ask for.
        progress: called after each picture.

    Raises:
        DataError: the target is taken or inside the source, fewer than two classes, no focus class, a class
            without a readable picture, a group with two given splits, a review that cannot be read, or
            anything unresolved in a strict build. Nothing is left behind then.
    """
    out = Path(out)
    check_target(out, force=force)
    location = listing.location
    if location.is_dir() and out.resolve().is_relative_to(location.resolve()):
        raise DataError(f"{out}: lies inside the source {location}; choose an --out outside it")
    classes = order_classes(item.label for item in listing.items)
    if len(classes) < 2:
        raise DataError(f"{location}: one class ({', '.join(classes)}); expected at least two")
    votes = read_votes(reviews, classes)
    description = Description(
        name=check_dataset_name(name or plain_name(out.absolute().name)),
        version=version,
        classes=classes,
        focus_class=choose_focus_class(focus_class, classes, location),
        framing=framing,
        licence=licence,
        origin=listing.origin,
    )
    items = sorted(listing.items, key=lambda item: (item.name, item[2:]))
    with appearing(out, force=force) as part:
        staging = part / ".pictures"
        staging.mkdir()
        files = [item.file for item in items]
        decoded = decode_pictures(files, framing, staging, workers=workers, progress=progress)
        results = list(zip(items, decoded, strict=True))
        unreadable = [
            Drop(file=item.name, reason="unreadable", detail=result.problem, label=item.label)
            for item, result in results
            if result.problem
        ]
        reviewed = apply_votes(
            [
                Picture(item, result.digest, result.likeness, result.skin_type)
                for item, result in results
                if not result.problem
            ],
            votes,
        )
        outcome = sort_out(reviewed.pictures, threshold)
        unresolved = (*reviewed.unresolved, *outcome.unresolved)
        if strict and unresolved:
            raise DataError(_refusal(location, unresolved))
        dropped = (*unreadable, *reviewed.dropped, *outcome.dropped)
        _check_every_class(classes, outcome.kept, dropped, location)
        rows = index_rows(outcome.kept, classes, location)
        for row in rows:
            (part / row.path).parent.mkdir(parents=True, exist_ok=True)
            staged_picture(staging, row.pixel_digest).rename(part / row.path)
        shutil.rmtree(staging)
        learnt = Learnt.of(rows, reviewed.pictures)
        built = [
            build_extra_test(
                extra,
                part,
                classes,
                learnt,
                framing=framing,
                threshold=threshold,
                votes=votes,
                workers=workers,
                progress=progress,
            )
            for extra in extra_tests
        ]
        refused = [text for one in built for text in (*one.unresolved, *one.refused)]
        if strict and refused:
            raise DataError(_refusal(location, refused))
        seen = {result.digest for result in decoded}.union(*(one.digests for one in built))
        document = write_documents(part, [*rows, *(row for one in built for row in one.rows)], description)
        names = {picture.digest: picture.item.name for picture in outcome.kept}
        kept = {row.path: names[row.pixel_digest] for row in rows}
        sizes = {item.name: result.size for item, result in results}
        originals = [
            Original(row.path, name, *sizes[name]) for row in rows if (name := names[row.pixel_digest])
        ]
        write_originals(part, [*originals, *(original for one in built for original in one.originals)])
        report = BuildReport(
            source=str(location),
            read=len(items),
            read_by_class=dict(Counter(item.label for item in items)),
            kept=kept,
            dropped=dropped,
            ignored=listing.ignored,
            noted={item.name: result.notes for item, result in results if result.notes},
            counts=document.counts,
            warnings=(
                *listing.warnings,
                *reviewed.warnings,
                *verdicts_on_nothing(votes, seen),
                *outcome.warnings,
                *thin_classes(rows, classes),
            ),
            notes=(*listing.notes, *_conditions_note(items), *reviewed.notes),
            left_out=listing.left_out,
            unresolved=unresolved,
            near_duplicates=outcome.near,
            near_duplicate_rule=near_duplicate_rule(threshold),
        )
        report = report_with(report, built)
        report.save(part)
        write_dataset_documents(part)
    return report


def choose_focus_class(given: str | None, classes: Sequence[str], location: Path) -> str:
    """Return the class that must not be missed: the given one, or herpes_zoster where there is one.

    Raises:
        DataError: the given one is not a class, or none is given and there is no herpes_zoster.
    """
    if given is None and STANDARD_FOCUS_CLASS in classes:
        return STANDARD_FOCUS_CLASS
    if given is None:
        raise DataError(
            f"{location}: no class {STANDARD_FOCUS_CLASS} among {', '.join(classes)}; "
            "name the class that must not be missed with --focus-class"
        )
    if given not in classes:
        raise DataError(f"{location}: no class {given!r} for --focus-class.{closest(given, list(classes))}")
    return given


def check_dataset_name(name: str) -> str:
    """Return a dataset's name if it can stand in a signature; DataError otherwise."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise DataError(
            f"{name!r} cannot name a dataset; expected letters, digits, dots, hyphens and underscores"
        )
    return name


def plain_name(text: str) -> str:
    """Return `text` with what cannot stand in a dataset's name turned into hyphens."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._") or "dataset"


def _conditions_note(items: Sequence[Item]) -> list[str]:
    """Say that conditions are left aside; only additional test sets have them."""
    count = sum(bool(item.condition) for item in items)
    note = f"the conditions of {count} pictures were left aside; additional test sets have them: --extra-test"
    return [note] if count else []


def _refusal(location: Path, unresolved: Sequence[str]) -> str:
    named = "; ".join(unresolved[:NAMED]) + (
        f"; and {len(unresolved) - NAMED} more" * (len(unresolved) > NAMED)
    )
    return (
        f"{location}: {len(unresolved)} unresolved, and the build is strict: {named}. Correct the source or "
        "give a --review file that relabels or drops them"
    )


def _check_every_class(
    classes: Sequence[str], kept: Sequence[Picture], dropped: Sequence[Drop], location: Path
) -> None:
    left = Counter(picture.item.label for picture in kept)
    for name in classes:
        if not left[name]:
            examples = "; ".join(f"{drop.file} ({drop.reason}: {drop.detail})" for drop in dropped[:3])
            raise DataError(
                f"{location}: no picture of class {name!r} is left; {len(dropped)} were dropped: {examples}"
            )
