"""The whole set, the same bytes for the same folder and seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import hostile_archives
import hostile_exports
import hostile_onnx
import hostile_pickles
import hostile_scripts
import hostile_tensors
from hostile_case import Case

SEED = 20_240


def cases(folder: Path, seed: int = SEED) -> Iterator[Case]:
    """Yield every case.

    Args:
        folder: where payloads make their markers; part of their bytes.
        seed: of the places and bits that are drawn.
    """
    parts = hostile_pickles, hostile_archives, hostile_tensors, hostile_onnx, hostile_scripts, hostile_exports
    for part in parts:
        yield from part.cases(folder, random.Random(f"{seed} {part.__name__}"))
