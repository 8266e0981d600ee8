"""Checks on how a model behaves that need the model itself: is an answer a function of its own picture alone?

Logits of one picture differ in the last bits between batch sizes and positions, since the fastest convolution
is chosen by shape. Differences count from `tolerance` on, about a thousandth of the spread of a picture's
logits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints.session import ModelSession

Logits = npt.NDArray[np.float32]

RELATIVE_TO_SPREAD = 1e-3
RELATIVE_TO_SIZE = 2e-6
"""About 16 units in the last place of float32: nothing smaller can be told from rounding."""

SINGLES = 4
"""Pictures that are also run alone."""


class Flag(NamedTuple):
    """A behaviour that makes an entry wait for review."""

    name: str
    detail: str


def probe(session: ModelSession, images: npt.NDArray[np.uint8]) -> list[Flag]:
    """Return the flags of all checks here.

    Args:
        session: nothing under way.
        images: 2 to 32 different pictures, shape (n, 224, 224, 3).
    """
    first = run(session, images)
    return [*nondeterminism(session, images, first), *batch_dependence(session, images, first)]


def nondeterminism(
    session: ModelSession, images: npt.NDArray[np.uint8], first: Logits | None = None
) -> list[Flag]:
    """Flag `nondeterminism`: the same batch twice gives different logits, in any bit.

    Args:
        session: nothing under way.
        images: shape (n, 224, 224, 3), at most 32.
        first: their logits, if known.
    """
    first = run(session, images) if first is None else first
    second = run(session, images)
    if np.array_equal(first, second, equal_nan=True):
        return []
    return [
        Flag("nondeterminism", f"the same batch twice: logits differ by up to {_largest(first, second):.2g}")
    ]


def batch_dependence(
    session: ModelSession, images: npt.NDArray[np.uint8], first: Logits | None = None
) -> list[Flag]:
    """Flag `batch_dependence`: logits of a picture change with the pictures beside it or with its position.

    Args:
        session: nothing under way.
        images: 2 to 32 different pictures, shape (n, 224, 224, 3).
        first: their logits, if known.
    """
    first = run(session, images) if first is None else first
    order = np.roll(np.arange(len(images)), 1)[::-1]
    permuted = np.empty_like(first)
    permuted[order] = run(session, images[order])
    alone = np.concatenate([run(session, images[i : i + 1]) for i in range(min(SINGLES, len(images)))])
    flags = []
    for what, other in (("in another order", permuted), ("alone", alone)):
        same = first[: len(other)]
        if not _agree(same, other):
            flags.append(
                Flag(
                    "batch_dependence",
                    f"the same pictures {what}: logits differ by up to {_largest(same, other):.2g}",
                )
            )
    return flags[:1]


def fresh_process(session: ModelSession, images: npt.NDArray[np.uint8], first: Logits) -> list[Flag]:
    """Flag `nondeterminism`: the same batch in a fresh process gives different logits, beyond rounding.

    Args:
        session: of the same checkpoint in another process.
        images: shape (n, 224, 224, 3), at most 32.
        first: their logits in the first process.
    """
    second = run(session, images)
    if _agree(first, second):
        return []
    difference = _largest(first, second)
    return [
        Flag("nondeterminism", f"the same batch in a fresh process: logits differ by up to {difference:.2g}")
    ]


def run(session: ModelSession, images: npt.NDArray[np.uint8]) -> Logits:
    """Return the logits of one batch of at most 32 pictures."""
    session.images[0, : len(images)] = images
    session.submit(0, len(images))
    return session.collect()[1]


def tolerance(logits: Logits) -> npt.NDArray[np.float64]:
    """Return how far apart two logits of the same picture may be, one value a picture, shape (n, 1)."""
    finite = np.where(np.isfinite(logits), logits, 0).astype(np.float64)
    spread = finite.max(axis=1, keepdims=True) - finite.min(axis=1, keepdims=True)
    size = np.abs(finite).max(axis=1, keepdims=True)
    allowed: npt.NDArray[np.float64] = RELATIVE_TO_SPREAD * spread + RELATIVE_TO_SIZE * size
    return allowed


def _agree(first: Logits, second: Logits) -> bool:
    both = np.isfinite(first) & np.isfinite(second)
    close = np.abs(np.where(both, first, 0) - np.where(both, second, 0)) <= tolerance(first)
    same_odd = np.array_equal(np.where(both, 0, first), np.where(both, 0, second), equal_nan=True)
    return bool(close.all()) and same_odd


def _largest(first: Logits, second: Logits) -> float:
    both = np.isfinite(first) & np.isfinite(second)
    return float(np.abs(np.where(both, first, 0) - np.where(both, second, 0)).max(initial=0))
