"""What dermatologists said of one SCIN case: its class by the weighted labels, and its skin type."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import NamedTuple

from hzbench.benchmark.data.dataset import STANDARD_FOCUS_CLASS
from hzbench.benchmark.data.index import SKIN_TYPES
from hzbench.benchmark.data.sources.placing import Placer

WEIGHTS = "weighted_skin_condition_label"
GRADABLE = tuple(f"dermatologist_gradable_for_skin_condition_{number}" for number in (1, 2, 3))
ESTIMATES = tuple(f"dermatologist_fitzpatrick_skin_type_label_{number}" for number in (1, 2, 3))
SELF_REPORT = "fitzpatrick_skin_type"
SKIN_TYPE_RULE = (
    "the median of the dermatologists' estimates, the darker of two in the middle; "
    "the case's own report where there is none"
)
ROUNDING = 1e-6  # weights are printed with two digits, and 0.5 may be a sum that is a hair less


class Judged(NamedTuple):
    """A case's class, or why it has none.

    Attributes:
        label: class name; empty when the case is left out.
        condition: what the dermatologists call it.
        reason: why the case is left out, in the words of the report.
        detail: more of it.
        focus_elsewhere: the case is of another class and somebody named herpes zoster too.
    """

    label: str = ""
    condition: str = ""
    reason: str = ""
    detail: str = ""
    focus_elsewhere: bool = False


def judge(row: Mapping[str, str], placer: Placer, threshold: float) -> Judged:
    """Return the class of a case.

    Args:
        row: of scin_labels.csv.
        placer: conditions to classes.
        threshold: the least weight of the best condition, 0-1.
    """
    text = row.get(WEIGHTS, "")
    weights = _weights(text)
    if weights is None:
        return Judged(reason="label that cannot be read", detail=f"{WEIGHTS} is {text[:80]!r}")
    if not weights:
        gradable = any(_yes(row.get(column, "")) for column in GRADABLE)
        return Judged(reason="gradable case without a label" if gradable else "case without a label")
    best = max(weights.values())
    top = sorted(name for name, weight in weights.items() if weight >= best - ROUNDING)
    if best < threshold - ROUNDING:
        return Judged(reason="below the label threshold", detail=f"{top[0]} {best:.2f}")
    places = {name: placer.place(name, f"condition {name}") for name in top}
    unplaced = next((place for place in places.values() if not place.label), None)
    if unplaced is not None:
        return Judged(reason=unplaced.reason, detail=f"{top[0]}: {unplaced.detail}")
    labels = {place.label for place in places.values()}
    if len(labels) > 1:
        return Judged(reason="tie between classes", detail=" and ".join(top))
    label = labels.pop()
    focus = any(
        placer.class_map.names_class(name, STANDARD_FOCUS_CLASS) for name in weights if name not in places
    )
    return Judged(label, top[0], focus_elsewhere=focus and label != STANDARD_FOCUS_CLASS)


def skin_type(case: Mapping[str, str], labels: Mapping[str, str]) -> tuple[str, str]:
    """Return (`I` to `VI` or empty, who says so), by `SKIN_TYPE_RULE`.

    Args:
        case: row of scin_cases.csv.
        labels: row of scin_labels.csv; either may lack the columns.
    """
    estimates = sorted(filter(None, (_type(labels.get(column, "")) for column in ESTIMATES)))
    if estimates:
        return SKIN_TYPES[estimates[len(estimates) // 2] - 1], "by dermatologists"
    own = _type(case.get(SELF_REPORT, ""))
    return (SKIN_TYPES[own - 1], "self-reported") if own else ("", "unknown")


def _type(text: str) -> int:
    """Return 1-6 of `FST1` to `FST6`; 0 for everything else, such as NONE_IDENTIFIED."""
    match = re.fullmatch(r"FST([1-6])", text.strip().upper())
    return int(match[1]) if match else 0


def _yes(text: str) -> bool:
    """Return whether a dermatologist could judge the case, as releases have written it."""
    return text.upper().startswith(("DEFAULT_YES", "YES", "TRUE"))


def _weights(text: str) -> dict[str, float] | None:
    """Return {condition: weight} of a dict written as text; None where it is not one."""
    if not text:
        return {}
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if not isinstance(value, dict):
        return {} if value in ([], ()) else None
    numbers = all(
        isinstance(weight, int | float) and 0 <= weight <= 1 + ROUNDING for weight in value.values()
    )
    if not numbers or not all(isinstance(name, str) and name.strip() for name in value):
        return None
    return {name.strip(): float(weight) for name, weight in value.items()}
