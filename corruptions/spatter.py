"""Spatter: drops of water or mud on the lens. Source: Hendrycks & Dietterich, ICLR 2019 (validation)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.gaussian_filter import one_sided_weights
from hzbench.corruptions.image import Image
from hzbench.corruptions.outlines import Layer, outline_distances
from hzbench.corruptions.quantiles import normal_quantiles
from hzbench.corruptions.random_stream import RandomStream


class Spatter(NamedTuple):
    """How much of what is on the lens."""

    mean: int  # of the liquid's noise, percent of white
    deviation: int  # percent of white
    sigma: float  # of the liquid's blur, pixels
    threshold: int  # below it there is no liquid, percent of white
    strength: int  # of water, tenths; not used for mud
    mud: bool


SPATTERS = (
    Spatter(65, 30, 4.0, 69, 6, False),
    Spatter(65, 30, 3.0, 68, 6, False),
    Spatter(65, 30, 2.0, 68, 5, False),
    Spatter(65, 30, 1.0, 65, 0, True),
    Spatter(67, 40, 1.0, 65, 0, True),
)
WATER = (175, 238, 238)  # pale turquoise
MUD = (63, 42, 20)  # brown
MUD_SIGMA = 1.5  # pixels
MUD_THRESHOLD = 80  # thinner mud is none, percent

LIQUID_BITS = 14  # 2**14 is white in the layer of liquid
BOX = ((1, 1, 1), (1, 1, 1), (1, 1, 1))
SLOPE = ((-2, -1, 0), (-1, 1, 1), (0, 1, 2))  # light from the upper left
FARTHEST = 20 << 16  # distances are cut there, units of 2**-16 pixel


@kernel
def filter_layer(layer: Layer, weights: npt.NDArray[np.int32], rows: Layer, output: Layer) -> None:
    """Blur a layer along rows, then columns, edges repeated, rounded half up after each.

    Args:
        layer: shape (H, W), values below 2**15 in size.
        weights: one-sided, centre + 2 * others = 2**15.
        rows: shape (H, W); overwritten.
        output: shape (H, W); overwritten.
    """
    height, width = layer.shape
    for y in range(height):
        for x in range(width):
            total = int(weights[0]) * int(layer[y, x])
            for distance in range(1, weights.size):
                left, right = max(x - distance, 0), min(x + distance, width - 1)
                total += int(weights[distance]) * (int(layer[y, left]) + int(layer[y, right]))
            rows[y, x] = (total + 2**14) >> 15
    for y in range(height):
        for x in range(width):
            total = int(weights[0]) * int(rows[y, x])
            for distance in range(1, weights.size):
                above, below = max(y - distance, 0), min(y + distance, height - 1)
                total += int(weights[distance]) * (int(rows[above, x]) + int(rows[below, x]))
            output[y, x] = (total + 2**14) >> 15


@kernel
def mix(
    image: Image,
    layer: npt.NDArray[np.int64],
    colour: npt.NDArray[np.int64],
    kept: int,
    whole: int,
    output: Image,
) -> None:
    """Write floor((value * (whole - kept * layer) + colour * layer) / whole), at most 255.

    Args:
        image: shape (H, W, 3).
        layer: shape (H, W): how much lies on each pixel.
        colour: one number a channel.
        kept: 1 where the layer hides the image, 0 where its light is added.
        whole: what the layer is measured in.
        output: shape (H, W, 3); overwritten.
    """
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            amount = int(layer[y, x])
            for channel in range(3):
                value = int(image[y, x, channel]) * (whole - kept * amount) + int(colour[channel]) * amount
                output[y, x, channel] = min(255, value // whole)


def blurred(layer: Layer, sigma: float) -> Layer:
    """Return `layer`, int32, shape (H, W), under a Gaussian of `sigma` pixels."""
    rows, output = np.empty_like(layer), np.empty_like(layer)
    filter_layer(layer, one_sided_weights(sigma), rows, output)
    return output


def correlated(layer: Layer, weights: tuple[tuple[int, ...], ...]) -> Layer:
    """Return the sums of 3 x 3 neighbours times `weights`; edges are mirrored without repetition."""
    height, width = layer.shape
    padded = np.pad(layer, 1, mode="reflect")
    total = np.zeros_like(layer)
    for row in range(3):
        for column in range(3):
            total += weights[row][column] * padded[row : row + height, column : column + width]
    return total


def equalised(layer: Layer) -> Layer:
    """Return `layer` (values 0-255) with its histogram made level, as OpenCV's equalizeHist does."""
    counts = np.bincount(layer.reshape(-1), minlength=256)
    first = int(np.flatnonzero(counts)[0])
    rest = layer.size - int(counts[first])
    if rest == 0:
        return layer
    above = np.maximum(np.cumsum(counts) - int(counts[first]), 0)
    table = ((2 * 255 * above + rest) // (2 * rest)).astype(np.int32)
    levelled: Layer = table[layer]
    return levelled


def water_layer(liquid: Layer) -> Layer:
    """Return how much light water throws back at each pixel, as whole numbers of no fixed unit.

    Args:
        liquid: int32, shape (H, W), 2**14 for white, 0 where there is none.
    """
    grey = np.minimum((liquid * 255) >> LIQUID_BITS, 255)
    distance = np.minimum(outline_distances(grey), FARTHEST)
    near = correlated(distance, BOX) // (9 << 16)
    lit = np.clip(correlated(equalised(near), SLOPE), 0, 255)
    smooth = (2 * correlated(lit, BOX) + 9) // 18
    water: Layer = grey * smooth
    return water


def spatter(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` seen through drops of water (severities 1-3) or mud (4 and 5).

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness; field 0, one 16-bit value a pixel for the liquid.
    """
    height, width, _ = image.shape
    chosen = SPATTERS[severity - 1]
    quantiles = normal_quantiles().astype(np.int64)[stream.halves(0, height * width)]
    hundredths = (chosen.mean << 28) + chosen.deviation * quantiles
    liquid = ((hundredths >> (28 - LIQUID_BITS)) // 100).astype(np.int32).reshape(height, width)
    liquid = blurred(liquid, chosen.sigma)
    liquid[100 * liquid < chosen.threshold << LIQUID_BITS] = 0
    output = np.empty_like(image)
    if chosen.mud:
        drops = np.where(liquid > 0, np.int32(1 << LIQUID_BITS), np.int32(0))
        mud = blurred(drops, MUD_SIGMA).astype(np.int64)
        mud[100 * mud < MUD_THRESHOLD << LIQUID_BITS] = 0
        mix(image, mud, np.array(MUD, np.int64), 1, 1 << LIQUID_BITS, output)
    else:
        water = water_layer(liquid).astype(np.int64)
        most = int(water.max())
        if most == 0:
            return image.copy()
        mix(image, water, np.array(WATER, np.int64) * chosen.strength, 0, 10 * most, output)
    return output
