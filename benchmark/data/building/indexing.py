"""The rows of a new dataset: a split for every group, and an order that depends on the pictures alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.data.building.deduplication import Picture
from hzbench.benchmark.data.building.splitting import Member, assign_splits
from hzbench.benchmark.data.index import ESTIMATED, GIVEN, SPLITS, IndexRow
from hzbench.benchmark.errors import DataError


def index_rows(pictures: Sequence[Picture], classes: Sequence[str], location: Path) -> list[IndexRow]:
    """Return the rows of de-duplicated pictures: by split, class and pixel digest, never by file name.

    A skin type that the source gives stands as given; where it gives none, the estimate does, marked.

    Args:
        pictures: each digest once, each with its final group.
        classes: in order.
        location: of the source, for messages.

    Raises:
        DataError: a group is given two splits.
    """
    members = [
        Member(picture.digest, picture.item.label, picture.item.group, picture.item.split)
        for picture in pictures
    ]
    try:
        splits = assign_splits(members)
    except ValueError as error:
        raise DataError(f"{location}: {error}; give each group one split, or none") from error
    rows = [_row(picture, splits[picture.item.group]) for picture in pictures]
    return sorted(rows, key=lambda row: (SPLITS.index(row.split), classes.index(row.label), row.pixel_digest))


def extra_row(picture: Picture, name: str) -> IndexRow:
    """Return the row of a picture of the additional test set `name`, with its condition."""
    return _row(picture, name)._replace(condition=picture.item.condition)


def _row(picture: Picture, split: str) -> IndexRow:
    item = picture.item
    skin_type = item.skin_type or picture.skin_estimate
    return IndexRow(
        path=f"{split}/{item.label}/{picture.digest[:16]}.png",
        label=item.label,
        split=split,
        group=item.group,
        source=item.source,
        skin_type=skin_type,
        pixel_digest=picture.digest,
        skin_type_source=GIVEN if item.skin_type else ESTIMATED if skin_type else "",
    )


def thin_classes(rows: Sequence[IndexRow], classes: Sequence[str]) -> list[str]:
    """Return a sentence for each class that is absent from a split."""
    warnings = []
    for name in classes:
        mine = [row for row in rows if row.label == name]
        groups = len({row.group for row in mine})
        absent = [split for split in SPLITS if not any(row.split == split for row in mine)]
        if absent:
            warnings.append(
                f"class {name}: {len(mine)} pictures in {groups} groups, none in {' and '.join(absent)}"
            )
    return warnings
