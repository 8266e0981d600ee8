"""Defocus blur: each point becomes a disk, the lens out of focus. Source: Hendrycks & Dietterich, ICLR 2019.

The kernel is a disk of equal weights whose edge is smoothed by a small Gaussian. Here the order is turned
round: sums over the disk are taken first, as horizontal runs from prefix sums, and smoothed afterwards. All
sums are whole numbers, so the order does not matter, and the whole part of the one exact fraction is the
result.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

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


def ring_lengths(radius: int, weights: tuple[int, int, int]) -> npt.NDArray[np.int64]:
    """Return half lengths of runs: 0 for a pixel, then those of the disk's rows that the border mirrors."""
    halves = half_widths(radius)
    return np.array([0, halves[radius - 1]] + [halves[radius - 2]] * bool(weights[2]), np.int64)


def ring_runs(radius: int, weights: tuple[int, int, int]) -> npt.NDArray[np.int64]:
    """Return the weight that the mirrored border adds to a kernel, as runs above, below, left and right.

    Args:
        radius: of the disk, pixels.
        weights: smoothing weights at distances 0, 1, 2.

    Returns:
        int64, shape (runs, 3), no runs where the disk stays inside the array: distance from the middle, place
        of the half length among `ring_lengths`, weight in units of 2**-16.
    """
    _, near, far = weights
    if radius < TOUCHES_BORDER:
        return np.empty((0, 3), np.int64)
    runs = [(radius, 1, near), (radius + 1, 0, -near)]
    if far:
        runs += [(radius, 2, far), (radius - 1, 1, far), (radius + 1, 1, -far), (radius + 2, 0, -far)]
    return np.array(runs, np.int64)


@kernel
def reflected(line: int, lines: int) -> int:
    """Return `line`, at most lines - 1 outside, mirrored into 0 ... lines - 1; borders are not repeated."""
    if line < 0:
        return -line
    if line >= lines:
        return 2 * (lines - 1) - line
    return line


@kernel
def prefix_sums(picture: npt.NDArray[np.uint8], margin: int, sums: npt.NDArray[np.int32]) -> None:
    """Sum each channel along each row, the row mirrored at its ends.

    Args:
        picture: uint8, shape (H, W * 3).
        margin: mirrored pixels at each end, fewer than W.
        sums: int32, shape (H, (W + 2 margin + 1) * 3); entry (y, x) of a channel becomes the sum of all
            pixels before number x - margin.
    """
    height, width = picture.shape[0], picture.shape[1] // 3
    for y in range(height):
        source, target = picture[y], sums[y]
        red, green, blue = np.int32(0), np.int32(0), np.int32(0)
        for x in range(width + 2 * margin):
            place = 3 * reflected(x - margin, width)
            target[3 * x] = red
            target[3 * x + 1] = green
            target[3 * x + 2] = blue
            red += np.int32(source[place])
            green += np.int32(source[place + 1])
            blue += np.int32(source[place + 2])
        target[3 * (width + 2 * margin)] = red
        target[3 * (width + 2 * margin) + 1] = green
        target[3 * (width + 2 * margin) + 2] = blue


@kernel
def add_runs(
    sums: npt.NDArray[np.int32], y: int, distance: int, start: int, half: int, factor: int,
    total: npt.NDArray[np.int32],
) -> None:  # fmt: skip
    """Add `factor` times the sums of two horizontal runs, `distance` rows above and below row y, to `total`.

    Args:
        sums: int32, from `prefix_sums`.
        y: middle row; may lie outside the picture.
        distance: from it, rows; 0 adds the run in row y once.
        start: pixel of the padded row in the middle of total[0]'s run.
        half: a run reaches `half` pixels to both sides of its middle.
        factor: weight of the runs.
        total: int32, shape (values,); changed.
    """
    height, size = sums.shape[0], total.size
    left, right = 3 * (start - half), 3 * (start + half + 1)
    above, below = sums[reflected(y - distance, height)], sums[reflected(y + distance, height)]
    before, after = above[left : left + size], above[right : right + size]
    before_2, after_2 = below[left : left + size], below[right : right + size]
    if distance == 0:
        for x in range(size):
            total[x] += np.int32(factor) * np.int32(after[x] - before[x])
    else:
        for x in range(size):
            total[x] += np.int32(factor) * np.int32((after[x] - before[x]) + (after_2[x] - before_2[x]))


