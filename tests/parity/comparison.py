"""How far one cell of hzbench lies from the original's, with the same random fields and with free ones."""

import types
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import skimage
from fields import fields
from original import injected, original
from PIL import Image

from hzbench.corruptions import corrupt_cell, pixel_digest
from hzbench.corruptions.random_stream import RandomStream

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "retina.jpg", "ihc.png", "motorcycle_left.png")

Picture = npt.NDArray[np.uint8]


class Difference(NamedTuple):
    """hzbench against the original, random fields being equal, in grey levels."""

    largest: int
    mean: float  # of the absolute differences
    share: float  # of values that differ


class Law(NamedTuple):
    """What the damage of one cell looks like, random fields being free."""

    mean: float  # of the damage (corrupted - clean), grey levels
    deviation: float  # standard deviation of the damage, grey levels
    psnr: float  # decibels
    spectrum: tuple[float, ...]  # power of the damage in four rings of spatial frequency, decibels


def photographs() -> dict[str, Picture]:
    """Return the photographs that ship inside scikit-image, by name, cut to squares of 224 pixels."""
    pictures = {}
    for name in PHOTOGRAPHS:
        path = Path(skimage.__file__).parent / "data" / name
        if path.is_file():
            picture = Image.open(path).convert("RGB")
            side = min(picture.size)
            left, top = (picture.width - side) // 2, (picture.height - side) // 2
            square = picture.crop((left, top, left + side, top + side))
            pictures[name] = np.array(square.resize((224, 224), Image.Resampling.BICUBIC))
    return pictures


def difference(module: types.ModuleType, name: str, severity: int, pictures: list[Picture]) -> Difference:
    """Return how far both sides lie apart on some pictures when they draw the same random fields."""
    apart = []
    for picture in pictures:
        stream = RandomStream.for_cell(name, severity, 0, pixel_digest(picture))
        with injected(**fields(name, picture.shape[:2], severity, stream)):
            expected = original(module, name, picture, severity)
        found = corrupt_cell(picture, name, severity)
        apart.append(np.abs(found.astype(int) - expected))
    levels = np.array(apart)
    return Difference(int(levels.max()), float(levels.mean()), float((levels > 0).mean()))


def law(pictures: list[Picture], corrupted: list[Picture]) -> Law:
    """Return the damage's statistics over pairs of clean and corrupted pictures."""
    damage = np.array(corrupted).astype(float) - np.array(pictures)
    power = (np.abs(np.fft.fft2(damage, axes=(1, 2))) ** 2).mean(axis=(0, 3)) / damage[0, :, :, 0].size
    frequency = np.hypot(*np.meshgrid(*(np.fft.fftfreq(side) for side in power.shape), indexing="ij"))
    edges = (0.0, 0.0625, 0.125, 0.25, 0.5)
    rings = [power[(frequency > low) & (frequency <= high)].mean() for low, high in pairwise(edges)]
    return Law(
        float(damage.mean()),
        float(damage.std()),
        float(10 * np.log10(255**2 / (damage**2).mean())),
        tuple(float(10 * np.log10(ring)) for ring in rings),
    )
