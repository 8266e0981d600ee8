"""The generator is the published Philox 4x32-10, keyed by everything that names a cell."""

import hashlib

import numpy as np
import pytest

from hzbench.corruptions.random_stream import RandomStream, philox
from hzbench.corruptions.version import SPECIFICATION

# Known answers of Random123 1.09 (kat_vectors, philox4x32 10): counter, key, output.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(counter, key, expected):
    """The three vectors of the reference implementation come out."""
    words = np.zeros(4, np.uint32)
    philox(
        np.uint64(key[0]), np.uint64(key[1]), np.uint64(counter[1]), np.uint64(counter[2]),
        np.uint64(counter[3]), counter[0], words,
    )  # fmt: skip
    assert tuple(int(word) for word in words) == expected


def plain_philox(key, counter):
    """Return one block of Philox 4x32-10 in Python's own integers, as the paper writes it."""
    (k_0, k_1), (a, b, c, d) = key, counter
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * a, 2**32)
        high_1, low_1 = divmod(0xCD9E8D57 * c, 2**32)
        a, b, c, d = high_1 ^ b ^ k_0, low_1, high_0 ^ d ^ k_1, low_0
        k_0, k_1 = (k_0 + 0x9E3779B9) % 2**32, (k_1 + 0xBB67AE85) % 2**32
    return a, b, c, d


def test_a_stream_is_what_the_specification_says():
    """The key is the digest of the cell's name; blocks count up; the field is the second counter word."""
    digest = hashlib.sha256(f"hzbench|{SPECIFICATION}|fog|3|12|{'ab' * 32}".encode()).digest()
    k_0, k_1, c_2, c_3 = (int.from_bytes(digest[i : i + 4], "little") for i in (0, 4, 8, 12))
    words = RandomStream.for_cell("fog", 3, 12, "ab" * 32).words(7, 42)
    expected = [word for block in range(11) for word in plain_philox((k_0, k_1), (block, 7, c_2, c_3))]
    assert words.tolist() == expected[:42]


def test_a_shorter_request_is_a_prefix_of_a_longer_one():
    """A word depends on its index alone, not on how many are asked for."""
    stream = RandomStream.for_cell("fog", 3, 0, "00" * 32)
    assert np.array_equal(stream.words(1, 1003)[:17], stream.words(1, 17))
    assert np.array_equal(stream.halves(1, 1003)[:17], stream.halves(1, 17))


def test_halves_are_the_low_then_the_high_half_of_each_word():
    """The 16-bit view is defined by arithmetic, not by the machine's byte order."""
    stream = RandomStream.for_cell("fog", 3, 0, "00" * 32)
    words, halves = stream.words(0, 8), stream.halves(0, 16)
    assert np.array_equal(halves[0::2], words & 0xFFFF)
    assert np.array_equal(halves[1::2], words >> 16)


@pytest.mark.parametrize(
    "other",
    [("snow", 3, 0, "00" * 32), ("fog", 2, 0, "00" * 32), ("fog", 3, 1, "00" * 32), ("fog", 3, 0, "01" * 32)],
)
def test_every_part_of_a_cells_name_changes_the_stream(other):
    """Corruption, severity, draw and picture each enter the key."""
    words = RandomStream.for_cell("fog", 3, 0, "00" * 32).words(0, 64)
    assert not np.array_equal(words, RandomStream.for_cell(*other).words(0, 64))


def test_fields_of_one_stream_differ():
    """Two random fields of one corruption are independent."""
    stream = RandomStream.for_cell("fog", 3, 0, "00" * 32)
    assert not np.array_equal(stream.words(0, 64), stream.words(1, 64))
