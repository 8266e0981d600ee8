"""Cells of SD-HZ-C: one corruption at one severity, and how the command line writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hzbench.benchmark.errors import DataError, closest
from hzbench.corruptions import CORRUPTIONS, SEVERITIES, get_corruption_names


class Cell(NamedTuple):
    """One corruption at one severity; as text `fog:3`."""

    corruption: str
    severity: int

    def __str__(self) -> str:
        """Return `corruption:severity`."""
        return f"{self.corruption}:{self.severity}"


def all_cells() -> tuple[Cell, ...]:
    """Return the cells of SD-HZ-C, corruption by corruption in published order, severities ascending."""
    return tuple(Cell(name, severity) for name in CORRUPTIONS for severity in SEVERITIES)


def parse_cells(texts: Iterable[str] | None) -> tuple[Cell, ...]:
    """Return the cells that are named, each once, in published order.

    Args:
        texts: `fog:3` (one cell), `fog` (its five severities), or several of these with commas between;
            validation corruptions too. None or nothing means all of SD-HZ-C.

    Raises:
        DataError: an unknown corruption or severity.
    """
    wanted = [part.strip() for text in texts or () for part in text.split(",") if part.strip()]
    if not wanted:
        return all_cells()
    names = get_corruption_names("all")
    chosen: set[Cell] = set()
    for text in wanted:
        name, colon, number = text.partition(":")
        if name not in names:
            raise DataError(f"unknown corruption {name!r} in cell {text!r}.{closest(name, names)}")
        if colon and number not in {str(severity) for severity in SEVERITIES}:
            raise DataError(f"unknown severity {number!r} in cell {text!r}; expected {name}:1 to {name}:5")
        chosen |= {Cell(name, int(number))} if colon else {Cell(name, severity) for severity in SEVERITIES}
    return tuple(
        Cell(name, severity) for name in names for severity in SEVERITIES if (name, severity) in chosen
    )
