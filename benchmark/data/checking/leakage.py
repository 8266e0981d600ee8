"""Pictures that are seen in training and tested on: groups, copies and near duplicates across splits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hzbench.benchmark.data.index import IndexRow, is_extra_test
from hzbench.benchmark.data.photographs.likeness import ClosePair


class Leak(BaseModel):
    """Two pictures in different splits that should share one.

    Attributes:
        kind: they are of one `group`, an exact copy (`exact`), or `near` duplicates.
        first: path of the one, relative to the dataset.
        second: path of the other.
        detail: the group's name, or how many bits of the hashes differ.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["group", "exact", "near"]
    first: str
    second: str
    detail: str


def find_leaks(rows: Sequence[IndexRow], pairs: Sequence[ClosePair]) -> list[Leak]:
    """Return every leak between two splits, at most one a pair of pictures and kind.

    The test split and additional test sets may share persons: nothing is learnt or chosen on either.
    Of a group, each of its pictures is named beside its first one in another split.

    Args:
        rows: of the index.
        pairs: near duplicates, by position in `rows`.
    """
    leaks = _shared(rows, "group") + _shared(rows, "exact")
    for pair in pairs:
        one, other = rows[pair.first], rows[pair.second]
        if _apart(one, other) and one.pixel_digest != other.pixel_digest:
            leaks.append(
                Leak(kind="near", first=one.path, second=other.path, detail=f"{pair.bits} bits differ")
            )
    return leaks


def _shared(rows: Sequence[IndexRow], kind: Literal["group", "exact"]) -> list[Leak]:
    seen: dict[str, list[IndexRow]] = {}
    leaks = []
    for row in rows:
        key = row.group if kind == "group" else row.pixel_digest
        firsts = seen.setdefault(key, [])  # the first picture of each split
        earlier = next((one for one in firsts if _apart(one, row)), None)
        if earlier is not None:
            detail = f"group {row.group}" if kind == "group" else f"pixel digest {row.pixel_digest[:12]}"
            leaks.append(Leak(kind=kind, first=earlier.path, second=row.path, detail=detail))
        if all(one.split != row.split for one in firsts):
            firsts.append(row)
    return leaks


def _apart(one: IndexRow, other: IndexRow) -> bool:
    tested_on = all(row.split == "test" or is_extra_test(row.split) for row in (one, other))
    return one.split != other.split and not tested_on
