"""What could make a dataset's numbers dishonest: leakage, imbalance, sources, resolution, skin tones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hzbench.benchmark.data.building.originals import read_originals
from hzbench.benchmark.data.checking.association import association
from hzbench.benchmark.data.checking.leakage import Leak, find_leaks
from hzbench.benchmark.data.checking.source_risks import SourceRisk, source_risks
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.data.index import ESTIMATED, SKIN_TYPES, IndexRow, is_extra_test
from hzbench.benchmark.data.photographs.canonical import SIDE
from hzbench.benchmark.data.photographs.decoding import inspect_pictures
from hzbench.benchmark.data.photographs.likeness import THRESHOLD, ClosePair, close_pairs, near_duplicate_rule
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError

STRONG = 0.3  # an association from which on a model can profit by it
ENOUGH = 100  # pictures below which an association may be chance
LITTLE = 20  # pictures of a class in the test split, below which a share of them is too uncertain
UNKNOWN = "unknown"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Resolution(_Part):
    """The originals of one class, by the side of the square that was taken from each, in pixels.

    Attributes:
        known: how many originals have a known size.
        smallest: side of the smallest; None where no size is known.
        median: of the sides.
        enlarged: how many had to be enlarged to 224.
    """

    known: int
    smallest: int | None
    median: int | None
    enlarged: int


class CheckReport(_Part):
    """All findings on one dataset; what is said by class is about train, val and test.

    Attributes:
        dataset: name and version.
        root_digest: of the dataset; None while splits are still to be rendered.
        pictures: how many there are.
        splits: checked.
        leaks: pictures in two splits; any makes the check fail.
        contradictions: near duplicates with two labels.
        near_duplicates: pairs within one split.
        near_duplicate_rule: by which hashes and up to which threshold they were found.
        counts: {split: {class: pictures}}.
        sources: {source: {class: pictures}}.
        source_association: of source and class, 0 to 1, see `association`; None with one source.
        source_risks: sources that tell a class.
        resolution: {class: sizes of the originals}.
        resolution_association: of class and having been enlarged.
        skin_types: {class: {skin type or `unknown`: pictures}}.
        skin_types_by_split: {split: {skin type or `unknown`: pictures}}.
        skin_types_estimated: how many were estimated from the picture.
        skin_type_association: of class and known skin type.
        warnings: what the user should look at.
    """

    check_schema: Literal["hzbench.data-check/1"] = Field(default="hzbench.data-check/1", alias="schema")
    dataset: str
    root_digest: str | None
    pictures: int
    splits: tuple[str, ...]
    leaks: tuple[Leak, ...]
    contradictions: tuple[Leak, ...]
    near_duplicates: int
    near_duplicate_rule: str
    counts: dict[str, dict[str, int]]
    sources: dict[str, dict[str, int]]
    source_association: float | None
    source_risks: tuple[SourceRisk, ...]
    resolution: dict[str, Resolution]
    resolution_association: float | None
    skin_types: dict[str, dict[str, int]]
    skin_types_by_split: dict[str, dict[str, int]]
    skin_types_estimated: int
    skin_type_association: float | None
    warnings: tuple[str, ...]


def check_dataset(
    dataset: Dataset,
    *,
    threshold: int = THRESHOLD,
    workers: int | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Look at every picture and every row of a dataset.

    Args:
        dataset: opened.
        threshold: how alike near duplicates are, see `close_pairs`.
        workers: processes that look at pictures; None takes what the machine and the dataset ask for.
        progress: called after each picture.

    Raises:
        DataError: pictures that are absent, damaged or others than the index says.
    """
    rows = dataset.rows
    files = [dataset.root / row.path for row in rows]
    looked = inspect_pictures(files, [row.pixel_digest for row in rows], workers=workers, progress=progress)
    broken = [one.problem for one in looked if one.problem]
    if broken:
        raise DataError(
            f"{len(broken)} pictures cannot be checked, the first: {broken[0]}. "
            f"All are named by: hzbench data verify {dataset.root}"
        )
    pairs = _pairs(rows, [one.likeness for one in looked], threshold)
    within = [pair for pair in pairs if rows[pair.first].split == rows[pair.second].split]
    main = [row for row in rows if not is_extra_test(row.split)]
    sources = _table(main, lambda row: row.source, lambda row: row.label, dataset.classes)
    sides = _sides(dataset)
    sized = [row for row in main if row.path in sides]
    toned = [row for row in main if row.skin_type]
    report = CheckReport(
        dataset=dataset.label,
        root_digest=dataset.root_digest,
        pictures=len(rows),
        splits=tuple(dataset.splits),
        leaks=tuple(find_leaks(rows, pairs)),
        contradictions=tuple(
            Leak(
                kind="near",
                first=rows[pair.first].path,
                second=rows[pair.second].path,
                detail=f"{rows[pair.first].label} and {rows[pair.second].label}, {pair.bits} bits differ",
            )
            for pair in pairs
            if rows[pair.first].label != rows[pair.second].label
        ),
        near_duplicates=len(within),
        near_duplicate_rule=near_duplicate_rule(threshold),
        counts=dataset.counts(),
        sources=sources,
        source_association=association([row.source for row in main], [row.label for row in main]),
        source_risks=tuple(source_risks(sources, dataset.classes)),
        resolution={
            name: _resolution([sides[row.path] for row in sized if row.label == name])
            for name in dataset.classes
        },
        resolution_association=association(
            [row.label for row in sized], [str(sides[row.path] < SIDE) for row in sized]
        ),
        skin_types=_table(main, lambda row: row.label, _skin, (*SKIN_TYPES, UNKNOWN)),
        skin_types_by_split=_table(rows, lambda row: row.split, _skin, (*SKIN_TYPES, UNKNOWN)),
        skin_types_estimated=sum(row.skin_type_source == ESTIMATED for row in rows),
        skin_type_association=association([row.label for row in toned], [row.skin_type for row in toned]),
        warnings=(),
    )
    return report.model_copy(update={"warnings": tuple(_warnings(report, dataset.focus_class))})


