"""Frost: photographed ice crystals over the picture. Source: Hendrycks & Dietterich, ICLR 2019.

The textures are the original ones; the package imagecorruptions carries them, and its folder is read without
importing it.
"""

import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image, pixel_digest
from hzbench.corruptions.random_stream import RandomStream

# severity            1          2         3         4         5
PERCENT = ((100, 40), (80, 60), (70, 70), (65, 70), (60, 75))  # of the picture, of the texture

# File name and digest of the decoded pixels. The original draws one of five, so that its sixth file
# (frost6.jpg) is never used; its second and third file show the same picture, which is drawn twice as often.
# Both are kept.
TEXTURES = (
    ("frost1.png", "50866e45a4a9b1b99112fdd6be20b7d771f594bd49a4e43b1f1c347d91050568"),
    ("frost2.png", "66e72beb24978fd13abb5feeba9f4c6e5d3d2f36acd354379b9508a58373510e"),
    ("frost3.png", "66e72beb24978fd13abb5feeba9f4c6e5d3d2f36acd354379b9508a58373510e"),
    ("frost4.jpg", "9bac9feca5d155123a74dbc3d54eae22002ebff16c213c7ea021938e32cf8338"),
    ("frost5.jpg", "1227fdbb57de5ba8a70f48db6ca7170ee9f9d52df1dba92a1ff9f9fddee2f5d8"),
)

CHOICES = 0  # random field: three words, for the texture, its first row and its first column


def textures_folder() -> Path:
    """Return the folder of the frost textures.

    Raises:
        ValueError: the package imagecorruptions is not installed.
    """
    package = importlib.util.find_spec("imagecorruptions")  # finds it without running it
    if package is None or not package.submodule_search_locations:
        raise ValueError(
            "the frost textures of the package imagecorruptions are missing; "
            "install them with: pip install imagecorruptions==1.1.2"
        )
    return Path(package.submodule_search_locations[0]) / "frost"


@lru_cache(maxsize=len(TEXTURES))
def texture(index: int) -> Image:
    """Return texture number `index` (0-4), uint8 RGB, shape (H, W, 3); read once.

    Raises:
        ValueError: its file is missing or unreadable, or its pixels are not the original ones.
    """
    name, expected = TEXTURES[index]
    path = textures_folder() / name
    cure = "reinstall it with: pip install --force-reinstall --no-deps imagecorruptions==1.1.2"
    try:
        with PillowImage.open(path) as opened:
            pixels = np.array(opened.convert("RGB"))
    except OSError as error:
        raise ValueError(f"{path}: the frost texture can't be read ({error}); {cure}") from error
    found = pixel_digest(pixels)
    if found != expected:
        raise ValueError(
            f"{path}: the frost texture's pixels have digest {found[:16]}, expected {expected[:16]}; {cure}"
        )
    return pixels


def first_line(word: int, available: int, needed: int) -> int:
    """Return where a crop of `needed` lines starts in a texture of `available` lines.

    As in the original, the last place where the crop would fit is never drawn. A texture that is not longer
    than the picture is continued by its mirror images, and any of its lines can be the first.

    Args:
        word: uniform, below 2**32.
        available: lines of the texture.
        needed: lines of the picture.
    """
    return (word * (available - needed if available > needed else available)) >> 32


def mirrored(start: int, available: int, needed: int) -> npt.NDArray[np.int64]:
    """Return which lines of a texture lie under a picture, shape (needed,): on from `start`, to and fro."""
    places = (start + np.arange(needed)) % (2 * available)
    return np.minimum(places, 2 * available - 1 - places)


@kernel
def overlay(
    picture: npt.NDArray[np.uint8], ice: npt.NDArray[np.uint8], row: int, column: int,
    picture_percent: int, ice_percent: int, frosted: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set frosted = min(255, floor((picture_percent * picture + ice_percent * ice) / 100)).

    Args:
        picture: uint8, shape (H, W * 3).
        ice: uint8, C-contiguous, shape (at least row + H, at least (column + W) * 3).
        row: the ice's line over the picture's first one.
        column: the ice's pixel over the picture's first one.
        picture_percent: weight of the picture; the sum of both weights is at most 171.
        ice_percent: weight of the ice.
        frosted: uint8, shape (H, W * 3); overwritten.
    """
    width = picture.shape[1]
    for y in range(picture.shape[0]):
        below, above, target = picture[y], ice[row + y, 3 * column : 3 * column + width], frosted[y]
        for x in range(width):
            hundredfold = picture_percent * np.int32(below[x]) + ice_percent * np.int32(above[x])
            # n * 5243 >> 19 is n // 100 for all n below 43,699.
            target[x] = min((hundredfold * 5243) >> 19, 255)


def frost(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` seen through ice crystals.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness.

    Raises:
        ValueError: the textures are not installed, or not the original ones.
    """
    height, width = image.shape[:2]
    words = [int(word) for word in stream.words(CHOICES, 3)]
    ice = texture((words[0] * len(TEXTURES)) >> 32)
    row = first_line(words[1], ice.shape[0], height)
    column = first_line(words[2], ice.shape[1], width)
    if ice.shape[0] <= height or ice.shape[1] <= width:
        rows, columns = mirrored(row, ice.shape[0], height), mirrored(column, ice.shape[1], width)
        ice, row, column = ice[rows[:, None], columns], 0, 0
    frosted = np.empty(image.shape, np.uint8)
    overlay(
        image.reshape(height, -1), ice.reshape(ice.shape[0], -1), row, column,
        *PERCENT[severity - 1], frosted.reshape(height, -1),
    )  # fmt: skip
    return frosted
