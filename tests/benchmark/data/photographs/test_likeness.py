"""Near duplicates: what counts as one, in any orientation, and that both ways of finding them agree."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from hzbench.benchmark.data.photographs.canonical import canonicalise
from hzbench.benchmark.data.photographs.likeness import LARGEST_THRESHOLD, THRESHOLD, close_pairs, likeness

Picture = Callable[..., np.ndarray]


def recoded(image: Image.Image, quality: int) -> Image.Image:
    """The picture after a JPEG of some quality."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stream.getvalue()))


def smaller(image: Image.Image, share: float) -> Image.Image:
    """The picture with its sides scaled."""
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.BILINEAR)


def trimmed(image: Image.Image, share: float) -> Image.Image:
    """The centre of the picture."""
    x, y = round(image.width * share / 2), round(image.height * share / 2)
    return image.crop((x, y, image.width - x, image.height - y))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "recoded": lambda image: recoded(image, 30),
    "scaled down and recoded": lambda image: recoded(smaller(image, 0.4), 70),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "with more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
    "grey": lambda image: image.convert("L"),
    "trimmed": lambda image: trimmed(image, 0.03),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "turned left": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned right and recoded": lambda image: recoded(image.transpose(Image.Transpose.ROTATE_270), 50),
    "transposed": lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    "turned by two degrees": lambda image: image.rotate(
        2, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)
    ),
}


def hashes(*images: Image.Image) -> list[str]:
    """The hashes of pictures."""
    return [likeness(canonicalise(image).pixels) for image in images]


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_a_near_duplicate(openstax: Path, name: str) -> None:
    """Whichever way a real photograph was copied; the first of each class."""
    for folder in ("acne", "herpes_zoster", "tinea", "other"):
        file = sorted((openstax / folder).iterdir())[0]
        with Image.open(file) as image:
            original = image.convert("RGB")
        pairs = close_pairs(hashes(original, COPIES[name](original)))
        assert [(pair.first, pair.second) for pair in pairs] == [(0, 1)], file.name


def test_different_photographs_are_not(openstax: Path) -> None:
    """No two of the 38 real ones, nor at a threshold well above the standard one."""
    files = [file for file in sorted(openstax.rglob("*")) if file.suffix in (".png", ".jpg")]
    found = []
    for file in files:
        with Image.open(file) as image:
            found += hashes(image)
    assert close_pairs(found, THRESHOLD) == []
    assert close_pairs(found, THRESHOLD + 24) == []


def test_the_hashes_are_those_of_the_library(picture: Picture) -> None:
    """The first orientation, of the picture reduced to 32 x 32 grey levels by exact means."""
    pixels = np.repeat(np.repeat(picture("library", 32, 32), 7, axis=0), 7, axis=1)
    red, green, blue = (pixels[..., k].astype(np.int64) for k in range(3))
    grey = ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16)[::7, ::7].astype(np.uint8)
    image = Image.fromarray(grey)
    expected = [imagehash.phash(image, 16, 2), imagehash.dhash(image), imagehash.dhash_vertical(image)]
    bits = np.concatenate([one.hash.ravel() for one in expected])
    assert likeness(pixels)[:96] == np.packbits(bits).tobytes().hex()


def test_the_hashes_of_a_fixed_picture_never_change() -> None:
    """Splits depend on them, so a library that computes them otherwise must be noticed."""
    y, x = np.mgrid[0:224, 0:224]
    plane = (x * 3 + y * y // 50 + (x // 28) * (y // 28) * 11) % 256
    pixels = np.stack([plane, (plane + y) % 256, (2 * plane) % 256], axis=-1).astype(np.uint8)
    assert likeness(pixels)[:96] == GOLDEN


GOLDEN = "c39e015e035a039e03de039e560df61ed66a44b255f1a9b5ff420a77fee52511d9922dd22450d155dbb42952a91d6d94"


def test_a_flat_picture_is_like_nothing() -> None:
    """Two black pictures are no near duplicates; equal pixels are found by their digests."""
    flat = likeness(np.full((224, 224, 3), 7, dtype=np.uint8))
    assert flat == ""
    assert close_pairs([flat, flat]) == []


@pytest.mark.parametrize("threshold", [-1, LARGEST_THRESHOLD + 1])
def test_a_threshold_out_of_range_is_refused(threshold: int) -> None:
    """Beyond it, everything is alike."""
    with pytest.raises(ValueError, match="expected 0 to 112"):
        close_pairs([], threshold)


def slow_pairs(texts: list[str], threshold: int) -> list[tuple[int, int, int]]:
    """All pairs by bits as text."""
    found = []
    bits = [[f"{int(text[k * 96 : k * 96 + 96], 16):0384b}" for k in range(8)] for text in texts]
    for i in range(len(texts)):
        for j in range(i + 1, len(texts)):
            differing = []
            for turned in bits[j]:
                different = [a != b for a, b in zip(bits[i][0], turned, strict=True)]
                if sum(different[256:]) <= threshold // 4:
                    differing.append(sum(different[:256]))
            if differing and min(differing) <= threshold:
                found.append((i, j, min(differing)))
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 9), st.integers(0, 112))
def test_pairs_are_those_of_a_slow_comparison(seed: int, count: int, threshold: int) -> None:
    """Hashes near and far, bit for bit."""
    random = np.random.default_rng(seed)
    base = random.integers(0, 2, 8 * 384, dtype=np.uint8)
    texts = []
    for _ in range(count):
        flips = random.random(8 * 384) < random.choice([0.02, 0.15, 0.3])
        texts.append(np.packbits(base ^ flips.astype(np.uint8)).tobytes().hex())
    found = [(pair.first, pair.second, pair.bits) for pair in close_pairs(texts, threshold)]
    assert found == slow_pairs(texts, threshold)


def test_more_near_duplicates_than_fit_at_once_are_all_found() -> None:
    """300 copies of one picture."""
    text = np.random.default_rng(1).bytes(384).hex()
    assert len(close_pairs([text] * 300)) == 300 * 299 // 2
