"""Defocus blur: each point becomes a disk, the lens out of focus. Source: Hendrycks & Dietterich, ICLR 2019.

The kernel is a disk of equal weights whose edge is smoothed by a small Gaussian. Here the order is turned
round: sums over the disk are taken first, as horizontal runs from prefix sums, and smoothed afterwards. All
sums are whole numbers, so the order does not matter, and the whole part of the one exact fraction is the
result. Sums of runs are kept modulo 2**16, which suffices to tell them apart and lets more of them be added
at once.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.run_sums import add_runs, add_sides, mirrored_places, move_down, prefix_sums, weigh

# severity        1    2    3    4    5
RADIUS = (3, 4, 6, 8, 10)  # pixels

# Smoothing weights at distances 0, 1, 2 in units of 2**-16: Gaussians of sigma 0.1, 0.5 and 0.5 pixels cut to
# 3, 3 and 5 taps. They sum to one exactly: first + 2 * (second + third) = 2**16.
UNSMOOTHED = (65536, 0, 0)
THREE_TAPS = (51576, 6980, 0)
FIVE_TAPS = (51550, 6976, 17)
SMOOTHING = (UNSMOOTHED, THREE_TAPS, THREE_TAPS, THREE_TAPS, FIVE_TAPS)

REACH = 2  # of the smoothing, pixels

# The original smooths the kernel inside an array of 17 x 17 (21 x 21 for radius 10) values whose border
# mirrors. Disks of radius 8 and 10 touch that border, and the mirroring adds weight there: these two kernels
# sum to 1.01298 and 1.01079 and brighten the picture. This is kept; `ring` below is the added weight less the
# weight that was cut off.
TOUCHES_BORDER = 8  # smallest radius with a ring


def half_widths(radius: int) -> npt.NDArray[np.int64]:
    """Return, for each distance from the disk's middle row (0 ... radius), how far that row reaches."""
    reach = [max(x for x in range(radius + 1) if x * x + y * y <= radius * radius) for y in range(radius + 1)]
    return np.array(reach, np.int64)


def cells(radius: int) -> int:
    """Return the number of pixels in the disk."""
    widths = 2 * half_widths(radius) + 1
    return int(widths[0]) + 2 * sum(int(width) for width in widths[1:])


class Runs(NamedTuple):
    """Runs of pixels that make up a kernel, as tables of int64.

    A row is: distance of the run from the middle, both ways; how far it reaches to both sides of its own
    middle (in `sides`: where that number stands in `lengths`); sign; group. Disk groups are added; ring
    groups 0 and 1 are weighted with the smoothing's weights at distances 1 and 2.
    """

    disk: npt.NDArray[np.int64]  # shape (radius + 1, 4), horizontal
    ring: npt.NDArray[np.int64]  # shape (runs, 4), horizontal, no runs where the disk stays inside the array
    sides: npt.NDArray[np.int64]  # the same, vertical
    lengths: npt.NDArray[np.int64]  # half lengths of the vertical runs


