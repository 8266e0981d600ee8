"""Elastic transform: a random affine map, then smooth random displacements.

Source: Hendrycks & Dietterich, ICLR 2019, the form that made ImageNet-C: with the affine step, with OpenCV
4's coordinates of 1/32 pixel in it, and with 244 where 224 was meant.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.displacement import Smoothing, centred, displacement
from hzbench.corruptions.image import Image
from hzbench.corruptions.packed_pixels import pack, warp_affine, warp_displaced
from hzbench.corruptions.random_stream import RandomStream

# alpha = 488, 488, 12.2, 17.08, 29.28 pixels; sigma = 170.8, 19.52, 2.44, 2.44, 2.44 pixels
SMOOTHINGS = (
    Smoothing(row=0, radius=512, hundredths=48800, bits=8, nodes=True),
    Smoothing(row=1, radius=59, hundredths=48800, bits=8, nodes=False),
    Smoothing(row=2, radius=7, hundredths=1220, bits=12, nodes=False),
    Smoothing(row=2, radius=7, hundredths=1708, bits=12, nodes=False),
    Smoothing(row=2, radius=7, hundredths=2928, bits=12, nodes=False),
)
# severity       1     2     3     4     5
AFFINE_SHIFT = (24.4, 48.8, 4.88, 4.88, 4.88)  # largest shift of a corner, pixels of a 224-pixel image
AFFINE_LIMIT = 2.0**30  # largest step, units of 2**-10 pixel: three corners may fall on one line


def affine_steps(
    height: int, width: int, shift: float, words: npt.NDArray[np.uint32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each pixel's source lies under a random affine map, as what columns and rows add.

    Three corners of a square about the centre are moved, x then y, by uniform shifts; the map that moves
    them is inverted and rounded as OpenCV 4's warpAffine does, half to even, units of 2**-10 pixel.

    Args:
        height: of the image, pixels.
        width: of the image, pixels.
        shift: largest shift along an axis, pixels.
        words: six uniform 32-bit values.

    Returns:
        int64, shapes (2, width) and (2, height): x, then y.
    """
    half = float(min(height, width) // 3)
    centre_x, centre_y = float(width // 2), float(height // 2)
    corners = (
        (centre_x + half, centre_y + half),
        (centre_x + half, centre_y - half),
        (centre_x - half, centre_y - half),
    )
    moved = []
    for i in range(6):
        move = shift * (2 * int(words[i]) + 1 - 2**32) / 2**32
        moved.append(
            float(np.float32(corners[i // 2][i % 2]) + np.float32(move))
        )  # single precision, as OpenCV takes it
    first_x, first_y, second_x, second_y, third_x, third_y = moved
    # Forward map: new x = a x + b y + c, new y = d x + e y + f.
    side = 2.0 * half
    a, b = (second_x - third_x) / side, (first_x - second_x) / side
    d, e = (second_y - third_y) / side, (first_y - second_y) / side
    c = third_x - a * (centre_x - half) - b * (centre_y - half)
    f = third_y - d * (centre_x - half) - e * (centre_y - half)
    # Its inverse.
    determinant = a * e - b * d
    scale = 1.0 / determinant if determinant != 0.0 else 0.0
    xx, xy, yx, yy = e * scale, b * -scale, d * -scale, a * scale
    x0, y0 = -xx * c - xy * f, -yx * c - yy * f
    columns, rows = np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)
    column_steps = np.stack([xx * columns * 1024.0, yx * columns * 1024.0])
    row_steps = np.stack([(xy * rows + x0) * 1024.0, (yy * rows + y0) * 1024.0])
    return _rounded(column_steps), _rounded(row_steps)


def _rounded(steps: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.rint(np.clip(steps, -AFFINE_LIMIT, AFFINE_LIMIT)).astype(np.int64)


def elastic_transform(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` under a random affine map and a smooth random displacement of every pixel.

    Kernel and amplitude of the displacement are in pixels at every size; the affine shift is in proportion
    to the shorter side, so that small images are not turned inside out.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness; field 0: six 32-bit values for the corners, fields 1 and 2: a 16-bit
            value a pixel for the displacement to the right and downward.
    """
    height, width, _ = image.shape
    shift = AFFINE_SHIFT[severity - 1] * min(height, width) / 224.0
    column_steps, row_steps = affine_steps(height, width, shift, stream.words(0, 6))
    fields = []
    for field in (1, 2):
        noise = centred(stream.halves(field, height * width)).reshape(height, width)
        fields.append(displacement(noise, SMOOTHINGS[severity - 1]))
    packed, warped = np.empty((height, width), np.int64), np.empty((height, width), np.int64)
    output = np.empty_like(image)
    pack(image, packed)
    warp_affine(packed, column_steps, row_steps, warped)
    warp_displaced(warped, fields[0], fields[1], output)
    return output
