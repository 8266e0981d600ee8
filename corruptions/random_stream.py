"""The only randomness: a counter-based generator keyed by picture, corruption, severity and draw.

Philox 4x32-10 from J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011. No state is
kept: a word depends on the key and on its own index alone, so neither order nor threads can change it.
"""

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.version import SPECIFICATION

ROUNDS = 10
# Constants of the paper: two multipliers and two Weyl increments.
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
MASK = np.uint64(0xFFFFFFFF)
HIGH = np.uint64(32)


@kernel
def philox(
    key_0: np.uint64, key_1: np.uint64, counter_1: np.uint64, counter_2: np.uint64, counter_3: np.uint64,
    first_block: int, words: npt.NDArray[np.uint32],
) -> None:  # fmt: skip
    """Fill `words` with Philox 4x32-10 blocks of counters (first_block + i, counter_1, counter_2, counter_3).

    All arithmetic is uint64 holding 32-bit values: a product of two fits exactly, sums are masked.

    Args:
        key_0: first key word, below 2**32, as are all the counter words.
        key_1: second key word.
        counter_1: second counter word.
        counter_2: third counter word.
        counter_3: fourth counter word.
        first_block: first counter word of the first block; the last one must stay below 2**32.
        words: uint32, length a multiple of 4; overwritten.
    """
    for block in range(words.size // 4):
        a = np.uint64(first_block + block)
        b, c, d = counter_1, counter_2, counter_3
        k_0, k_1 = key_0, key_1
        for _ in range(ROUNDS):
            product_0 = MULTIPLIER_0 * a
            product_1 = MULTIPLIER_1 * c
            a = (product_1 >> HIGH) ^ b ^ k_0
            c = (product_0 >> HIGH) ^ d ^ k_1
            b = product_1 & MASK
            d = product_0 & MASK
            k_0 = (k_0 + WEYL_0) & MASK
            k_1 = (k_1 + WEYL_1) & MASK
        words[4 * block] = a
        words[4 * block + 1] = b
        words[4 * block + 2] = c
        words[4 * block + 3] = d


class RandomStream(NamedTuple):
    """Random fields of one cell of one picture, at one draw: the first four 32-bit words of its digest."""

    key_0: int
    key_1: int
    counter_2: int
    counter_3: int

    @classmethod
    def for_cell(cls, corruption: str, severity: int, draw: int, digest: str) -> "RandomStream":
        """Return the stream of one cell.

        The key is SHA-256 of the ASCII text "hzbench|specification|corruption|severity|draw|digest", read as
        little-endian 32-bit words: words 0 and 1 are Philox's key, words 2 and 3 its upper counter words.

        Args:
            corruption: name as in the registry.
            severity: 1-5.
            draw: number of the draw, not negative; 0 makes SD-HZ-C itself.
            digest: `pixel_digest` of the clean picture.
        """
        text = f"hzbench|{SPECIFICATION}|{corruption}|{severity}|{draw}|{digest}"
        key = hashlib.sha256(text.encode("ascii")).digest()
        return cls(*(int.from_bytes(key[4 * i : 4 * i + 4], "little") for i in range(4)))

    def words(self, field: int, count: int) -> npt.NDArray[np.uint32]:
        """Return the first `count` uniform 32-bit words of random field number `field`, shape (count,)."""
        words = np.empty((count + 3) // 4 * 4, np.uint32)
        philox(
            np.uint64(self.key_0), np.uint64(self.key_1), np.uint64(field),
            np.uint64(self.counter_2), np.uint64(self.counter_3), 0, words,
        )  # fmt: skip
        return words[:count]

    def halves(self, field: int, count: int) -> npt.NDArray[np.uint16]:
        """Return `count` uniform 16-bit values, shape (count,): of each word the low half, then the high."""
        words = self.words(field, (count + 1) // 2)
        halves = words.astype("<u4", copy=False).view("<u2")
        return halves.astype(np.uint16, copy=False)[:count]
