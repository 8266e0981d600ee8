"""Small changes of real files, at the level of bytes and at the level of their structure."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

KINDS = ("replace", "insert", "delete", "flip", "repeat", "swap")
STRANGE: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        1 << 31,
        1 << 63,
        1 << 64,
        -(1 << 63),
        1e308,
        0.5,
        "",
        "0",
        "a",
        "__class__",
    ),
    *("../x", "\x00", "\u202e", "9" * 5000, "Symbol('s0')", [], {}, [[]], [None], {"a": 1}, {"": ""}),
)
"""Values that stand where others were expected."""


class Edit(NamedTuple):
    """One change: where (taken modulo what there is), of which kind, and with what."""

    place: int
    kind: str
    data: bytes


def edits(most: int = 5) -> st.SearchStrategy[list[Edit]]:
    """Draw a few edits."""
    edit = st.builds(Edit, st.integers(0, 1 << 32), st.sampled_from(KINDS), st.binary(max_size=9))
    return st.lists(edit, min_size=1, max_size=most)


def edited(data: bytes, changes: Sequence[Edit]) -> bytes:
    """Return bytes with every edit made, one after the other."""
    for place, kind, new in changes:
        at = place % (len(data) + 1)
        if kind == "insert":
            data = data[:at] + new + data[at:]
        elif kind == "replace":
            data = data[:at] + new + data[at + len(new) :]
        elif kind == "delete":
            data = data[:at] + data[at + 1 + len(new) :]
        elif kind == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << len(new) % 8)]) + data[at + 1 :]
        elif kind == "repeat":
            data = data[:at] + data[at : at + 16] * (1 + len(new) * 20) + data[at:]
        elif kind == "swap":
            middle = (at + len(data)) // 2
            data = data[:at] + data[middle:] + data[at:middle]
    return data


def edited_json(value: Any, changes: Sequence[Edit]) -> Any:
    """Return a JSON value with other values, keys and lengths at drawn places."""
    value = copy.deepcopy(value)
    for place, kind, new in changes:
        holders = _holders(value)
        if not holders:
            return copy.deepcopy(STRANGE[place % len(STRANGE)])
        holder, key = holders[place % len(holders)]
        strange = copy.deepcopy(STRANGE[(place // 7 + len(new)) % len(STRANGE)])
        if kind == "delete":
            del holder[key]
        elif kind in {"insert", "repeat"} and isinstance(holder, list):
            holder.extend([holder[key]] * (1 + len(new)) if kind == "repeat" else [strange])
        elif kind in {"insert", "swap"} and isinstance(holder, dict):
            holder[new.decode("latin1")] = holder[key] if kind == "swap" else strange
        elif isinstance(holder[key], str) and kind == "flip":
            holder[key] = edited(holder[key].encode(), [Edit(place, "replace", new)]).decode(
                "utf-8", "replace"
            )
        else:
            holder[key] = strange
    return value


def _holders(value: Any) -> list[tuple[Any, Any]]:
    """Return every (list or dictionary, index or key) in a value; a few thousand at most."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting and len(found) < 5000:
        current = waiting.pop()
        keys: Any = ()
        if isinstance(current, dict):
            keys = list(current)
        elif isinstance(current, list):
            keys = range(len(current))
        for key in keys:
            found.append((current, key))
            waiting.append(current[key])
    return found


def as_json(value: Any) -> bytes:
    """Return a value as JSON, strange numbers included."""
    return json.dumps(value).encode()
