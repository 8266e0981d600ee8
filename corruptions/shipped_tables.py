"""Read the tables of numbers that ship with the package, each checked against its recorded digest."""

import hashlib
import io
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parent / "tables"


@lru_cache(maxsize=1)
def recorded_digests() -> dict[str, str]:
    """Return {file name: SHA-256} of all tables, from tables/SHA256SUMS."""
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


@cache
def load_table(name: str) -> npt.NDArray[Any]:
    """Return the table in tables/`name`.npy, read-only.

    Raises:
        ValueError: the file's digest is not the recorded one.
    """
    content = (FOLDER / f"{name}.npy").read_bytes()
    found, expected = hashlib.sha256(content).hexdigest(), recorded_digests()[f"{name}.npy"]
    if found != expected:
        raise ValueError(
            f"{FOLDER / name}.npy has SHA-256 {found}, expected {expected}; reinstall it with: "
            "pip install --force-reinstall --no-deps hzbench"
        )
    table: npt.NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    table.setflags(write=False)
    return table
