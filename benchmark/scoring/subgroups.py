"""Error, zoster sensitivity and specificity of some clean pictures, each with Wilson's interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.bootstrap import Interval
from hzbench.benchmark.scoring.operating_point import OperatingPoint, focus_scores
from hzbench.benchmark.scoring.predictions import NO_ANSWER, answers
from hzbench.benchmark.scoring.proportions import Share, share

Mask = npt.NDArray[np.bool_]


class Subgroup(NamedTuple):
    """Numbers of some pictures; a share is None where fewer than `smallest` pictures count towards it."""

    n: int
    error: float | None
    error_interval: Interval | None
    n_hz: int
    sensitivity_hz: float | None  # by the highest probability
    sensitivity_hz_interval: Interval | None
    specificity_hz: float | None  # by the highest probability; 1 - this is the share of false alarms
    specificity_hz_interval: Interval | None
    operating_sensitivity_hz: float | None  # at the operating point
    operating_sensitivity_hz_interval: Interval | None
    operating_specificity_hz: float | None
    operating_specificity_hz_interval: Interval | None


def subgroup(
    labels: npt.NDArray[np.int64],
    probabilities: npt.NDArray[np.float32],
    focus: int,
    point: OperatingPoint | None,
    *,
    groups: Sequence[str] | None = None,
    smallest: int = 1,
) -> Subgroup:
    """Return the numbers of n pictures.

    Args:
        labels: class numbers, shape (n,).
        probabilities: on the clean pictures, shape (n, C).
        focus: class number of the focus class.
        point: the operating point, or None.
        groups: person of each picture, "" where unknown; None: of every one.
        smallest: shares of fewer pictures than this are not given.
    """
    persons = np.array([""] * labels.size if groups is None else groups, dtype=object)
    answered, is_focus = answers(probabilities), labels == focus
    passed = (answered != focus) & (answered != NO_ANSWER)

    def of(events: Mask, members: Mask) -> Share:
        return share(events[members], persons[members].tolist(), smallest=smallest)

    operating_hit = operating_pass = Share(None, None)
    if point is not None:
        called = focus_scores(probabilities, labels, focus) >= point.threshold
        operating_hit, operating_pass = of(called, is_focus), of(~called, ~is_focus)
    return Subgroup(
        int(labels.size),
        *of(answered != labels, np.ones_like(is_focus)),
        int(is_focus.sum()),
        *of(answered == focus, is_focus),
        *of(passed, ~is_focus),
        *operating_hit,
        *operating_pass,
    )


def condition_members(conditions: Sequence[str]) -> dict[str, Mask]:
    """Return which pictures belong to each condition, in the order of their first appearance.

    Where every condition has two factors, the pictures of each single factor follow, the other one written
    as `*`: `dim/close-up`, ..., `dim/*`, ..., `*/close-up`, ... Pictures without a condition belong to none.

    >>> list(condition_members(["dim/near", "dim/far", "", "bright/near"]))
    ['dim/near', 'dim/far', 'bright/near', 'dim/*', 'bright/*', '*/near', '*/far']
    """
    texts = np.array(conditions, dtype=object)
    names = [name for name in dict.fromkeys(conditions) if name]
    members = {name: np.asarray(texts == name, dtype=np.bool_) for name in names}
    factors = [name.split("/") for name in names]
    if len(names) < 2 or any(len(parts) != 2 for parts in factors):
        return members
    for position, pattern in ((0, "{}/*"), (1, "*/{}")):
        for factor in dict.fromkeys(parts[position] for parts in factors):
            chosen = [name for name, parts in zip(names, factors, strict=True) if parts[position] == factor]
            members[pattern.format(factor)] = np.logical_or.reduce([members[name] for name in chosen])
    return members
