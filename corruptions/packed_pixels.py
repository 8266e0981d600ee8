"""Sample a picture bilinearly with its three channels packed into one 64-bit integer.

A packed pixel holds red, green and blue in lanes of 21 bits (bits 0-20, 21-41, 42-62). Multiplying it by a
small whole number multiplies all three at once, exactly, as long as no lane exceeds 21 bits.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image

LANE = 21  # bits
ONES = 1 | 1 << LANE | 1 << 2 * LANE  # the number 1 in every lane
LOW_13 = 0x1FFF * ONES  # the 13 low bits of every lane

Packed = npt.NDArray[np.int64]


@kernel
def pack(image: Image, packed: Packed) -> None:
    """Write the packed form of `image`, uint8, shape (H, W, 3), to `packed`, int64, shape (H, W)."""
    for y in range(image.shape[0]):
        for x in range(image.shape[1]):
            red, green, blue = np.int64(image[y, x, 0]), np.int64(image[y, x, 1]), np.int64(image[y, x, 2])
            packed[y, x] = red | green << LANE | blue << 2 * LANE


@kernel
def mirror(place: int, size: int) -> int:
    """Return the pixel that stands at `place` when the edge pixel is the mirror (c b a b c: reflect-101)."""
    period = 2 * size - 2
    place = place % period
    return min(place, period - place)


@kernel
def reflect(place: int, size: int) -> int:
    """Return the pixel that stands at `place` when the edge pixel comes twice (b a a b: reflect)."""
    place = place % (2 * size)
    return min(place, 2 * size - 1 - place)


@kernel
def warp_affine(
    packed: Packed,
    column_steps: npt.NDArray[np.int64],
    row_steps: npt.NDArray[np.int64],
    warped: Packed,
) -> None:
    """Sample at an affine map of each pixel, coordinates in 1/32 pixel, edges mirrored, as OpenCV 4 does.

    Args:
        packed: lanes of 8 bits, shape (H, W).
        column_steps: shape (2, W): what column x adds to the source's x and y, units of 2**-10 pixel.
        row_steps: shape (2, H): what row y adds.
        warped: shape (H, W); overwritten: lanes of 13 bits, 32 times the value, rounded half up.
    """
    height, width = packed.shape
    pixels = packed.reshape(-1)
    for y in range(height):
        row_x, row_y = int(row_steps[0, y]) + 16, int(row_steps[1, y]) + 16
        for x in range(width):
            place_x, place_y = (row_x + int(column_steps[0, x])) >> 5, (row_y + int(column_steps[1, x])) >> 5
            left, above = place_x >> 5, place_y >> 5
            right, below = left + 1, above + 1
            if left < 0 or right >= width or above < 0 or below >= height:
                left, right = mirror(left, width), mirror(right, width)
                above, below = mirror(above, height), mirror(below, height)
            above, below = above * width, below * width
            # a (32 - t) + b t = 32 a + (b - a) t as whole numbers, whatever crosses lanes in b - a.
            share = place_x & 31
            first, second = pixels[np.uint64(above + left)], pixels[np.uint64(above + right)]
            upper = (first << 5) + (second - first) * share
            first, second = pixels[np.uint64(below + left)], pixels[np.uint64(below + right)]
            lower = (first << 5) + (second - first) * share
            value = (upper << 5) + (lower - upper) * (place_y & 31)  # 1,024 times the value: 18 bits a lane
            warped[y, x] = ((value + 16 * ONES) >> 5) & LOW_13


@kernel
def warp_displaced(
    packed: Packed, shift_x: npt.NDArray[np.int32], shift_y: npt.NDArray[np.int32], output: Image
) -> None:
    """Sample at a displacement of each pixel, coordinates in 1/256 pixel, edges reflected, values truncated.

    Args:
        packed: lanes of 13 bits, 32 times the value, shape (H, W).
        shift_x: displacement to the right, int32, shape (H, W), units of 2**-8 pixel.
        shift_y: displacement downward.
        output: uint8, shape (H, W, 3); overwritten.
    """
    height, width = packed.shape
    pixels = packed.reshape(-1)
    for y in range(height):
        for x in range(width):
            place_x, place_y = (x << 8) + int(shift_x[y, x]), (y << 8) + int(shift_y[y, x])
            left, above = place_x >> 8, place_y >> 8
            right, below = left + 1, above + 1
            if left < 0 or right >= width or above < 0 or below >= height:
                left, right = reflect(left, width), reflect(right, width)
                above, below = reflect(above, height), reflect(below, height)
            above, below = above * width, below * width
            # 13-bit values times 8-bit shares fill a lane's 21 bits: 255 * 32 * 256 < 2**21.
            share = place_x & 255
            first, second = pixels[np.uint64(above + left)], pixels[np.uint64(above + right)]
            upper = (((first << 8) + (second - first) * share + 128 * ONES) >> 8) & LOW_13
            first, second = pixels[np.uint64(below + left)], pixels[np.uint64(below + right)]
            lower = (((first << 8) + (second - first) * share + 128 * ONES) >> 8) & LOW_13
            value = (upper << 8) + (lower - upper) * (place_y & 255)
            output[y, x, 0] = (value >> 13) & 255
            output[y, x, 1] = (value >> (LANE + 13)) & 255
            output[y, x, 2] = (value >> (2 * LANE + 13)) & 255
