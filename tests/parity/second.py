"""A second oracle, imagecorruptions-imaug, which owns the folder of imagecorruptions: never both together."""

import importlib
import importlib.metadata
import types
from typing import NamedTuple

import numpy as np
from comparison import Difference, Picture
from fields import fields
from original import injected
from PIL import Image

from hzbench.corruptions import SEVERITIES, corrupt_cell, pixel_digest
from hzbench.corruptions.random_stream import RandomStream

EQUAL = (
    "gaussian_noise",
    "shot_noise",
    "impulse_noise",
    "defocus_blur",
    "motion_blur",
    "zoom_blur",
    "fog",
    "brightness",
    "contrast",
    "pixelate",
    "jpeg_compression",
)  # same definition as the original's, and random fields can be injected
FREE = ("glass_blur",)  # its random numbers are drawn inside compiled code
ELSEWHERE = ("snow", "frost", "elastic_transform")  # defined differently: see docs/fidelity.md


class Cell(NamedTuple):
    """One cell of the comparison."""

    corruption: str
    severity: int


CELLS = tuple(Cell(name, severity) for name in EQUAL for severity in SEVERITIES)


def missing() -> str:
    """Return why the second oracle can't run here, or an empty string."""
    try:
        importlib.metadata.version("imagecorruptions-imaug")
        importlib.import_module("imagecorruptions.corruptions")
    except ImportError as error:  # PackageNotFoundError is one
        return f"the second oracle is imagecorruptions-imaug ({error}): run it with tox -e second-oracle"
    return ""


def load() -> types.ModuleType:
    """Import the module with the second oracle's functions."""
    return importlib.import_module("imagecorruptions.corruptions")


def second(module: types.ModuleType, cell: Cell, picture: Picture) -> Picture:
    """Return what the second oracle makes of a picture, uint8, values truncated as it does."""
    return np.uint8(getattr(module, cell.corruption)(Image.fromarray(picture), cell.severity))  # type: ignore[return-value]


def difference(module: types.ModuleType, cell: Cell, pictures: list[Picture]) -> Difference:
    """Return how far both sides lie apart on some pictures when they draw the same random fields."""
    apart = []
    for picture in pictures:
        stream = RandomStream.for_cell(cell.corruption, cell.severity, 0, pixel_digest(picture))
        with injected(**fields(cell.corruption, picture.shape[:2], cell.severity, stream)):
            expected = second(module, cell, picture)
        apart.append(np.abs(corrupt_cell(picture, *cell).astype(int) - expected))
    levels = np.array(apart)
    return Difference(int(levels.max()), float(levels.mean()), float((levels > 0).mean()))
