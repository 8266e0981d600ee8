"""Tables of parts of the pictures: skin types, and the conditions of additional test sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hzbench.benchmark.results.schema import ExtraTest, Result, SkinTypeGap, SubgroupNumbers
from hzbench.leaderboards.rendering import UNDEFINED, Table, plain

SKIN_TYPE_NUMBERS = {
    "error": "error, clean",
    "sensitivity_hz": "SE-HZ, clean",
    "corrupted_error": "error, 75 cells",
    "corrupted_sensitivity_hz": "SE-HZ, 75 cells",
}
FEW = f"{UNDEFINED}: no such picture, or fewer than 20 in a group of skin types."


def skin_type_tables(result: Result) -> list[Table]:
    """Return error and zoster sensitivity of each skin-type group, and the gaps between the groups.

    The first needs a group of 20 pictures, the second two of them.
    """
    known = any(part.error is not None for part in result.skin_types.values())
    tables = [_skin_types(result)] if known else []
    return tables + ([_gaps(result.skin_type_gaps)] if result.skin_type_gaps else [])


def few_pictures(result: Result) -> str:
    """Return a sentence in place of a table where no skin-type group has 20 pictures; empty otherwise."""
    groups = result.skin_types
    if not groups or any(part.error is not None for part in groups.values()):
        return ""
    counts = ", ".join(f"{group} {part.n}" for group, part in groups.items())
    return f"Skin types: {counts} pictures; of fewer than 20 in a group nothing is reported."


def _skin_types(result: Result) -> Table:
    rows = [
        (
            group,
            str(part.n),
            points(part.error),
            interval(part.error_interval),
            str(part.n_hz),
            points(part.sensitivity_hz),
            interval(part.sensitivity_hz_interval),
            points(part.corrupted_error),
            points(part.corrupted_sensitivity_hz),
        )
        for group, part in result.skin_types.items()
    ]
    note = "In percent. SE-HZ: zoster sensitivity, here by the highest probability."
    if result.data.skin_types_estimated:
        note += f" {result.data.skin_types_estimated} of the skin types were estimated from the pixels."
    return Table(
        title="Skin types",
        groups=(("", 1), ("Clean", 6), ("75 cells", 2)),
        header=("Skin types", "n", "Error", "95 %", "n HZ", "SE-HZ", "95 %", "Error", "SE-HZ"),
        rows=tuple(rows),
        text_columns=1,
        notes=(f"{note} {FEW}" if any(UNDEFINED in row for row in rows) else note,),
    )


def _gaps(gaps: Mapping[str, SkinTypeGap]) -> Table:
    rows = [
        (
            title,
            f"{gap.highest} above {gap.lowest}" if gap.gap else "none",
            points(gap.gap),
            points(gap.chance_mean),
            points(gap.chance_95),
            points(gap.chance_share),
        )
        for name, title in SKIN_TYPE_NUMBERS.items()
        if (gap := gaps.get(name)) is not None
    ]
    return Table(
        title="Gaps between skin types",
        groups=(("", 2), ("", 1), ("By chance alone", 3)),
        header=("Largest gap in", "between", "Points", "mean", "95 % below", "as large in %"),
        rows=tuple(rows),
        text_columns=2,
        notes=(),
    )


def extra_test_table(name: str, one: ExtraTest) -> Table:
    """Return the numbers of an additional test set: the whole, each condition, each skin-type group.

    Columns that no picture of the set can fill are left out: sensitivity without zoster, specificity and
    error without anything else.
    """
    parts: list[tuple[str, SubgroupNumbers]] = [("all", one)]
    parts += [(plain(part.condition.replace("*", "any")), part) for part in one.by_condition]
    if any(part.error is not None for part in one.skin_types.values()):
        parts += [(f"skin {group}", part) for group, part in one.skin_types.items()]
    columns: list[tuple[str, str]] = []
    if one.n_hz < one.n:
        columns.append(("Error", "error"))
    highest = len(columns)
    columns += _focus_columns(one, "")
    at_threshold = _focus_columns(one, "operating_") if _has_operating_point(one) else []
    header = ["", "n"] + [title for column, _ in columns + at_threshold for title in (column, "95 %")]
    rows = []
    for title, part in parts:
        row = [title, str(part.n)]
        for _, field in columns + at_threshold:
            row += [points(getattr(part, field)), interval(getattr(part, f"{field}_interval"))]
        rows.append(tuple(row))
    groups = [("", 1), ("", 1 + 2 * highest)]
    groups.append(("By the highest probability", 2 * (len(columns) - highest)))
    groups += [("At the threshold", 2 * len(at_threshold))] if at_threshold else []
    return Table(
        title=f"{name}, clean",
        groups=tuple(groups),
        header=(plain(f"{name} (clean)"), *header[1:]),
        rows=tuple(rows),
        text_columns=1,
        notes=(FEW,) if any(UNDEFINED in row for row in rows) else (),
    )


def points(fraction: float | None, digits: int = 1) -> str:
    """Return a fraction in percent or points."""
    return UNDEFINED if fraction is None else f"{100 * fraction:.{digits}f}"


def interval(ends: Sequence[float] | None) -> str:
    """Return both ends of an interval in percent."""
    return UNDEFINED if ends is None else f"{points(ends[0])} to {points(ends[1])}"


def _focus_columns(one: ExtraTest, prefix: str) -> list[tuple[str, str]]:
    columns = [("SE-HZ", f"{prefix}sensitivity_hz")] if one.n_hz else []
    return columns + ([("SP-HZ", f"{prefix}specificity_hz")] if one.n_hz < one.n else [])


def _has_operating_point(one: ExtraTest) -> bool:
    return one.operating_sensitivity_hz is not None or one.operating_specificity_hz is not None
