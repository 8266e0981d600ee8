"""Which pictures are nearly the same: two perceptual hashes of each, in all eight orientations.

The hashes are ImageHash's: pHash (signs of the 16 x 16 lowest frequencies, 256 bits) and dHash (which of two
neighbours is brighter, along rows and along columns, 128 bits). Either alone takes some pictures of bare skin
for one another (a light that falls from one side gives many of them one dHash); two pictures count as near
duplicates where both agree.
Source of the hashes: Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions (2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import imagehash
import numpy as np
import numpy.typing as npt
from PIL import Image

from hzbench.corruptions.compiled import kernel

THRESHOLD = 72  # of pHash's 256 bits; of dHash's 128 a quarter as many may differ
LARGEST_THRESHOLD = 112  # beyond it pictures of different things are called duplicates
ORIENTATIONS = 8
SIDE = 32  # pixels of the picture that is hashed
FLAT = 8  # grey levels; a picture that spans fewer has nothing to recognise it by
ROOM = 256  # near duplicates of one picture, before more room is made
PHASH_BITS, DHASH_BITS = 256, 128
WORDS = (PHASH_BITS + DHASH_BITS) // 64  # of one orientation
PHASH_WORDS = PHASH_BITS // 64

Words = npt.NDArray[np.uint64]


class ClosePair(NamedTuple):
    """Two near duplicates, by position, the smaller first, and how many bits of pHash differ."""

    first: int
    second: int
    bits: int


def likeness(pixels: npt.NDArray[np.uint8]) -> str:
    """Return the hashes of a picture in its eight orientations as 768 hex digits; empty for a flat picture.

    Args:
        pixels: canonical, uint8 (224, 224, 3). They are reduced to 32 x 32 grey by exact means, so that equal
            pixels give equal hashes.
    """
    red, green, blue = (pixels[..., channel].astype(np.uint32) for channel in range(3))
    grey = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16  # ITU-R 601 luma
    block = grey.shape[0] // SIDE
    rows = grey.reshape(SIDE, block, grey.shape[1]).sum(axis=1)
    sums = rows.reshape(SIDE, SIDE, block).sum(axis=2)
    small = ((2 * sums + block * block) // (2 * block * block)).astype(np.uint8)
    if int(small.max()) - int(small.min()) < FLAT:
        return ""
    return "".join(_hashes(turned) for turned in _orientations(small))


def _orientations(small: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.uint8]]:
    turned = [np.rot90(small, quarter) for quarter in range(4)]
    return turned + [one[:, ::-1] for one in turned]


def _hashes(small: npt.NDArray[np.uint8]) -> str:
    image = Image.fromarray(np.ascontiguousarray(small))
    hashes = (
        imagehash.phash(image, hash_size=16, highfreq_factor=SIDE // 16),
        imagehash.dhash(image),
        imagehash.dhash_vertical(image),
    )
    return "".join(np.packbits(one.hash).tobytes().hex() for one in hashes)


def close_pairs(hashes: Sequence[str], threshold: int = THRESHOLD) -> list[ClosePair]:
    """Return all pairs of near duplicates, in any of the eight orientations of one against the other.

    Every picture is compared with every other: 20,000 of them take some seconds and 8 MB.

    Args:
        hashes: what `likeness` returned; empty ones are like nothing.
        threshold: at most this many bits of pHash differ, and at most a quarter as many of dHash.

    Raises:
        ValueError: a threshold below 0 or above 112.
    """
    if not 0 <= threshold <= LARGEST_THRESHOLD:
        raise ValueError(f"threshold {threshold}; expected 0 to {LARGEST_THRESHOLD} bits")
    there = [position for position, text in enumerate(hashes) if text]
    if len(there) < 2:
        return []
    raw = b"".join(bytes.fromhex(hashes[position]) for position in there)
    words = np.frombuffer(raw, dtype=">u8").astype(np.uint64).reshape(len(there), ORIENTATIONS, WORDS)
    pairs = []
    found = np.empty((ROOM, 2), dtype=np.int64)
    for row in range(len(there) - 1):
        while True:
            count = _close_to(words, row, threshold, threshold // 4, found)
            if count <= found.shape[0]:
                break
            found = np.empty((count, 2), dtype=np.int64)
        pairs += [ClosePair(there[row], there[int(other)], int(bits)) for other, bits in found[:count]]
    return pairs


def near_duplicate_rule(threshold: int) -> str:
    """Return the rule as one sentence for reports."""
    return (
        f"at most {threshold} of 256 bits of pHash and {threshold // 4} of 128 bits of dHash differ, "
        f"in any of eight orientations (ImageHash {imagehash.__version__})"
    )


@kernel
def _ones(word: np.uint64) -> int:
    """Return how many bits of a 64-bit word are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _close_to(words: Words, row: int, most: int, most_steps: int, found: npt.NDArray[np.int64]) -> int:
    """Fill `found` with (position, pHash bits) of what follows `row` and is like it; return how many."""
    count = 0
    for other in range(row + 1, words.shape[0]):
        best = most + 1
        for turn in range(words.shape[1]):
            steps = 0
            for word in range(PHASH_WORDS, WORDS):
                steps += _ones(words[row, 0, word] ^ words[other, turn, word])
            if steps > most_steps:
                continue
            bits = 0
            for word in range(PHASH_WORDS):
                bits += _ones(words[row, 0, word] ^ words[other, turn, word])
            if bits < best:
                best = bits
        if best <= most:
            if count < found.shape[0]:
                found[count, 0] = other
                found[count, 1] = best
            count += 1
    return count
