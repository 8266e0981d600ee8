"""The 76 test sets of the suite in the one order that every array of predictions follows."""

from __future__ import annotations

from typing import NamedTuple

from hzbench.corruptions.registry import CORRUPTIONS, SEVERITIES


class Cell(NamedTuple):
    """One test set: a corruption at a severity, or the clean pictures (None, 0)."""

    corruption: str | None
    severity: int

    @property
    def title(self) -> str:
        """The name shown to people, such as `fog 3` or `clean`."""
        return "clean" if self.corruption is None else f"{self.corruption} {self.severity}"


CORRUPTION_NAMES: tuple[str, ...] = tuple(CORRUPTIONS)  # in published column order

CLEAN = Cell(None, 0)
CORRUPTED_CELLS: tuple[Cell, ...] = tuple(
    Cell(name, severity) for name in CORRUPTION_NAMES for severity in SEVERITIES
)
ALL_CELLS: tuple[Cell, ...] = (CLEAN, *CORRUPTED_CELLS)  # 76: clean, then corruption by corruption
