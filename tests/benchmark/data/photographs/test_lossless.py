"""Canonical PNGs: pixels come back, and no bit of a file can flip unseen."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.photographs.lossless import decode_png, encode_png
from hzbench.benchmark.errors import DataError


@pytest.fixture
def pixels() -> np.ndarray:
    """A little noise."""
    return np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)


def test_pixels_come_back(pixels: np.ndarray) -> None:
    """Decoding undoes encoding."""
    assert np.array_equal(decode_png(encode_png(pixels)), pixels)


def test_another_program_reads_it(pixels: np.ndarray) -> None:
    """Pillow decodes the same pixels."""
    with Image.open(io.BytesIO(encode_png(pixels))) as image:
        assert np.array_equal(np.asarray(image), pixels)


def test_files_of_another_program_are_read(pixels: np.ndarray) -> None:
    """A PNG with other row filters, losslessly rewritten by a tool, is still the same picture."""
    stream = io.BytesIO()
    smooth = np.repeat(np.arange(60, dtype=np.uint8)[:, None, None], 60, axis=1).repeat(3, axis=2)
    Image.fromarray(smooth).save(stream, "PNG", optimize=True)
    assert np.array_equal(decode_png(stream.getvalue()), smooth)


def test_every_flipped_bit_is_found(pixels: np.ndarray) -> None:
    """Each single bit of the file is under the signature, a length or a checksum."""
    data = encode_png(pixels)
    for position in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            with pytest.raises(DataError):
                decode_png(bytes(damaged))


def test_every_truncation_is_found(pixels: np.ndarray) -> None:
    """A file that ends early, or goes on after its end, is refused."""
    data = encode_png(pixels)
    for length in range(len(data)):
        with pytest.raises(DataError):
            decode_png(data[:length])
    with pytest.raises(DataError, match=r"follow the end|truncated"):
        decode_png(data + b"more bytes than a chunk needs")


def test_other_pixel_types_are_refused() -> None:
    """A grey PNG is not a canonical picture."""
    stream = io.BytesIO()
    Image.new("L", (8, 8)).save(stream, "PNG")
    with pytest.raises(DataError, match="8-bit RGB"):
        decode_png(stream.getvalue())
