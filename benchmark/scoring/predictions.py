"""What a model answered on all 76 cells: the one thing from which every number is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions, packed_sets, unpacked_sets
from hzbench.benchmark.scoring.packing import pack, packed_texts, unpack, unpacked_texts
from hzbench.corruptions.version import SPECIFICATION

NO_ANSWER = -1  # what stands for a class where the model gave no single finite maximum; always an error
_FORMAT = "hzbench.predictions/1"


def answers(probabilities: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
    """Return the class with the highest probability of each row.

    Args:
        probabilities: shape (..., C); logits are as good.

    Returns:
        Class numbers, shape (...); -1 (an error, whatever the label) where two classes share the maximum or
        a value of the row is not finite.
    """
    if probabilities.shape[-1] == 0:
        raise ValueError("probabilities have no classes: the last axis has length 0")
    with np.errstate(invalid="ignore"):
        highest = probabilities.max(axis=-1, keepdims=True)
        single = (probabilities == highest).sum(axis=-1) == 1
    usable = single & np.isfinite(probabilities).all(axis=-1)
    return np.where(usable, probabilities.argmax(axis=-1), NO_ANSWER).astype(np.int64)


def softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Turn logits into probabilities along the last axis; rows with a non-finite value become NaN."""
    wide = logits.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        exponentials = np.exp(wide - wide.max(axis=-1, keepdims=True))
        shares = exponentials / exponentials.sum(axis=-1, keepdims=True)
    shares[~np.isfinite(wide).all(axis=-1)] = np.nan
    narrow: npt.NDArray[np.float32] = shares.astype(np.float32)
    return narrow


