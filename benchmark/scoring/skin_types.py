"""Error and zoster sensitivity by skin type, with Wilson intervals, and nothing said about few pictures."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.scoring.bootstrap import Interval
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.proportions import share

SKIN_TYPE_GROUPS: dict[str, tuple[str, ...]] = {
    "I-II": ("I", "II"),
    "III-IV": ("III", "IV"),
    "V-VI": ("V", "VI"),
}
SMALLEST_GROUP = 20  # pictures; below this a share is too uncertain to be printed
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V", "6": "VI"}


class GroupNumbers(NamedTuple):
    """Numbers of one skin-type group; None where it has too few pictures."""

    n: int
    error: float | None  # on the clean pictures
    error_interval: Interval | None
    corrupted_error: float | None  # mean over the 75 cells
    n_hz: int
    sensitivity_hz: float | None  # on the clean pictures, by the highest probability
    sensitivity_hz_interval: Interval | None
    corrupted_sensitivity_hz: float | None  # mean over the 75 cells


def skin_type_group(skin_type: str) -> str | None:
    """Return `I-II`, `III-IV` or `V-VI` for a Fitzpatrick type (`IV`, `4`, `FST4`), else None."""
    plain = re.sub(r"^FST[ _]?", "", skin_type.strip().upper())
    roman = _ROMAN.get(plain, plain)
    for group, members in SKIN_TYPE_GROUPS.items():
        if roman in members or roman == group:
            return group
    return None


def skin_type_numbers(predictions: Predictions) -> dict[str, GroupNumbers]:
    """Return the numbers of each skin-type group; empty where no picture has a known skin type."""
    groups = np.array([skin_type_group(skin_type) or "" for skin_type in predictions.skin_types])
    if not (groups != "").any():
        return {}
    is_focus = predictions.labels == predictions.focus
    wrong = predictions.answers != predictions.labels
    persons = np.array(predictions.groups, dtype=object)
    return {group: _numbers(wrong, groups == group, is_focus, persons) for group in SKIN_TYPE_GROUPS}


def _numbers(
    wrong: npt.NDArray[np.bool_],
    members: npt.NDArray[np.bool_],
    is_focus: npt.NDArray[np.bool_],
    persons: npt.NDArray[np.object_],
) -> GroupNumbers:
    found = members & is_focus
    error, error_interval, corrupted = _share(wrong[:, members], persons[members].tolist())
    hit, hit_interval, corrupted_hit = _share(~wrong[:, found], persons[found].tolist())
    return GroupNumbers(
        n=int(members.sum()),
        error=error,
        error_interval=error_interval,
        corrupted_error=corrupted,
        n_hz=int(found.sum()),
        sensitivity_hz=hit,
        sensitivity_hz_interval=hit_interval,
        corrupted_sensitivity_hz=corrupted_hit,
    )


def _share(
    events: npt.NDArray[np.bool_], persons: list[str]
) -> tuple[float | None, Interval | None, float | None]:
    """Return the share on clean pictures, its interval and the mean share on the 75 cells, from (76, n)."""
    clean = share(events[0], persons, smallest=SMALLEST_GROUP)
    return (*clean, None if clean.value is None else float(events[1:].mean()))
