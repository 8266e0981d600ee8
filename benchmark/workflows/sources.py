"""What a build reads: a source of photographs, with the options that a user gives or a suite fixes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hzbench.benchmark.errors import UsageError, closest

if TYPE_CHECKING:
    from hzbench.benchmark.data.building.suite import Suite
    from hzbench.benchmark.data.dataset import DatasetDocument
    from hzbench.benchmark.data.sources import Source
    from hzbench.benchmark.data.sources.class_map import ClassMap
    from hzbench.benchmark.data.sources.listing import Listing


class SourceOptions(NamedTuple):
    """What a user may say of a source; None is not said.

    Attributes:
        class_map: file with which sub-class is which class.
        label_threshold: least weight of SCIN's best label, 0-1.
        extra_hz: folder of further herpes zoster photographs for SD-198.
        suite: name of a suite that fixes all of it.
    """

    class_map: Path | None = None
    label_threshold: float | None = None
    extra_hz: Path | None = None
    suite: str | None = None


class BuildOptions(NamedTuple):
    """What a user may say of a build and a suite may fix.

    Attributes:
        name: of the dataset.
        focus_class: the class that must not be missed.
        framing: `crop` or `pad`.
        near_duplicates: how many bits of the hashes of near duplicates may differ.
        reviews: filled-in review files.
    """

    name: str | None
    focus_class: str | None
    framing: str | None
    near_duplicates: int
    reviews: tuple[Path, ...]


class Chosen(NamedTuple):
    """What is built: a listing, what the dataset is called and holds, and the source's terms."""

    listing: Listing
    name: str | None
    version: str
    focus_class: str | None
    framing: str
    terms: str
    suite: Suite | None


def choose(source: str, directory: Path, options: SourceOptions, build: BuildOptions) -> Chosen:
    """Read a source for a build of a dataset.

    Raises:
        UsageError: an unknown source or suite, an option that the source does not have or the suite
            contradicts, or a source that is for extra test sets only.
        DataError: nothing usable at `directory`.
    """
    from hzbench.benchmark.data.building.splitting import SPLIT_RULE
    from hzbench.benchmark.data.building.suite import load_suite

    kind = find_source(source)
    if kind.extra_test_only:
        raise UsageError(
            f"{source} cannot be built into train, val and test: {kind.extra_test_only}. Use it as an extra "
            f"test set: hzbench data build SOURCE DIRECTORY --out D --extra-test {source}={directory}"
        )
    suite = load_suite(options.suite) if options.suite else None
    name, focus_class, framing = build[:3]
    if suite is not None:
        _refuse_contradictions(suite, source, options, build)
        name, focus_class, framing = suite.dataset, suite.focus_class, suite.framing
    listing, class_map = _read(source, directory, options, suite)
    if listing.origin is not None:
        named = "" if suite is None else suite.name
        origin = listing.origin.model_copy(update={"split_rule": SPLIT_RULE, "suite": named})
        listing = replace(listing, origin=origin)
    return Chosen(
        listing=listing,
        name=name,
        version="1" if suite is None else suite.dataset_version,
        focus_class=focus_class,
        framing=framing or "crop",
        terms="" if class_map is None else class_map.terms,
        suite=suite,
    )


def for_the_record(suite: Suite, document: DatasetDocument, out: Path) -> str:
    """Return what someone who builds a suite notes down, as text."""
    test = document.split_digests.get("test")
    lines = {
        "suite": f"{suite.name} (class map {suite.source} {suite.class_map.version}, "
        f"split rule {suite.split_rule}, near duplicates {suite.near_duplicates}, "
        f"canonical {suite.canonical}, {suite.framing}, specification {suite.specification})",
        "root digest": document.root_digest,
        "test digest": test,
        "decoder": document.decoder,
        "published": suite.agrees(document.root_digest, test),
        "corrupted twin": f"its root digest is printed by: hzbench generate --data {out} --out {out}-c",
    }
    return "\n".join(f"{key}: {value}" for key, value in lines.items())


def find_source(source: str) -> Source:
    """Return a kind of source by name; UsageError names the closest."""
    from hzbench.benchmark.data.sources import SOURCES

    if source not in SOURCES:
        raise UsageError(f"unknown source {source!r}.{closest(source, list(SOURCES))}")
    return SOURCES[source]


def _read(
    source: str, directory: Path, options: SourceOptions, suite: Suite | None
) -> tuple[Listing, ClassMap | None]:
    kind = find_source(source)
    given: dict[str, Any] = {
        key: value
        for key, value in (("label_threshold", options.label_threshold), ("extra_hz", options.extra_hz))
        if value is not None
    }
    for key in given:
        if key not in kind.options:
            raise UsageError(f"--{key.replace('_', '-')} is not an option of source {source}")
    if suite is not None:
        given = {k: tuple(v) if isinstance(v, list) else v for k, v in suite.source_options.items()}
    class_map = suite.shipped_map() if suite is not None else find_class_map(source, options.class_map)
    return kind.read(directory, {} if class_map is None else class_map, **given), class_map


def find_class_map(source: str, file: Path | None = None) -> ClassMap | None:
    """Return the class map of a file, else the source's own one; None where it has none.

    Raises:
        DataError: the file is no class map for this source.
    """
    from hzbench.benchmark.data.sources.class_map import has_class_map, read_class_map, shipped_class_map

    if file is not None:
        return read_class_map(file, source)
    return shipped_class_map(source) if has_class_map(source) else None


def _refuse_contradictions(suite: Suite, source: str, options: SourceOptions, build: BuildOptions) -> None:
    """Refuse what the suite fixes otherwise, and a suite that this hzbench does not make, with UsageError."""
    if source != suite.source:
        raise UsageError(f"suite {suite.name} is made of source {suite.source}, not of {source}")
    suite.check_installation()
    fixed: dict[str, tuple[object, object]] = {
        "--label-threshold": (options.label_threshold, suite.source_options.get("label_threshold")),
        "--extra-hz": (options.extra_hz, suite.source_options.get("extra_hz")),
        "--class-map": (options.class_map, None),
        "--name": (build.name, suite.dataset),
        "--focus-class": (build.focus_class, suite.focus_class),
        "--framing": (build.framing, suite.framing),
        "--near-duplicates": (build.near_duplicates, suite.near_duplicates),
        "--review": (build.reviews[0] if build.reviews else None, None),
    }
    for option, (given, wanted) in fixed.items():
        if given is not None and given != wanted:
            says = "the shipped one" if option == "--class-map" else "none" if wanted is None else wanted
            raise UsageError(
                f"{option} {given} contradicts suite {suite.name}, which fixes {says}; "
                f"leave out {option}, or --suite"
            )
