"""What a model may have learnt from: the pictures, near duplicates and groups of train and val."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hzbench.benchmark.data.building.deduplication import Picture
from hzbench.benchmark.data.building.report import Drop
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.photographs.likeness import close_pairs

LEARNT_SPLITS = ("train", "val")


@dataclass(frozen=True)
class Learnt:
    """Train and val, as far as another test set must not share them.

    Attributes:
        splits: {pixel digest: its split}.
        files: {pixel digest: file it was made from}.
        hashes: {pixel digest: its `likeness`}.
        groups: {group, by the source's name and by the dataset's: its split}.
    """

    splits: Mapping[str, str]
    files: Mapping[str, str]
    hashes: Mapping[str, str]
    groups: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[IndexRow], pictures: Sequence[Picture]) -> Learnt:
        """Gather train and val.

        Args:
            rows: of the dataset.
            pictures: all readable pictures of the source, copies included, with the source's groups.
        """
        splits = {row.pixel_digest: row.split for row in rows if row.split in LEARNT_SPLITS}
        groups = {row.group: row.split for row in rows if row.split in LEARNT_SPLITS}
        mine = [picture for picture in pictures if picture.digest in splits]
        groups |= {picture.item.group: splits[picture.digest] for picture in mine if picture.item.group}
        return cls(
            splits,
            files={picture.digest: picture.item.name for picture in reversed(mine)},
            hashes={picture.digest: picture.likeness for picture in mine},
            groups=groups,
        )

    def leaks(self, pictures: Sequence[Picture], kept: Sequence[Picture], threshold: int) -> dict[str, Drop]:
        """Return {pixel digest: why} of the pictures that share something with train or val.

        Args:
            pictures: all readable pictures of another set, with their source's groups.
            kept: those that stay, each with its final group.
            threshold: how alike near duplicates are, see `close_pairs`.
        """
        why: dict[str, str] = {}
        for picture in pictures:
            if picture.digest in self.splits:
                why[picture.digest] = f"is {self._place(picture.digest)}"
            elif picture.item.group in self.groups:
                split = self.groups[picture.item.group]
                why.setdefault(picture.digest, f"its group {picture.item.group!r} stands in {split}")
        mine, theirs = [picture.digest for picture in kept], list(self.hashes)
        hashes = [*(self.hashes[digest] for digest in theirs), *(picture.likeness for picture in kept)]
        for pair in close_pairs(hashes, threshold):
            if pair.first < len(theirs) <= pair.second:
                what = f"is nearly ({pair.bits} bits) {self._place(theirs[pair.first])}"
                why.setdefault(mine[pair.second - len(theirs)], what)
        first = {picture.item.group: picture for picture in reversed(kept) if picture.digest in why}
        return {
            picture.digest: Drop(
                file=picture.item.name,
                reason="leak",
                detail=why.get(picture.digest)
                or f"is of the group of {first[picture.item.group].item.name}, which is dropped",
                label=picture.item.label,
            )
            for picture in kept
            if picture.item.group in first
        }

    def _place(self, digest: str) -> str:
        return f"{self.files[digest]} of {self.splits[digest]}"
