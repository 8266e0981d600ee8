"""The reference that errors are divided by: what AlexNet answered on every picture of all 76 cells.

Kept are the answered classes, not the errors, so that the reference can be cut to any pictures and
resampled together with a model. Its errors are means over the seeds it was trained with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.cells import ALL_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.corruption_error import grid
from hzbench.benchmark.scoring.predictions import NO_ANSWER, Predictions

SCHEMA = "hzbench.reference/1"
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"  # class number -> character
_NO_ANSWER_CHARACTER = "-"


@dataclass(frozen=True, eq=False)
class Reference:
    """Answers of k seeds on n pictures.

    Attributes:
        name: how signatures and tables call it, such as `alexnet`.
        architecture: the network.
        initialisation: what training started from, `scratch` or `imagenet`.
        seeds: the k training seeds.
        data: label of the dataset, such as `sdhz-synth-0`.
        data_digest: digest of the test split.
        specification: version of the corruptions.
        classes: class names.
        digests: pixel digests of the pictures.
        labels: class numbers, shape (n,).
        answers: answered classes, shape (k, 76, n); -1 is no answer.
    """

    name: str
    architecture: str
    initialisation: str
    seeds: tuple[int, ...]
    data: str
    data_digest: str
    specification: int
    classes: tuple[str, ...]
    digests: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    answers: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        """Refuse what does not fit together.

        Raises:
            ValueError: a shape, class number or number of classes that contradicts the others.
        """
        n, c = len(self.digests), len(self.classes)
        if not 2 <= c <= len(_ALPHABET):
            raise ValueError(f"a reference has 2 to {len(_ALPHABET)} classes, found {c}")
        if n == 0 or not self.seeds or len(set(self.digests)) != n:
            raise ValueError("a reference needs at least one picture and one seed, and each picture once")
        expected = (len(self.seeds), len(ALL_CELLS), n)
        if self.answers.shape != expected:
            raise ValueError(f"answers have shape {self.answers.shape}, expected {expected}")
        if self.labels.shape != (n,) or self.labels.min() < 0 or self.labels.max() >= c:
            raise ValueError(f"labels must be {n} class numbers from 0 to {c - 1}")
        if self.answers.min() < NO_ANSWER or self.answers.max() >= c:
            raise ValueError(f"answers must be class numbers from 0 to {c - 1}, or -1")

    @classmethod
    def from_predictions(
        cls,
        runs: Mapping[int, Predictions],
        *,
        name: str,
        architecture: str,
        initialisation: str,
        data: str,
        data_digest: str,
    ) -> Reference:
        """Make a reference of the predictions of each seed; all must be of the same pictures in one order."""
        if not runs:
            raise ValueError("a reference needs the predictions of at least one seed")
        first = next(iter(runs.values()))
        for seed, run in runs.items():
            same = (run.digests, run.classes, run.specification) == (
                first.digests,
                first.classes,
                first.specification,
            )
            if not same or not np.array_equal(run.labels, first.labels):
                raise ValueError(
                    f"seed {seed} was evaluated on other pictures or classes than the first seed"
                )
            if run.draw != 0:
                raise ValueError(f"seed {seed} was evaluated at draw {run.draw}; a reference needs draw 0")
        return cls(
            name=name,
            architecture=architecture,
            initialisation=initialisation,
            seeds=tuple(runs),
            data=data,
            data_digest=data_digest,
            specification=first.specification,
            classes=first.classes,
            digests=first.digests,
            labels=first.labels,
            answers=np.stack([run.answers for run in runs.values()]).astype(np.int8),
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hexadecimal) of the stored document."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @property
    def title(self) -> str:
        """Name and number of seeds, such as `alexnet5`, as signatures show it."""
        return f"{self.name}{len(self.seeds)}"

    def require(self, *, data: str, data_digest: str, specification: int, classes: Sequence[str]) -> None:
        """Refuse to be the denominator of anything but the same test split, classes and specification.

        Raises:
            ValueError: names what differs.
        """
        if data_digest != self.data_digest:
            raise ValueError(
                f"the reference is of {self.data} (test split {self.data_digest[:8]}), "
                f"the predictions are of {data} (test split {data_digest[:8]})"
            )
        if specification != self.specification:
            raise ValueError(
                f"the reference is of corruption specification {self.specification}, "
                f"the predictions are of {specification}"
            )
        if tuple(classes) != self.classes:
            raise ValueError(
                f"the reference knows the classes {', '.join(self.classes)}, "
                f"the predictions {', '.join(classes)}"
            )

    def cut(self, digests: Sequence[str]) -> Reference:
        """Return the reference of these pictures only, in this order.

        Raises:
            ValueError: pictures that the reference has not seen.
        """
        position = {digest: index for index, digest in enumerate(self.digests)}
        unknown = [digest for digest in digests if digest not in position]
        if unknown:
            raise ValueError(
                f"the reference lacks {len(unknown)} of {len(digests)} pictures (first: {unknown[0][:16]})"
            )
        chosen = [position[digest] for digest in digests]
        return Reference(
            **{name: getattr(self, name) for name in _PLAIN},
            digests=tuple(digests),
            labels=self.labels[chosen],
            answers=self.answers[:, :, chosen],
        )

    def wrong_counts(self, digests: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return how many of the k seeds are wrong on each picture and cell, shape (n, 76)."""
        part = self.cut(digests)
        counts: npt.NDArray[np.int64] = (part.answers != part.labels).sum(axis=0, dtype=np.int64).T
        return counts

    def errors(self, digests: Sequence[str] | None = None) -> dict[str, list[float]]:
        """Return the 5 errors of each corruption on these pictures (all by default), mean over seeds."""
        counts = self.wrong_counts(self.digests if digests is None else digests)
        cells = grid(counts[:, 1:].mean(axis=0) / len(self.seeds))
        return {name: cells[row].tolist() for row, name in enumerate(CORRUPTION_NAMES)}

    def clean_error(self, digests: Sequence[str] | None = None) -> float:
        """Return the error on the clean pictures (all by default), mean over seeds."""
        counts = self.wrong_counts(self.digests if digests is None else digests)
        return float(counts[:, 0].mean() / len(self.seeds))

    def to_json(self) -> str:
        """Return the document that is stored: one character for each picture, cell and seed."""
        characters = np.array([*_ALPHABET, _NO_ANSWER_CHARACTER])  # -1 is the last one
        document: dict[str, Any] = {"schema": SCHEMA}
        document |= {name: getattr(self, name) for name in _PLAIN}
        document["labels"] = "".join(characters[self.labels])
        document["digests"] = self.digests
        document["answers"] = {
            str(seed): ["".join(characters[row]) for row in rows]
            for seed, rows in zip(self.seeds, self.answers, strict=True)
        }
        return json.dumps(document, indent=0, ensure_ascii=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Reference:
        """Read what `to_json` wrote.

        Raises:
            ValueError: another format, or a document that contradicts itself.
        """
        try:
            document = json.loads(text)
            if document.get("schema") != SCHEMA:
                raise ValueError(f"schema is {document.get('schema')!r}, expected {SCHEMA!r}")
            seeds = tuple(int(seed) for seed in document["seeds"])
            answers = [[_numbers(row) for row in document["answers"][str(seed)]] for seed in seeds]
            return cls(
                name=str(document["name"]),
                architecture=str(document["architecture"]),
                initialisation=str(document["initialisation"]),
                seeds=seeds,
                data=str(document["data"]),
                data_digest=str(document["data_digest"]),
                specification=int(document["specification"]),
                classes=tuple(str(name) for name in document["classes"]),
                digests=tuple(str(digest) for digest in document["digests"]),
                labels=_numbers(document["labels"]).astype(np.int64),
                answers=np.array(answers, dtype=np.int8),
            )
        except (KeyError, TypeError, AttributeError, RecursionError, OverflowError) as cause:
            raise ValueError(f"not a reference document ({cause!r})") from cause


_PLAIN = (
    "name",
    "architecture",
    "initialisation",
    "seeds",
    "data",
    "data_digest",
    "specification",
    "classes",
)


def _numbers(row: str) -> npt.NDArray[np.int8]:
    known = {character: number for number, character in enumerate(_ALPHABET)}
    known[_NO_ANSWER_CHARACTER] = NO_ANSWER
    return np.array([known[character] for character in row], dtype=np.int8)
