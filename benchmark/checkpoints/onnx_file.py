"""Static rules of an ONNX file."""

from __future__ import annotations

from pathlib import Path
from typing import IO


def admit_onnx(path: Path, stream: IO[bytes]) -> None:
    """Hold an ONNX file against its rules."""
