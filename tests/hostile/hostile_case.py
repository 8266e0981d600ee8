"""One hostile file: its bytes, the verdict it must meet, and what tells that it was run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HARMLESS = "admitted, harmless"
"""The verdict on a file that no rule forbids and that does nothing when it is loaded in the worker."""

ANY_REFUSAL = "any rule"
"""The verdict on a file that several rules may refuse."""


@dataclass(frozen=True)
class Case:
    """A file of the set.

    Attributes:
        name: unique, a file name without its ending.
        format: what it pretends to be: state_dict, legacy, safetensors, onnx, torchscript, pt2 or other.
        data: its bytes.
        verdict: name of the rule that must refuse it, or `HARMLESS`.
        marker: the file that a payload would make; None where the file attacks otherwise.
        ending: of its file name, as a stranger would give it.
    """

    name: str
    format: str
    data: bytes
    verdict: str
    marker: Path | None = None
    ending: str = ".pt"

    def write(self, folder: Path) -> Path:
        """Write the file into a folder and return its path."""
        path = folder / (self.name + self.ending)
        path.write_bytes(self.data)
        return path
