"""A slow, plain version of the canonical picture, written from SPEC.md alone, gives the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from hzbench.benchmark.data.photographs.canonical import ORIENTATION_TAG, Framing, canonicalise

Array = npt.NDArray[Any]
SIDE = 224


def upright(stored: Array, orientation: int) -> Array:
    """Step 1: pixel by pixel, as the table says."""
    h, w = stored.shape[:2]
    source = {
        1: lambda y, x: (y, x),
        2: lambda y, x: (y, w - 1 - x),
        3: lambda y, x: (h - 1 - y, w - 1 - x),
        4: lambda y, x: (h - 1 - y, x),
        5: lambda y, x: (x, y),
        6: lambda y, x: (h - 1 - x, y),
        7: lambda y, x: (h - 1 - x, w - 1 - y),
        8: lambda y, x: (x, w - 1 - y),
    }.get(orientation, lambda y, x: (y, x))
    rows, columns = (w, h) if orientation in (5, 6, 7, 8) else (h, w)
    return np.array([[stored[source(y, x)] for x in range(columns)] for y in range(rows)])


def coloured(pixels: Array, kind: str) -> Array:
    """Steps 2 to 4: three channels of 8 bits."""
    values = pixels.astype(object)
    if kind == "grey 16":
        values = values >> 8
    if kind in ("grey", "grey 16"):
        values = np.stack([values] * 3, axis=-1)
    if kind == "inks":
        values = ((255 - values[..., :3]) * (255 - values[..., 3:]) + 127) // 255
    if kind == "grey and alpha":
        values = values[..., [0, 0, 0, 1]]
    if kind in ("grey and alpha", "colour and alpha"):
        alpha = values[..., 3:]
        values = (values[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return values.astype(np.int64)


def framed(picture: Array, framing: str) -> Array:
    """Step 5."""
    height, width = picture.shape[:2]
    if framing == "crop":
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        return picture[top : top + side, left : left + side]
    side = max(height, width)
    square = np.full((side, side, 3), 255, dtype=np.int64)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = picture
    return square


def weights(size: int, new: int) -> list[int]:
    """Step 6: the weights of all old pixels for one new one."""
    unit = 2 * max(size, SIDE)
    raw = []
    for old in range(size):
        n = abs((2 * old + 1) * SIDE - (2 * new + 1) * size)
        if n < unit:
            raw.append(3 * n**3 - 5 * n**2 * unit + 2 * unit**3)
        elif n < 2 * unit:
            raw.append(-(n**3) + 5 * n**2 * unit - 8 * n * unit**2 + 4 * unit**3)
        else:
            raw.append(0)
    total = sum(raw)
    rounded = [(2**21 * value + total) // (2 * total) for value in raw]
    rounded[rounded.index(max(rounded))] += 2**20 - sum(rounded)
    return rounded


def canonical(stored: Array, kind: str, orientation: int, framing: str) -> Array:
    """All six steps."""
    square = framed(coloured(upright(stored, orientation), kind), framing)
    matrix = np.array([weights(square.shape[0], new) for new in range(SIDE)], dtype=np.int64)
    sums = np.stack([matrix @ square[:, :, channel] @ matrix.T for channel in range(3)], axis=-1)
    return np.clip((sums + 2**39) >> 40, 0, 255).astype(np.uint8)


MODES = {
    "grey": "L",
    "grey 16": "I;16",
    "grey and alpha": "LA",
    "colour": "RGB",
    "colour and alpha": "RGBA",
    "inks": "CMYK",
}


def made(kind: str, height: int, width: int) -> Array:
    """Random samples of a kind of picture."""
    channels = len(Image.new(MODES[kind], (1, 1)).getbands())
    shape = (height, width) if channels == 1 else (height, width, channels)
    generator = np.random.default_rng(height * 1000 + width)
    if kind == "grey 16":
        return generator.integers(0, 65536, shape, dtype=np.uint16)
    return generator.integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("framing", ["crop", "pad"])
@pytest.mark.parametrize(
    ("kind", "height", "width", "orientation"),
    [
        ("grey", 33, 40, 1),
        ("grey 16", 101, 64, 2),
        ("grey and alpha", 60, 61, 3),
        ("colour", 131, 97, 4),
        ("colour", 224, 224, 5),
        ("colour and alpha", 90, 151, 6),
        ("inks", 47, 32, 7),
        ("colour", 225, 341, 8),
        ("colour", 301, 240, 9),
    ],
)
def test_the_witness_gives_the_same_canonical_picture(
    kind: str, height: int, width: int, orientation: int, framing: Framing
) -> None:
    """Each kind of pixel, each orientation, smaller and larger than 224, odd remainders in both framings."""
    stored = made(kind, height, width)
    image = Image.frombytes(MODES[kind], (width, height), stored.tobytes())
    image.getexif()[ORIENTATION_TAG] = orientation
    assert np.array_equal(canonicalise(image, framing).pixels, canonical(stored, kind, orientation, framing))
