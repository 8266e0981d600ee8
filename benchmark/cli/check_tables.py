"""The findings of `hzbench data check` as tables."""

from __future__ import annotations

from collections.abc import Mapping

from hzbench.benchmark.data.checking.checking import UNKNOWN, CheckReport
from hzbench.benchmark.data.index import SKIN_TYPES
from hzbench.leaderboards.rendering import UNDEFINED, Table, plain


def check_tables(report: CheckReport) -> list[Table]:
    """Return a table by class, one by split, and one by source where there are several."""
    tables = [_by_class(report), _by_split(report)]
    return [*tables, _by_source(report)] if len(report.sources) > 1 else tables


def _by_class(report: CheckReport) -> Table:
    splits = list(report.counts)
    total = sum(sum(counts.values()) for counts in report.counts.values())
    rows = []
    for name, resolution in report.resolution.items():
        counts = [report.counts[split][name] for split in splits]
        sizes = [resolution.smallest, resolution.median]
        rows.append(
            (
                name,
                *(f"{count:,}" for count in counts),
                f"{100 * sum(counts) / total:.1f}",
                *(UNDEFINED if size is None else f"{size:,}" for size in sizes),
                f"{resolution.enlarged:,}" if resolution.known else UNDEFINED,
                *_skin(report.skin_types.get(name, {})),
            )
        )
    groups = (
        ("", 1),
        ("Pictures", len(splits) + 1),
        ("Side of the originals", 3),
        ("Fitzpatrick", len(SKIN_TYPES) + 1),
    )
    header = ("Class", *splits, "%", "Least", "Median", "< 224", *SKIN_TYPES, "?")
    return Table("Classes", groups, header, tuple(rows), 1, ())


def _by_split(report: CheckReport) -> Table:
    rows = [
        (split, f"{sum(counts.values()):,}", *_skin(report.skin_types_by_split[split]))
        for split, counts in report.counts.items()
    ]
    groups = (("", 1), ("", 1), ("Fitzpatrick", len(SKIN_TYPES) + 1))
    return Table("Splits", groups, ("Split", "Pictures", *SKIN_TYPES, "?"), tuple(rows), 1, ())


def _by_source(report: CheckReport) -> Table:
    classes = list(report.resolution)
    rows = [
        (plain(source, 40), *(f"{counts[name]:,}" for name in classes))
        for source, counts in report.sources.items()
    ]
    return Table("Sources", (("", 1), ("Pictures", len(classes))), ("Source", *classes), tuple(rows), 1, ())


def _skin(counts: Mapping[str, int]) -> list[str]:
    return [f"{counts.get(name, 0):,}" for name in (*SKIN_TYPES, UNKNOWN)]
