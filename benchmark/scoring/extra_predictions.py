"""What a model answered on the clean pictures of additional test sets, and how a file holds it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.packing import packed_texts, unpacked_texts

_PREFIX = "extra_"  # of the arrays in a file; all sets lie one after the other in each


@dataclass(frozen=True, eq=False)
class ExtraPredictions:
    """Class probabilities of the n clean pictures of one additional test set.

    Attributes:
        name: of the set, such as `hz-w`.
        split_digest: SHA-256 (hexadecimal) of the whole set, as the dataset states it.
        digests: pixel digest of each picture.
        labels: class number of each picture, shape (n,).
        groups: person or lesion of each picture, "" where unknown.
        skin_types: Fitzpatrick type of each picture, "" where unknown.
        conditions: under which each picture was taken, one factor or two with a slash between, or "".
        probabilities: float32, shape (n, C); rows may be non-finite.
    """

    name: str
    split_digest: str
    digests: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    groups: tuple[str, ...]
    skin_types: tuple[str, ...]
    conditions: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: a length, shape or class number that contradicts the others.
        """
        n = len(self.digests)
        if n == 0 or len(set(self.digests)) != n:
            raise ValueError(f"additional test set {self.name!r}: expected pictures, each of them once")
        if self.probabilities.ndim != 2 or self.probabilities.shape[0] != n:
            raise ValueError(
                f"additional test set {self.name!r}: probabilities of shape {self.probabilities.shape}; "
                f"expected {n} rows"
            )
        if not len(self.groups) == len(self.skin_types) == len(self.conditions) == self.labels.size == n:
            raise ValueError(
                f"additional test set {self.name!r}: labels, groups, skin types and conditions must have one "
                f"entry for each of the {n} pictures"
            )
        if self.labels.min() < 0 or self.labels.max() >= self.probabilities.shape[1]:
            raise ValueError(f"additional test set {self.name!r}: a label is no class number")

    def __len__(self) -> int:
        """Return the number of pictures n."""
        return len(self.digests)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) over everything that a number of this set can depend on."""
        digest = hashlib.sha256(f"hzbench.extra_predictions/1|{self.name}|{self.split_digest}|".encode())
        for texts in (self.digests, self.groups, self.skin_types, self.conditions):
            digest.update(packed_texts(texts).tobytes() + b"\0")
        digest.update(self.labels.astype("<i8").tobytes())
        digest.update(np.ascontiguousarray(self.probabilities.astype("<f4")).tobytes())
        return digest.hexdigest()


def packed_sets(sets: Sequence[ExtraPredictions]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays that hold these sets in a file; none for no sets."""
    if not sets:
        return {}
    members: dict[str, npt.NDArray[np.generic]] = {
        "names": packed_texts([one.name for one in sets]),
        "split_digests": packed_texts([one.split_digest for one in sets]),
        "sizes": np.array([len(one) for one in sets], dtype="<i8"),
        "labels": np.concatenate([one.labels for one in sets]).astype("<i8"),
        "probabilities": np.concatenate([one.probabilities for one in sets]).astype("<f4"),
    }
    for field in ("digests", "groups", "skin_types", "conditions"):
        members[field] = packed_texts([text for one in sets for text in getattr(one, field)])
    return {_PREFIX + name: array for name, array in members.items()}


def unpacked_sets(members: Mapping[str, npt.NDArray[np.generic]]) -> tuple[ExtraPredictions, ...]:
    """Return the sets that `packed_sets` packed; none where there are none.

    Raises:
        ValueError: arrays that contradict each other.
        KeyError: an array that is missing.
    """
    if f"{_PREFIX}names" not in members:
        return ()
    names, split_digests, digests, groups, skin_types, conditions = (
        unpacked_texts(members[_PREFIX + field])
        for field in ("names", "split_digests", "digests", "groups", "skin_types", "conditions")
    )
    sizes = [int(size) for size in members[f"{_PREFIX}sizes"]]
    labels = members[f"{_PREFIX}labels"].astype(np.int64)
    probabilities = members[f"{_PREFIX}probabilities"].astype(np.float32)
    if len(set(names)) != len(names) or not len(names) == len(split_digests) == len(sizes):
        raise ValueError("additional test sets: expected different names, and a digest and a size for each")
    if min(sizes) < 0 or any(sum(sizes) != len(texts) for texts in (digests, labels, probabilities)):
        raise ValueError("additional test sets: their sizes do not fit the pictures stored")
    return tuple(
        ExtraPredictions(
            name=name,
            split_digest=split_digest,
            digests=digests[part],
            labels=labels[part],
            groups=groups[part],
            skin_types=skin_types[part],
            conditions=conditions[part],
            probabilities=probabilities[part],
        )
        for name, split_digest, part in zip(names, split_digests, _parts(sizes), strict=True)
    )


def _parts(sizes: Sequence[int]) -> Iterator[slice]:
    start = 0
    for size in sizes:
        yield slice(start, start + size)
        start += size