@kernel
def move_down(
    sums: npt.NDArray[np.int32], y: int, half: int, first: bool, tall: npt.NDArray[np.int32]
) -> None:
    """Make `tall` hold the sums of vertical runs of 2 half + 1 pixels around row y.

    Args:
        sums: int32, from `prefix_sums`.
        y: middle row; may lie outside the picture.
        half: a run reaches `half` pixels up and down.
        first: whether to sum anew; otherwise `tall` holds the runs around row y - 1.
        tall: int32, a padded row; changed.
    """
    height, size = sums.shape[0], tall.size
    if first:
        tall[:] = 0
    top = y + half if not first else y - half
    for row in range(top, y + half + 1):
        entering, next_pixel = sums[reflected(row, height)], sums[reflected(row, height), 3:]
        for x in range(size):
            tall[x] += next_pixel[x] - entering[x]
    if not first:
        leaving, next_pixel = sums[reflected(y - half - 1, height)], sums[reflected(y - half - 1, height), 3:]
        for x in range(size):
            tall[x] -= next_pixel[x] - leaving[x]


@kernel
def add_sides(
    tall: npt.NDArray[np.int32], start: int, distance: int, factor: int, total: npt.NDArray[np.int32]
) -> None:
    """Add `factor` times the values `distance` pixels to the left and to the right to `total`.

    Args:
        tall: int32, a padded row.
        start: pixel of the padded row that lies under total[0].
        distance: pixels.
        factor: weight of the values.
        total: int32, shape (values,); changed.
    """
    size = total.size
    left, right = 3 * (start - distance), 3 * (start + distance)
    before, after = tall[left : left + size], tall[right : right + size]
    for x in range(size):
        total[x] += np.int32(factor) * np.int32(before[x] + after[x])


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
    picture: npt.NDArray[np.uint8], halves: npt.NDArray[np.int64], weights: npt.NDArray[np.float64],
    ring: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], reciprocal: float,
    blurred: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set blurred = min(255, floor(smoothed sum over the disk / (cells * 2**32))).

    Args:
        picture: uint8, shape (H, W * 3).
        halves: int64, from `half_widths`.
        weights: float64, shape (3,), smoothing weights at distances 0, 1, 2, whole numbers.
        ring: int64, from `ring_runs`.
        lengths: int64, from `ring_lengths`.
        reciprocal: of cells * 2**32, a little too large.
        blurred: uint8, shape (H, W * 3); overwritten.
    """
    height, width = picture.shape[0], picture.shape[1] // 3
    radius = halves.size - 1
    margin = radius + REACH
    sums = np.empty((height, (width + 2 * margin + 1) * 3), np.int32)
    prefix_sums(picture, margin, sums)
    wide = (width + 2 * REACH) * 3
    disks = np.empty((5, wide), np.int32)  # disk sums of the five rows that are smoothed together
    sides = np.zeros((5, width * 3), np.int32)  # the ring's left and right parts, units of 2**-16
    ends = np.empty(wide, np.int32)  # the ring's upper and lower parts, units of 2**-16
    tall = np.empty((lengths.size, (width + 2 * margin) * 3), np.int32)  # sums of vertical runs
    column, beside = np.empty(wide, np.float64), np.zeros(width * 3, np.float64)
    for row in range(-REACH, height + REACH):
        disk, side = disks[(row + REACH) % 5], sides[(row + REACH) % 5]
        disk[:] = 0
        for distance in range(radius + 1):
            add_runs(sums, row, distance, radius, halves[distance], 1, disk)
        if ring.size > 0:
            side[:] = 0
            for i in range(lengths.size):
                move_down(sums, row, lengths[i], row == -REACH, tall[i])
            for run in range(ring.shape[0]):
                add_sides(tall[ring[run, 1]], margin, ring[run, 0], ring[run, 2], side)
        y = row - REACH
        if y < 0:
            continue
        smooth(disks, y + REACH, weights, column)
        if ring.size > 0:
            ends[:] = 0
            for run in range(ring.shape[0]):
                add_runs(sums, y, ring[run, 0], radius, lengths[ring[run, 1]], ring[run, 2], ends)
            for x in range(wide):
                column[x] += ends[x]
            smooth(sides, y + REACH, weights, beside)
        finish(column, beside, weights, reciprocal, blurred[y])


def defocus_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` out of focus.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used; defocus blur has no randomness.
    """
    height = image.shape[0]
    radius, weights = RADIUS[severity - 1], SMOOTHING[severity - 1]
    # A little too large, so that a whole quotient is not missed from below; any other quotient is farther
    # from the next whole number, since its denominator is at most 317 * 2**32.
    reciprocal = (1.0 / (cells(radius) * 2**32)) * (1.0 + 2.0**-50)
    blurred = np.empty(image.shape, np.uint8)
    defocus(
        image.reshape(height, -1), half_widths(radius), np.array(weights, np.float64),
        ring_runs(radius, weights), ring_lengths(radius, weights), reciprocal, blurred.reshape(height, -1),
    )  # fmt: skip
    return blurred