def _pairs(rows: Sequence[IndexRow], hashes: Sequence[str], threshold: int) -> list[ClosePair]:
    """Compare in the order of digests, as a build does: turned copies differ by some bits each way."""
    order = sorted(range(len(rows)), key=lambda position: rows[position].pixel_digest)
    pairs = close_pairs([hashes[position] for position in order], threshold)
    found = [(*sorted((order[pair.first], order[pair.second])), pair.bits) for pair in pairs]
    return [ClosePair(first, second, bits) for first, second, bits in sorted(found)]


def _skin(row: IndexRow) -> str:
    return row.skin_type or UNKNOWN


def _table(
    rows: Sequence[IndexRow],
    line: Callable[[IndexRow], str],
    column: Callable[[IndexRow], str],
    columns: Sequence[str],
) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(line(row), Counter())[column(row)] += 1
    return {name: {one: counted[one] for one in columns} for name, counted in counts.items()}


def _sides(dataset: Dataset) -> dict[str, int]:
    """Return {path: side of the square that was taken from the original}, where the size is known."""
    pick = max if dataset.document.framing == "pad" else min
    originals = read_originals(dataset.root)
    return {
        row.path: pick(originals[row.path].width, originals[row.path].height)
        for row in dataset.rows
        if row.path in originals
    }


def _resolution(sides: Sequence[int]) -> Resolution:
    ordered = sorted(sides)
    return Resolution(
        known=len(ordered),
        smallest=ordered[0] if ordered else None,
        median=ordered[len(ordered) // 2] if ordered else None,
        enlarged=sum(side < SIDE for side in ordered),
    )


def _warnings(report: CheckReport, focus_class: str) -> list[str]:
    warnings = [risk.sentence() for risk in report.source_risks]
    for what, value in (
        ("source and class", report.source_association),
        ("enlarged originals and class", report.resolution_association),
        ("skin type and class", report.skin_type_association),
    ):
        if value is not None and value >= STRONG and report.pictures >= ENOUGH:
            warnings.append(f"{what} go together (association {value:.2f}; 0 is none, 1 complete)")
    thin = {name: count for name, count in report.counts.get("test", {}).items() if count < LITTLE}
    if thin:
        named = ", ".join(
            f"{name}{' (must not be missed)' if name == focus_class else ''} {count}"
            for name, count in thin.items()
        )
        warnings.append(f"a share of fewer than {LITTLE} pictures says little; in test there are of {named}")
    if report.skin_types_estimated:
        warnings.append(
            f"{report.skin_types_estimated:,} skin types are estimates, which the light of a picture moves"
        )
    return warnings
