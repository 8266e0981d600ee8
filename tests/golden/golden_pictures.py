"""The pictures of the golden digests: integer arithmetic, and photographs that ship inside scikit-image."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from hzbench.benchmark.data.photographs.canonical import ORIENTATION_TAG, Framing, canonicalise

Picture = npt.NDArray[Any]

PHOTOGRAPHS = ("astronaut", "chelsea", "coffee")  # PNG files, so that no JPEG decoder has a say


def scrambled(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return a well mixed value from 0 to 65535 for each number from 0 to 2^30, integers only."""
    mixed = (numbers * 40503 + 12345) % 65521
    mixed = (mixed * mixed + 31 * mixed + numbers) % 65537
    return (mixed * 48271 % 2147483647) >> 7 & 65535


def noise(height: int, width: int, channels: int = 3) -> Picture:
    """Unrelated values, uint8 (H, W, C); every value occurs."""
    return (scrambled(np.arange(height * width * channels)) >> 8).astype(np.uint8).reshape(height, width, -1)


def deep_grey(height: int, width: int) -> Picture:
    """Unrelated values of 16 bits, little-endian, (H, W)."""
    return scrambled(np.arange(height * width)).astype("<u2").reshape(height, width)


def ramps(height: int, width: int) -> Picture:
    """Red grows downward, green to the right, blue is their product's remainder; uint8 (H, W, 3)."""
    y, x = np.arange(height)[:, None], np.arange(width)[None, :]
    planes = np.broadcast_arrays(y * 255 // (height - 1), x * 255 // (width - 1), y * x % 256)
    return np.stack(planes, axis=-1).astype(np.uint8)


def scene(height: int, width: int) -> Picture:
    """A skin-like ground with a red disc, bars and grain: edges, flats, extremes; uint8 (H, W, 3)."""
    y, x = np.arange(height)[:, None], np.arange(width)[None, :]
    grain = (noise(height, width) >> 4).astype(np.int64)
    picture = np.array([214, 170, 143]) - 40 * (y + x)[..., None] // (height + width) + grain - 8
    side = min(height, width)
    away = (2 * y - height) ** 2 + (2 * x - width) ** 2
    picture[away < (side // 2) ** 2] = (176, 62, 58)
    picture[away < (side // 6) ** 2] -= 40
    picture[height // 16 : height // 8] = np.where(x // 5 % 2 == 0, 0, 255).T
    picture[:, width - width // 10 :] = 255
    picture[height - height // 10 :, : width // 2] = 0
    return np.clip(picture, 0, 255).astype(np.uint8)


def stored(name: str) -> Picture:
    """Return a photograph as scikit-image ships it, uint8 (H, W, 3)."""
    import skimage

    with Image.open(Path(skimage.__file__).parent / "data" / f"{name}.png") as opened:
        return np.array(opened.convert("RGB"))


def photograph(name: str) -> Picture:
    """Return a photograph made canonical, uint8 (224, 224, 3)."""
    return canonicalise(Image.fromarray(stored(name))).pixels


# The pictures whose cells are golden; made one by one, since plain Python takes long over the photographs.
CORRUPTED: dict[str, Callable[[], Picture]] = {
    "ramps 32 x 32": lambda: ramps(32, 32),
    "grey 61 x 48": lambda: scene(61, 48)[:, :, 1].copy(),
    "noise 97 x 131": lambda: noise(97, 131),
    "scene 224 x 224": lambda: scene(224, 224),
    "scene 480 x 640": lambda: scene(480, 640),
    **{name: partial(photograph, name) for name in PHOTOGRAPHS},
}


@cache
def corrupted_picture(name: str) -> Picture:
    """Return one of the pictures whose cells are golden."""
    return CORRUPTED[name]()


def _image(mode: str, pixels: Picture, orientation: int = 1) -> Image.Image:
    image = Image.frombytes(mode, (pixels.shape[1], pixels.shape[0]), np.ascontiguousarray(pixels).tobytes())
    image.getexif()[ORIENTATION_TAG] = orientation
    return image


# The pictures that are golden once they are canonical, and their framing.
UNCANONICAL: dict[str, tuple[Callable[[], Image.Image], Framing]] = {
    "colour 32 x 32": (lambda: _image("RGB", ramps(32, 32)), "crop"),
    "colour 97 x 131": (lambda: _image("RGB", scene(97, 131)), "crop"),
    "colour 225 x 301 on white": (lambda: _image("RGB", scene(225, 301)), "pad"),
    "colour 337 x 449, turned by 6": (lambda: _image("RGB", scene(337, 449), 6), "crop"),
    "colour 1001 x 750, turned by 7": (lambda: _image("RGB", noise(1001, 750), 7), "crop"),
    "grey 61 x 83": (lambda: _image("L", noise(61, 83, 1)), "crop"),
    "grey of 16 bits 113 x 97": (lambda: _image("I;16", deep_grey(113, 97)), "crop"),
    "transparent 150 x 111 on white": (lambda: _image("RGBA", noise(150, 111, 4)), "pad"),
    "inks 90 x 77": (lambda: _image("CMYK", noise(90, 77, 4)), "crop"),
    "photograph 512 x 512": (lambda: _image("RGB", stored("astronaut")), "crop"),
    "photograph 300 x 451 on white": (lambda: _image("RGB", stored("chelsea")), "pad"),
    "photograph 400 x 600": (lambda: _image("RGB", stored("coffee")), "crop"),
}


def canonical_picture(name: str) -> Picture:
    """Return one of `UNCANONICAL` made canonical, uint8 (224, 224, 3)."""
    make, framing = UNCANONICAL[name]
    return canonicalise(make(), framing).pixels
