"""Glass blur: pixels displaced at random, as by frosted glass. Source: Hendrycks & Dietterich, ICLR 2019.

The original means to swap two pixels, but its two views of one array alias: the pixel takes its neighbour's
value, and the neighbour keeps it. The benchmark has always copied, so copying is kept.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.gaussian_filter import gaussian_filter
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# sigma of the Gaussian (pixels), largest displacement (pixels), passes
# severity        1           2           3           4           5
PARAMETERS = ((0.7, 1, 2), (0.9, 2, 1), (1.0, 2, 3), (1.1, 3, 2), (1.5, 4, 2))

DISPLACEMENT = 0  # random field: 16 bits for each visited pixel, in the order of the visits


def displacements(reach: int, width: int) -> npt.NDArray[np.int64]:
    """Return how far away, in pixels of a flattened picture, each pair of displacements leads.

    Pair number k moves k % (2 reach) - reach to the right and k // (2 reach) - reach down; +reach itself is
    never drawn, as in the original.

    Args:
        reach: largest displacement, pixels.
        width: of the picture, pixels.
    """
    steps = np.arange(-reach, reach, dtype=np.int64)
    return (steps[:, None] * width + steps[None, :]).reshape(-1)


@kernel
def pack_words(picture: npt.NDArray[np.uint8], words: npt.NDArray[np.uint32]) -> None:
    """Put the three bytes of each pixel, uint8, shape (H * W * 3,), into one word, shape (H * W,)."""
    for i in range(words.size):
        red, green, blue = (
            np.int32(picture[3 * i]),
            np.int32(picture[3 * i + 1]),
            np.int32(picture[3 * i + 2]),
        )
        words[i] = red | (green << 8) | (blue << 16)


@kernel
def unpack_words(words: npt.NDArray[np.uint32], picture: npt.NDArray[np.uint8]) -> None:
    """Undo `pack_words`."""
    for i in range(words.size):
        word = np.int32(words[i])
        picture[3 * i] = word & 255
        picture[3 * i + 1] = (word >> 8) & 255
        picture[3 * i + 2] = word >> 16


@kernel
def copy_neighbours(
    pixels: npt.NDArray[np.uint32], width: int, reach: int, passes: int,
    leads: npt.NDArray[np.int64], halves: npt.NDArray[np.uint16],
) -> None:  # fmt: skip
    """Overwrite each pixel by one of its neighbours, from the lower right to the upper left.

    Args:
        pixels: uint32, shape (H * W,), one word a pixel; changed.
        width: of the picture, pixels.
        reach: largest displacement; the pixels 0 ... reach and the last reach - 1 of each axis stay as they
            are.
        passes: how often to go over the picture.
        leads: int64, from `displacements`.
        halves: uint16, uniform, one for each visit.
    """
    height, visit = pixels.size // width, 0
    choices, visits_a_row = leads.size, width - 2 * reach
    for _ in range(passes):
        for y in range(height - reach, reach, -1):
            draws = halves[visit : visit + visits_a_row]
            visit += visits_a_row
            last = y * width + width - reach
            for i in range(visits_a_row):
                lead = leads[(np.int64(draws[i]) * choices) >> 16]
                pixels[last - i] = pixels[last - i + lead]


def glass_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` seen through frosted glass.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness.
    """
    height, width = image.shape[:2]
    sigma, reach, passes = PARAMETERS[severity - 1]
    blurred = gaussian_filter(image, sigma)
    words = np.empty(height * width, np.uint32)
    pack_words(blurred.reshape(-1), words)
    visits = passes * (height - 2 * reach) * (width - 2 * reach)
    copy_neighbours(
        words, width, reach, passes,
        displacements(reach, width), stream.halves(DISPLACEMENT, visits),
    )  # fmt: skip
    unpack_words(words, blurred.reshape(-1))
    return gaussian_filter(blurred, sigma)
