"""Shot noise: the discreteness of light. Source: Hendrycks & Dietterich, ICLR 2019."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.shipped_tables import load_table

# severity           1   2   3   4  5
PHOTONS_AT_WHITE = (60, 25, 12, 5, 3)  # mean number of photons counted at a pixel of value 255
SLOT_BITS = (6, 5, 4, 3, 2)  # an alias table has 2**bits columns: more than outcomes 0 ... photons


@lru_cache(maxsize=5)
def alias_table(severity: int) -> npt.NDArray[np.uint32]:
    """Return the alias tables of one severity, one pixel value after the other, uint32, flat.

    An entry packs threshold + own outcome * 2**16 + other outcome * 2**24; see tables/make_shot_noise.py.
    """
    sizes = [2**bits for bits in SLOT_BITS]
    first = sum(sizes[: severity - 1])
    return np.ascontiguousarray(load_table("shot_noise")[:, first : first + sizes[severity - 1]]).reshape(-1)


@kernel
def count_photons(
    pixels: Image,
    uniforms: npt.NDArray[np.uint16],
    table: npt.NDArray[np.uint32],
    slot_bits: int,
    output: Image,
) -> None:
    """Draw one Poisson outcome a (flattened) value: high bits pick a column, low bits a side."""
    shift = 16 - slot_bits
    low = (1 << shift) - 1
    for i in range(pixels.size):
        uniform = np.int64(uniforms[i])
        entry = np.int64(table[(np.int64(pixels[i]) << slot_bits) + (uniform >> shift)])
        own_side = (entry & 0xFFFF) - 1 - (uniform & low)  # negative on the other side
        output[i] = (entry >> (16 + ((own_side >> 63) & 8))) & 255  # a branch would be mispredicted


def shot_noise(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` as counted from a limited number of photons: floor(255 * min(Poisson / photons, 1)).

    The probability of each outcome is the exact one, rounded to a multiple of 2**-16.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness; field 0, one 16-bit value for each number of the image.
    """
    output = np.empty_like(image)
    uniforms, bits = stream.halves(0, image.size), SLOT_BITS[severity - 1]
    count_photons(image.reshape(-1), uniforms, alias_table(severity), bits, output.reshape(-1))
    return output