def run_table(radius: int, weights: tuple[int, int, int]) -> Runs:
    """Return the runs of pixels of which a kernel consists before it is smoothed.

    Args:
        radius: of the disk, pixels.
        weights: smoothing weights at distances 0, 1, 2.
    """
    halves = [int(half) for half in half_widths(radius)]
    disk = [(distance, half, 1, int(distance > radius // 2)) for distance, half in enumerate(halves)]
    one, two = halves[radius - 1], halves[radius - 2]  # rows that the array's border mirrors
    ring = []
    if radius >= TOUCHES_BORDER:
        ring += [(radius, one, 1, 0), (radius + 1, 0, -1, 0)]
    if ring and weights[2]:
        ring += [
            (radius, two, 1, 1),
            (radius - 1, one, 1, 1),
            (radius + 1, one, -1, 1),
            (radius + 2, 0, -1, 1),
        ]
    lengths = sorted({half for _, half, _, _ in ring})
    sides = [(distance, lengths.index(half), sign, group) for distance, half, sign, group in ring]
    return Runs(_table(disk), _table(ring), _table(sides), np.array(lengths, np.int64))


def _table(rows: list[tuple[int, int, int, int]]) -> npt.NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(-1, 4)


@kernel
def smooth(
    rows: npt.NDArray[np.int32], middle: int, weights: npt.NDArray[np.float64],
    smoothed: npt.NDArray[np.float64],
) -> None:  # fmt: skip
    """Set `smoothed` to the weighted sum of five rows.

    Args:
        rows: int32, shape (5, values), a ring: row number i at i % 5.
        middle: number of the middle row.
        weights: float64, shape (3,), whole numbers: weights at distances 0, 1, 2.
        smoothed: float64, shape (values,); overwritten.
    """
    centre, near, far = weights[0], weights[1], weights[2]
    a, b, c = rows[(middle + 3) % 5], rows[(middle + 4) % 5], rows[middle % 5]
    d, e = rows[(middle + 1) % 5], rows[(middle + 2) % 5]
    for x in range(smoothed.size):
        smoothed[x] = (
            centre * c[x] + near * np.float64(np.int32(b[x] + d[x])) + far * np.float64(np.int32(a[x] + e[x]))
        )


@kernel
def finish(
    column: npt.NDArray[np.float64], sides: npt.NDArray[np.float64], weights: npt.NDArray[np.float64],
    reciprocal: float, target: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Smooth along one row, add what lies beside it, and keep the whole part of the quotient, at most 255.

    Args:
        column: float64, shape (values + 12,), REACH pixels wider than the row at both ends.
        sides: float64, shape (values,).
        weights: float64, shape (3,), as for `smooth`.
        reciprocal: of the denominator, a little too large.
        target: uint8, shape (values,); overwritten.
    """
    centre, near, far = weights[0], weights[1], weights[2]
    a, b, c, d, e = column[0:], column[3:], column[6:], column[9:], column[12:]
    for x in range(target.size):
        total = centre * c[x] + near * (b[x] + d[x]) + far * (a[x] + e[x]) + sides[x]
        whole = np.int32(total * reciprocal)
        target[x] = whole if whole < 255 else 255


@kernel
def defocus(
    picture: npt.NDArray[np.uint8], places: npt.NDArray[np.uint32], disk_runs: npt.NDArray[np.int64],
        ring_runs: npt.NDArray[np.int64],
    side_runs: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], weights: npt.NDArray[np.float64],
    reciprocal: float, blurred: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set blurred = min(255, floor(smoothed sum over the disk / (cells * 2**32))).

    Args:
        picture: uint8, shape (H, W * 3).
        places: uint32, from `mirrored_places` with a margin of the disk's radius + REACH.
        disk_runs: int64, as `Runs` has them, like the next three.
        ring_runs: int64.
        side_runs: int64.
        lengths: int64.
        weights: float64, shape (3,), smoothing weights at distances 0, 1, 2, whole numbers.
        reciprocal: of cells * 2**32, a little too large.
        blurred: uint8, shape (H, W * 3); overwritten.
    """
    height, width = picture.shape[0], picture.shape[1] // 3
    radius, near, far = disk_runs.shape[0] - 1, int(weights[1]), int(weights[2])
    margin, wide = radius + REACH, (width + 2 * REACH) * 3
    sums = np.empty((height, places.size * 3), np.uint16)
    prefix_sums(picture, places, sums)
    totals, side_totals = np.empty((2, wide), np.uint16), np.empty((2, width * 3), np.uint16)
    tall = np.empty((lengths.size, (width + 2 * margin) * 3), np.uint16)
    disks = np.empty((5, wide), np.int32)  # disk sums of the five rows that are smoothed together
    sides = np.empty((5, width * 3), np.int32)  # the ring's left and right parts, units of 2**-16
    ends = np.empty((1, wide), np.int32)  # the ring's upper and lower parts, units of 2**-16
    column, beside = np.empty(wide, np.float64), np.zeros(width * 3, np.float64)
    for row in range(-REACH, height + REACH):
        y = row - REACH
        disk, side = disks[(row + REACH) % 5], sides[(row + REACH) % 5]
        add_runs(sums, row, disk_runs, radius, totals)
        first, second = totals[0], totals[1]
        for x in range(wide):
            disk[x] = np.int32(first[x]) + np.int32(second[x])
        if lengths.size > 0:
            for i in range(lengths.size):
                move_down(sums, row, lengths[i], row == -REACH, tall[i])
            add_sides(tall, side_runs, margin, side_totals)
            weigh(side_totals, near, far, side)
        if y >= 0:
            smooth(disks, y + REACH, weights, column)
            if lengths.size > 0:
                add_runs(sums, y, ring_runs, radius, totals)
                weigh(totals, near, far, ends[0])
                for x in range(wide):
                    column[x] += ends[0, x]
                smooth(sides, y + REACH, weights, beside)
            finish(column, beside, weights, reciprocal, blurred[y])


def defocus_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` out of focus.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used; defocus blur has no randomness.
    """
    height, width = image.shape[:2]
    radius, weights = RADIUS[severity - 1], SMOOTHING[severity - 1]
    # A little too large, so that a whole quotient is not missed from below; any other quotient is farther
    # from the next whole number, since its denominator is at most 317 * 2**32.
    reciprocal = (1.0 / (cells(radius) * 2**32)) * (1.0 + 2.0**-50)
    blurred = np.empty(image.shape, np.uint8)
    defocus(
        image.reshape(height, -1), mirrored_places(width, radius + REACH), *run_table(radius, weights),
        np.array(weights, np.float64), reciprocal, blurred.reshape(height, -1),
    )  # fmt: skip
    return blurred