@dataclass(frozen=True, eq=False)
class Predictions:
    """Class probabilities of n pictures on the 76 cells, with the truth about the pictures.

    Attributes:
        classes: class names in the order of the last axis (C of them).
        focus_class: the class that must not be missed.
        digests: pixel digest of each clean picture (n of them, hexadecimal).
        labels: class number of each picture, shape (n,).
        groups: person or lesion of each picture, "" where unknown; pictures of a group are not independent.
        skin_types: Fitzpatrick type of each picture, "" where unknown.
        probabilities: shape (76, n, C), cells in the order of `ALL_CELLS`; rows may be non-finite.
        validation_labels: class numbers of the clean validation pictures, shape (m,), or None.
        validation_probabilities: shape (m, C), or None.
        specification: version of the corruptions.
        draw: draw number of the corruptions; 0 is SD-HZ-C itself.
        extra_tests: of additional test sets, clean pictures only; each has a digest of its own.
        answers_only: the classes alone were given; probabilities are 1 for the answered class and 0 for the
            others, so that no number of confidence, ranking or operating point follows from them.
    """

    classes: tuple[str, ...]
    focus_class: str
    digests: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    groups: tuple[str, ...]
    skin_types: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    validation_labels: npt.NDArray[np.int64] | None = None
    validation_probabilities: npt.NDArray[np.float32] | None = None
    specification: int = SPECIFICATION
    draw: int = 0
    extra_tests: tuple[ExtraPredictions, ...] = ()
    answers_only: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: a length, shape, class number, class name or digest that contradicts the others.
        """
        n, c = len(self.digests), len(self.classes)
        if n == 0:
            raise ValueError("predictions hold no pictures")
        if len(set(self.classes)) != c or c < 2:
            raise ValueError(f"classes must be at least 2 different names, found {list(self.classes)}")
        if self.focus_class not in self.classes:
            raise ValueError(f"focus class {self.focus_class!r} is not among {', '.join(self.classes)}")
        if len(set(self.digests)) != n:
            raise ValueError("a pixel digest occurs twice: the same picture was predicted more than once")
        if self.probabilities.shape != (len(ALL_CELLS), n, c):
            raise ValueError(
                f"probabilities have shape {self.probabilities.shape}, expected {(len(ALL_CELLS), n, c)}: "
                "76 cells, pictures, classes"
            )
        if self.probabilities.dtype != np.float32:
            raise ValueError(f"probabilities are {self.probabilities.dtype}, expected float32")
        if len(self.groups) != n or len(self.skin_types) != n:
            raise ValueError(f"groups and skin types must have one entry for each of the {n} pictures")
        _require_labels(self.labels, n, c, "labels")
        if (self.validation_labels is None) != (self.validation_probabilities is None):
            raise ValueError("validation labels and validation probabilities must be given together")
        if self.validation_labels is not None and self.validation_probabilities is not None:
            m = len(self.validation_labels)
            _require_labels(self.validation_labels, m, c, "validation labels")
            if self.validation_probabilities.shape != (m, c):
                raise ValueError(
                    f"validation probabilities have shape {self.validation_probabilities.shape}, "
                    f"expected {(m, c)}"
                )
        for extra in self.extra_tests:
            if extra.probabilities.shape[1] != c:
                raise ValueError(
                    f"additional test set {extra.name!r} has {extra.probabilities.shape[1]} classes, not {c}"
                )

    def __len__(self) -> int:
        """Return the number of pictures n."""
        return len(self.digests)

    @property
    def focus(self) -> int:
        """The class number of the focus class."""
        return self.classes.index(self.focus_class)

    @cached_property
    def answers(self) -> npt.NDArray[np.int64]:
        """The answered class of every cell and picture, shape (76, n); -1 is no answer."""
        return answers(self.probabilities)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) over everything that a metric of the 76 cells can depend on."""
        digest = hashlib.sha256(_FORMAT.encode())
        for text in (self.classes, (self.focus_class,), self.digests, self.groups, self.skin_types):
            digest.update(packed_texts(text).tobytes() + b"\0")
        digest.update(f"{self.specification}|{self.draw}|".encode())
        numbers: list[npt.NDArray[np.generic]] = [
            self.labels.astype("<i8"),
            self.probabilities.astype("<f4"),
        ]
        if self.validation_labels is not None and self.validation_probabilities is not None:
            numbers.append(self.validation_labels.astype("<i8"))
            numbers.append(self.validation_probabilities.astype("<f4"))
        if self.answers_only:
            digest.update(b"answers only|")
        for array in numbers:
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def cut(self, indices: Sequence[int] | npt.NDArray[np.int64]) -> Predictions:
        """Return the predictions of the pictures at `indices`, in that order; all else is kept whole."""
        chosen = np.asarray(indices, dtype=np.int64)
        return Predictions(
            classes=self.classes,
            focus_class=self.focus_class,
            digests=tuple(self.digests[i] for i in chosen),
            labels=self.labels[chosen],
            groups=tuple(self.groups[i] for i in chosen),
            skin_types=tuple(self.skin_types[i] for i in chosen),
            probabilities=np.ascontiguousarray(self.probabilities[:, chosen]),
            validation_labels=self.validation_labels,
            validation_probabilities=self.validation_probabilities,
            specification=self.specification,
            draw=self.draw,
            extra_tests=self.extra_tests,
            answers_only=self.answers_only,
        )

    def to_bytes(self, note: str = "") -> bytes:
        """Return the content of a compressed `.npz`; equal predictions give equal bytes.

        Args:
            note: text kept beside the arrays, such as a JSON document about the model.
        """
        members: dict[str, npt.NDArray[np.generic]] = {
            "format": packed_texts((_FORMAT,)),
            "note": packed_texts((note,)),
            "classes": packed_texts(self.classes),
            "focus_class": packed_texts((self.focus_class,)),
            "digests": packed_texts(self.digests),
            "labels": self.labels.astype("<i8"),
            "groups": packed_texts(self.groups),
            "skin_types": packed_texts(self.skin_types),
            "probabilities": self.probabilities.astype("<f4"),
            "suite": np.array([self.specification, self.draw], dtype="<i8"),
        }
        if self.validation_labels is not None and self.validation_probabilities is not None:
            members["validation_labels"] = self.validation_labels.astype("<i8")
            members["validation_probabilities"] = self.validation_probabilities.astype("<f4")
        if self.answers_only:
            members["answers_only"] = np.ones(1, dtype="<i8")
        return pack(members | packed_sets(self.extra_tests))

    @classmethod
    def from_bytes(cls, content: bytes) -> tuple[Predictions, str]:
        """Read what `to_bytes` wrote: the predictions and the note beside them.

        Raises:
            ValueError: not such a file, damaged, or unpacking to more than 2 GiB. Nothing is unpickled.
        """
        members = unpack(content)
        try:
            if (found := unpacked_texts(members["format"])) != (_FORMAT,):
                raise ValueError(f"format is {found}, expected {_FORMAT}")
            specification, draw = (int(number) for number in members["suite"])
            validation = "validation_labels" in members
            predictions = cls(
                classes=unpacked_texts(members["classes"]),
                focus_class=unpacked_texts(members["focus_class"])[0],
                digests=unpacked_texts(members["digests"]),
                labels=members["labels"].astype(np.int64),
                groups=unpacked_texts(members["groups"]),
                skin_types=unpacked_texts(members["skin_types"]),
                probabilities=members["probabilities"].astype(np.float32),
                validation_labels=members["validation_labels"].astype(np.int64) if validation else None,
                validation_probabilities=(
                    members["validation_probabilities"].astype(np.float32) if validation else None
                ),
                specification=specification,
                draw=draw,
                extra_tests=unpacked_sets(members),
                answers_only="answers_only" in members,
            )
            return predictions, unpacked_texts(members["note"])[0]
        except (KeyError, IndexError, TypeError) as cause:
            raise ValueError(f"not a predictions file of hzbench: {cause!r}") from cause


def _require_labels(labels: npt.NDArray[np.int64], n: int, classes: int, what: str) -> None:
    if labels.shape != (n,) or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"{what} are {labels.dtype} of shape {labels.shape}, expected int64 of shape {(n,)}")
    if n and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(f"{what} must be class numbers 0 to {classes - 1}")
