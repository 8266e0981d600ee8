"""AugMix: random chains of nine simple operations, mixed with the picture.

Source: Hendrycks et al. 2020, "AugMix: a simple data processing method to improve robustness and
uncertainty", arXiv 1912.02781, and the authors' code for the operations' ranges. The operations that resemble
test corruptions (colour, contrast, brightness, sharpness) are left out, as the authors do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageOps

from hzbench.submissions.augmentations.chains import Image, Operation, mix_chains

SMALLEST_LEVEL = 0.1  # a level is drawn from 0.1 to the severity
HIGHEST_LEVEL = 10  # at which an operation reaches its full range
Picture = PIL.Image.Image
Bilinear = PIL.Image.Resampling.BILINEAR


def augmix(
    image: Image,
    random: np.random.Generator,
    *,
    severity: float = 1.0,
    width: int = 3,
    depth: int = 0,
    alpha: float = 1.0,
) -> Image:
    """Return an AugMix view of a picture.

    Args:
        image: uint8 (H, W, 3); not modified.
        random: the only randomness.
        severity: largest level of an operation, of 10; the authors take 1 at 224 pixels and 3 at 32.
        width: number of chains.
        depth: operations in a chain; 0 draws 1, 2 or 3.
        alpha: concentration of the Dirichlet and Beta weights.
    """
    operations: list[Operation] = [partial(_on_array, name, severity) for name in OPERATIONS]
    return mix_chains(image, random, operations, width=width, depth=depth, alpha=alpha)


def _on_array(name: str, severity: float, image: Image, random: np.random.Generator) -> Image:
    level = random.uniform(SMALLEST_LEVEL, severity) / HIGHEST_LEVEL
    return np.asarray(OPERATIONS[name](PIL.Image.fromarray(image), level, random))


def _either_way(value: float, random: np.random.Generator) -> float:
    return -value if random.random() > 0.5 else value


def _affine(picture: Picture, *coefficients: float) -> Picture:
    return picture.transform(picture.size, PIL.Image.Transform.AFFINE, data=coefficients, resample=Bilinear)


def _shift(picture: Picture, x: float, y: float) -> Picture:
    """Return the picture moved by whole pixels, black behind it; nothing has to be interpolated."""
    return picture.transform(picture.size, PIL.Image.Transform.AFFINE, data=(1, 0, x, 0, 1, y))


def autocontrast(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Stretch each channel to the full range; no level."""
    return PIL.ImageOps.autocontrast(picture)


def equalize(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Flatten each channel's histogram; no level."""
    return PIL.ImageOps.equalize(picture)


def posterize(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Keep 4 of 8 bits, at full level none."""
    return PIL.ImageOps.posterize(picture, 4 - int(4 * level))


def rotate(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Turn by up to 30 degrees either way, whole degrees, black corners."""
    return picture.rotate(_either_way(int(30 * level), random), resample=Bilinear)


def solarize(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Invert the values from 256 down to 0 at full level."""
    return PIL.ImageOps.solarize(picture, 256 - int(256 * level))


def shear_x(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Slant rows by up to 0.3 pixels a pixel."""
    return _affine(picture, 1, _either_way(0.3 * level, random), 0, 0, 1, 0)


def shear_y(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Slant columns by up to 0.3 pixels a pixel."""
    return _affine(picture, 1, 0, 0, _either_way(0.3 * level, random), 1, 0)


def translate_x(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Shift by up to a third of the width, whole pixels."""
    return _shift(picture, _either_way(int(picture.width / 3 * level), random), 0)


def translate_y(picture: Picture, level: float, random: np.random.Generator) -> Picture:
    """Shift by up to a third of the height, whole pixels."""
    return _shift(picture, 0, _either_way(int(picture.height / 3 * level), random))


OPERATIONS: Mapping[str, Callable[[Picture, float, np.random.Generator], Any]] = {
    "autocontrast": autocontrast,
    "equalize": equalize,
    "posterize": posterize,
    "rotate": rotate,
    "solarize": solarize,
    "shear_x": shear_x,
    "shear_y": shear_y,
    "translate_x": translate_x,
    "translate_y": translate_y,
}
"""The published set, each with a level from 0 to 1; none of ImageNet-C's corruptions is among them."""
