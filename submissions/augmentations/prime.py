"""PRIME: random filters, colour maps and displacements of maximum entropy, mixed in chains as AugMix does.

Source: Modas et al. 2022, "PRIME: a few primitives can boost robustness to common corruptions", arXiv
2112.13547, and the authors' settings for ImageNet. Their displacements: Petrini et al. 2021, "Relative
stability toward diffeomorphisms indicates performance in deep nets", appendix, arXiv 2105.02468.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from hzbench.submissions.augmentations.chains import Image, Operation, mix_chains, to_uint8

Field = npt.NDArray[np.float32]

FILTER_SIDE = 3
LARGEST_FILTER_SIGMA = 4.0
HIGHEST_COLOUR_FREQUENCY = 500
COLOUR_BAND = 20  # frequencies in one map
LARGEST_COLOUR_VARIANCE = 0.05
CUT_OFFS = (2, 500)  # least and greatest number of a displacement's modes


def prime(image: Image, random: np.random.Generator, *, width: int = 3, depth: int = 0) -> Image:
    """Return a PRIME view of a picture.

    Args:
        image: uint8 (H, W, 3); not modified.
        random: the only randomness.
        width: number of chains.
        depth: operations in a chain; 0 draws 1, 2 or 3.
    """
    return mix_chains(image, random, OPERATIONS, width=width, depth=depth)


def filter_spectrum(image: Image, random: np.random.Generator) -> Image:
    """Convolve with a random 3 x 3 kernel: 1 in the centre plus noise, the same for all channels.

    The noise's standard deviation is drawn from 0 to 4. The surroundings of the picture are black. (The
    authors' code puts the 1 into the corner, which moves the picture by a pixel.)
    """
    sigma = random.uniform(0.0, LARGEST_FILTER_SIGMA)
    kernel = sigma * random.standard_normal((FILTER_SIDE, FILTER_SIDE))
    kernel[FILTER_SIDE // 2, FILTER_SIDE // 2] += 1.0
    return convolve(image, kernel)


def convolve(image: Image, kernel: npt.NDArray[np.float64]) -> Image:
    """Return the cross-correlation of each channel with a kernel, zeros around, clipped and rounded."""
    cv2 = import_opencv()
    return np.asarray(cv2.filter2D(image, cv2.CV_8U, kernel, borderType=cv2.BORDER_CONSTANT), np.uint8)


def map_colours(image: Image, random: np.random.Generator) -> Image:
    """Add sum_k b_k sin(pi k x) to each value x in [0, 1], with b_k ~ N(0, T) for each channel anew.

    T is drawn from 0 to 0.05; k runs over a band of at most 20 frequencies below a cut-off of at most 500.
    """
    cut_off = int(random.integers(1, HIGHEST_COLOUR_FREQUENCY + 1))
    variance = random.uniform(0.0, LARGEST_COLOUR_VARIANCE)
    lowest = int(random.integers(1, cut_off + 1))
    frequencies = np.arange(lowest, min(lowest + COLOUR_BAND, cut_off + 1))
    coefficients = math.sqrt(variance) * random.standard_normal((3, len(frequencies)))
    table = np.ascontiguousarray(colour_table(frequencies, coefficients).T)[None]
    return np.asarray(import_opencv().LUT(image, table), np.uint8)


def colour_table(frequencies: npt.NDArray[np.int64], coefficients: npt.NDArray[np.float64]) -> Image:
    """Return what each of the 256 values becomes in each channel, uint8 (3, 256).

    Args:
        frequencies: k, shape (n,).
        coefficients: b_k, shape (3, n).
    """
    values = np.arange(256) / 255
    waves = np.sin(np.pi * frequencies[:, None] * values[None, :])
    return to_uint8(((values + coefficients @ waves) * 255).astype(np.float32))


def displace(image: Image, random: np.random.Generator) -> Image:
    """Move every point by a smooth random displacement that vanishes at the border; the border repeats.

    Both components are sums of sine modes up to a random cut-off, see `sine_field`, times sqrt(T).
    T lies between a typical displacement of half a pixel and the largest that doesn't fold the picture.
    """
    side = min(image.shape[:2])
    least, greatest = CUT_OFFS
    bound = int(random.integers(least + 1, greatest + 1))
    cut_off = int(random.beta(0.5, 0.5) * (bound + 1 - least) + least)
    lowest, highest = temperatures(side, cut_off)
    temperature = lowest + random.beta(0.5, 0.5) * (max(lowest, highest) - lowest)
    across, down = (
        np.float32(math.sqrt(temperature) * length) * sine_field(image.shape[:2], cut_off, random)
        for length in (image.shape[1], image.shape[0])
    )
    return move(image, across, down)


def temperatures(side: int, cut_off: int) -> tuple[float, float]:
    """Return the temperatures of a displacement of half a pixel, and of the largest without folds.

    Args:
        side: of the picture, in pixels.
        cut_off: number of modes, at least 2.
    """
    logarithm = math.log(cut_off)
    return 1 / (math.pi * side**2 * logarithm), 4 / (math.pi**3 * cut_off**2 * logarithm)


def sine_field(shape: tuple[int, ...], cut_off: int, random: np.random.Generator) -> Field:
    """Return sum_ij a_ij sin(pi i y) sin(pi j x) on a grid over [0, 1]^2.

    The amplitudes a_ij are normal with the standard deviation 1 / sqrt(i^2 + j^2).

    Args:
        shape: (H, W) of the grid.
        cut_off: modes whose i^2 + j^2 is beyond its square are left out.
        random: the only randomness.
    """
    modes = np.arange(1, cut_off + 1, dtype=np.float32)
    radius = np.hypot(modes[:, None], modes[None, :])
    amplitudes = random.standard_normal((cut_off, cut_off), np.float32) * (radius < cut_off + 0.5) / radius
    return np.asarray(_sines(shape[0], cut_off) @ amplitudes @ _sines(shape[1], cut_off).T, np.float32)


def _sines(points: int, cut_off: int) -> Field:
    """Return sin(pi k x) for k = 1, 2, ... `cut_off`, shape (points, cut_off)."""
    return _all_sines(points)[:, :cut_off]


@functools.lru_cache(maxsize=4)
def _all_sines(points: int) -> Field:
    modes = np.arange(1, CUT_OFFS[1] + 1)
    return np.sin(np.pi * np.linspace(0, 1, points)[:, None] * modes[None, :]).astype(np.float32)


def move(image: Image, across: Field, down: Field) -> Image:
    """Return the picture whose pixel (y, x) shows (y - down, x - across), bilinearly; the border repeats.

    Displacements are rounded to 1/32 of a pixel.

    Args:
        image: uint8 (H, W, 3).
        across: pixels to the right, (H, W).
        down: pixels downwards, (H, W).
    """
    cv2 = import_opencv()
    height, width, _ = image.shape
    x = np.arange(width, dtype=np.float32)[None, :] - across
    y = np.arange(height, dtype=np.float32)[:, None] - down
    return np.asarray(cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


@functools.cache
def import_opencv() -> Any:
    """Return cv2, held to one thread.

    Raises:
        UsageError: it is not installed.
    """
    # Only now: that module knows the methods, and they know this one.
    from hzbench.submissions.training.loading import import_albumentations

    return import_albumentations()[1]


OPERATIONS: tuple[Operation, ...] = (filter_spectrum, map_colours, displace)
