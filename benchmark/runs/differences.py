"""Say in a few words how two descriptions of runs differ."""

from __future__ import annotations

from pydantic import JsonValue

from hzbench.benchmark.runs.parts import Facts

_SHOWN = 40  # letters of a value
_LISTED = 3  # differences that are named


def differences(there: Facts, here: Facts) -> str:
    """Return how two descriptions differ, such as `draw is 0 there, 7 here`; "" where they agree.

    >>> differences({"draw": 0, "limit": None}, {"draw": 7, "limit": None})
    'draw is 0 there, 7 here'
    """
    names = (*here, *(name for name in there if name not in here))
    found = [
        f"{name.replace('_', ' ')} is {_shown(there.get(name))} there, {_shown(here.get(name))} here"
        for name in names
        if there.get(name) != here.get(name)
    ]
    more = f"; and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return "; ".join(found[:_LISTED]) + more


def _shown(value: JsonValue) -> str:
    """Return a value in a few letters; digests keep their first eight."""
    if value is None:
        return "none"
    if isinstance(value, str) and len(value) == 64:
        return value[:8]
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
