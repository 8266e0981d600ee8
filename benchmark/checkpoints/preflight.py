"""A look at a model before it is scored: does it get pictures and classes as it was trained to?

A handful of clean pictures is shown as declared, under other normalisations that are in common use, and the
answers are held against other orders of the classes. Nothing is changed by what is found; it is said.

An alternative is called better only if all of this holds, so that luck alone calls no honest model wrong: it
gains at least 20 points; it answers at least 20 points more rightly than chance does; and an exact sign
test on the pictures that decide between the two gives at most 1 % divided by the number of all alternatives
(Bonferroni), so that the chance of any false finding on a model that is as good as declared is at most 1 %.
The pictures are of different persons, the same number of each class.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints.integrity import Flag, Logits
from hzbench.benchmark.checkpoints.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.scoring.paired import at_least, sign_test, wins_and_losses
from hzbench.benchmark.scoring.predictions import answers

FIRST_PER_CLASS = 8
"""Pictures of each class on which every alternative is tried."""

MORE_PER_CLASS = 24
"""Pictures of each class on which alternatives are tried that won a net eighth of the first ones."""

FALSE_FINDINGS = 0.01
GAIN = 0.20
SUM_TOLERANCE = 1e-3
NEAR_CHANCE = 0.05
"""Where guessing gives as many right answers with at least this probability, the model may be guessing."""


class Normalisation(NamedTuple):
    """How pixels may be prepared: mean and deviation on the scale 0-1, and the order of the channels."""

    title: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    bgr: bool = False


_RGB = (
    Normalisation("torchvision's ImageNet mean and std", IMAGENET_MEAN, IMAGENET_STD),
    Normalisation("mean = std = 0.5", (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    Normalisation("values from 0 to 1 (mean 0, std 1)", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    Normalisation("values from 0 to 255 (mean 0, std 1/255)", (0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255)),
)
COMMON = _RGB + tuple(one._replace(title=f"BGR with {one.title}", bgr=True) for one in _RGB)
"""What is tried, but for what is declared."""


class Preflight(NamedTuple):
    """What was seen.

    Attributes:
        pictures: how many were shown as declared.
        right: how many of them were answered rightly.
        kind: `logits`, `probabilities` (rows sum to 1) or `not finite`.
        flags: `normalisation` or `class_order`, where another one is far better.
        notes: sentences on what a reader should know and that is no flag.
    """

    pictures: int
    right: int
    kind: str
    flags: tuple[Flag, ...]
    notes: tuple[str, ...]


def choose(
    digests: Sequence[str], labels: npt.NDArray[np.int64], groups: Sequence[str], per_class: int
) -> npt.NDArray[np.int64]:
    """Return pictures of different persons, the same number of each class, in the order of their digests.

    Args:
        digests: pixel digest of each picture.
        labels: class of each.
        groups: person of each; "" where unknown.
        per_class: at most so many of each class.

    Returns:
        Positions; the first ones of every class come first, so that a smaller choice begins a larger one.
    """
    seen: set[str] = set()
    members: dict[int, list[int]] = {int(label): [] for label in np.unique(labels)}
    for position in sorted(range(len(digests)), key=lambda i: digests[i]):
        group = groups[position]
        if group and group in seen:
            continue
        seen.add(group)
        members[int(labels[position])].append(position)
    fewest = min([per_class, *(len(one) for one in members.values())]) if members else 0
    return np.array([one[turn] for turn in range(fewest) for one in members.values()], dtype=np.int64)


def preflight(
    session: ModelSession,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    declared: Preprocessing,
    classes: Sequence[str],
) -> Preflight:
    """Look at a model; see the module for what is found and when.

    Args:
        session: nothing under way.
        images: as `choose` chose them, shape (n, 224, 224, 3).
        labels: their class numbers.
        declared: what the model is said to expect.
        classes: the dataset's classes, in order.
    """
    logits = run_all(session, images)
    right = answers(logits) == labels
    others = [one for one in COMMON if not _same(one, declared)]
    tried = len(others) + math.factorial(len(classes)) - 1
    found_better = [
        _normalisation(session, images, labels, right, others, tried),
        _class_order(logits, labels, right, declared, classes, tried),
    ]
    # swapped channels may look like swapped classes, and the other way round: the better one is said
    flags = [better.flag for better in sorted(filter(None, found_better), key=lambda one: -one.right)[:1]]
    kind, notes = _kind(logits)
    chance = 1 / len(classes)
    found = int(right.sum())
    if len(labels) and not flags and at_least(found, len(labels), chance) > NEAR_CHANCE:
        notes.append(
            f"{found} of {len(labels)} clean pictures are answered rightly, no more than guessing gives "
            f"({100 * chance:.0f} %). Check the weights, the preprocessing and the order of the classes"
        )
    return Preflight(len(labels), found, kind, tuple(flags), tuple(notes))


def run_all(
    session: ModelSession, images: npt.NDArray[np.uint8], other: Normalisation | None = None
) -> Logits:
    """Return the logits of any number of pictures, as declared or under another normalisation."""
    size = session.images.shape[1]
    parts = []
    for start in range(0, len(images), size):
        part = images[start : start + size]
        session.images[0, : len(part)] = part[..., ::-1] if other is not None and other.bgr else part
        if other is None:
            session.submit(0, len(part))
        else:
            session.submit(0, len(part), (other.mean, other.std))
        parts.append(session.collect()[1])
    return np.concatenate(parts) if parts else np.empty((0, 0), dtype=np.float32)


def _same(one: Normalisation, declared: Preprocessing) -> bool:
    return not one.bgr and np.allclose([one.mean, one.std], [declared.mean, declared.std], atol=1e-3)


class _Better(NamedTuple):
    """An alternative that is far better, and on how many pictures it is right."""

    right: int
    flag: Flag


def _normalisation(
    session: ModelSession,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    right: npt.NDArray[np.bool_],
    others: Sequence[Normalisation],
    tried: int,
) -> _Better | None:
    """Return the best other normalisation, if it is far better."""
    first = min(len(labels), FIRST_PER_CLASS * len(np.unique(labels)))
    best: _Better | None = None
    for other in others:
        early = answers(run_all(session, images[:first], other)) == labels[:first]
        wins, losses = wins_and_losses(early, right[:first])
        if 8 * (wins - losses) < first:
            continue
        late = (
            answers(run_all(session, images[first:], other)) == labels[first:] if first < len(labels) else []
        )
        now = np.concatenate([early, np.asarray(late, dtype=np.bool_)])
        p_value = _p_value(now, right, tried, len(np.unique(labels)))
        if p_value is None or (best is not None and int(now.sum()) <= best.right):
            continue
        numbers = f"mean = {_list(other.mean)}, std = {_list(other.std)}"
        advice = (
            "Swap the channels in the model itself: hzbench gives RGB"
            if other.bgr
            else f"If so, declare {numbers} in submission.toml"
        )
        detail = f"looks like it was trained with {other.title}: {_gain(now, right, p_value)}. {advice}"
        best = _Better(int(now.sum()), Flag("normalisation", detail))
    return best


def _class_order(
    logits: Logits,
    labels: npt.NDArray[np.int64],
    right: npt.NDArray[np.bool_],
    declared: Preprocessing,
    classes: Sequence[str],
    tried: int,
) -> _Better | None:
    """Return the order of classes that fits the answers best, if it is far better."""
    from scipy.optimize import linear_sum_assignment

    answered = answers(logits)
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)  # truth, answer
    np.add.at(counts, (labels[answered >= 0], answered[answered >= 0]), 1)
    truth, column = linear_sum_assignment(-counts)
    meaning = np.empty(len(classes), dtype=np.int64)
    meaning[column] = truth  # class that each column stands for
    now = (answered >= 0) & (meaning[answered] == labels)
    p_value = _p_value(now, right, tried, len(classes))
    if p_value is None:
        return None
    means = {classes[number]: classes[int(meaning[number])] for number in range(len(classes))}
    order = [means[name] for name in declared.classes or classes]
    detail = (
        f"looks like its outputs are {', '.join(order)}, in this order: {_gain(now, right, p_value)}. "
        "If so, declare them as classes in submission.toml"
    )
    return _Better(int(now.sum()), Flag("class_order", detail))


def _p_value(
    now: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_], tried: int, classes: int
) -> float | None:
    """Return the p-value, corrected for the number of alternatives, where all rules are met; else None."""
    n = len(right)
    if not n or now.sum() - right.sum() < GAIN * n or now.sum() < (1 / classes + GAIN) * n:
        return None
    p_value = tried * sign_test(*wins_and_losses(now, right))
    return p_value if p_value <= FALSE_FINDINGS else None


def _gain(now: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_], p_value: float) -> str:
    gain = 100 * (now.mean() - right.mean())
    return (
        f"{100 * now.mean():.0f} % of {len(now)} clean pictures right, {100 * right.mean():.0f} % as declared"
        f" (+{gain:.0f} points, p = {p_value:.0e})"
    )


def _kind(logits: Logits) -> tuple[str, list[str]]:
    """Say what the outputs are."""
    if not logits.size or not np.isfinite(logits).all():
        return "not finite", ["the outputs are not finite"] if logits.size else []
    sums = logits.sum(axis=1, dtype=np.float64)
    if (logits >= 0).all() and (np.abs(sums - 1) <= SUM_TOLERANCE).all():
        return "probabilities", [
            "the outputs are probabilities already (they sum to 1). The answers are right all the same, but "
            "hzbench takes the softmax of logits, so that calibration (ECE, Brier, NLL) comes out wrong. "
            "Leave the softmax out of the model"
        ]
    return "logits", []


def _list(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:.4g}" for value in values) + "]"
