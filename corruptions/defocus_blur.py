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
            total[x] += factor * (after[x] - before[x])
    else:
        for x in range(size):
            total[x] += factor * ((after[x] - before[x]) + (after_2[x] - before_2[x]))


@kernel
def add_columns(
    tall: npt.NDArray[np.int32], start: int, distance: int, factor: int, total: npt.NDArray[np.int32]
) -> None:
    """Add `factor` times the values `distance` pixels to the left and right to `total`.

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
        total[x] += factor * (before[x] + after[x])


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
        for row in range(y - half, y + half + 1):
            pixels = sums[reflected(row, height)]
            for x in range(size):
                tall[x] += pixels[x + 3] - pixels[x]
    else:
        entering, leaving = sums[reflected(y + half, height)], sums[reflected(y - half - 1, height)]
        for x in range(size):
            tall[x] += (entering[x + 3] - entering[x]) - (leaving[x + 3] - leaving[x])


@kernel
def defocus(
    picture: npt.NDArray[np.uint8], halves: npt.NDArray[np.int64], weights: npt.NDArray[np.int32],
    ring: bool, reciprocal: float, blurred: npt.NDArray[np.uint8],
) -> None:  # fmt: skip
    """Set blurred = min(255, floor(smoothed sum over the disk / (cells * 2**32))).

    Args:
        picture: uint8, shape (H, W * 3).
        halves: int64, from `half_widths`.
        weights: int32, shape (3,), smoothing weights at distances 0, 1, 2.
        ring: whether the mirrored border of the kernel's array adds weight.
        reciprocal: of cells * 2**32, a little too large.
        blurred: uint8, shape (H, W * 3); overwritten.
    """
    height, width = picture.shape[0], picture.shape[1] // 3
    radius = halves.size - 1
    margin = radius + REACH
    centre, near, far = weights[0], weights[1], weights[2]
    one, two = halves[radius - 1], halves[radius - 2]  # the rows that the border of the array mirrors
    sums = np.empty((height, (width + 2 * margin + 1) * 3), np.int32)
    prefix_sums(picture, margin, sums)
    wide = (width + 2 * REACH) * 3
    disks = np.empty((5, wide), np.int32)  # disk sums of the five rows that are smoothed together
    sides = np.zeros((5, width * 3), np.int32)  # the ring's left and right parts, units of 2**-16
    ends = np.zeros(wide, np.int32)  # the ring's upper and lower parts, units of 2**-16
    tall_one = np.zeros((width + 2 * margin) * 3, np.int32)
    tall_two = np.zeros((width + 2 * margin) * 3, np.int32)
    pixels = np.zeros((width + 2 * margin) * 3, np.int32)
    column = np.empty(wide, np.float64)
    for row in range(-REACH, height + REACH):
        disk = disks[(row + REACH) % 5]
        disk[:] = 0
        for distance in range(radius + 1):
            add_runs(sums, row, distance, radius, halves[distance], 1, disk)
        if ring:
            side = sides[(row + REACH) % 5]
            side[:] = 0
            first = row == -REACH
            move_down(sums, row, 0, True, pixels)
            move_down(sums, row, one, first, tall_one)
            move_down(sums, row, two, first, tall_two)
            add_columns(tall_one, margin, radius, near, side)
            add_columns(pixels, margin, radius + 1, -near, side)
            add_columns(tall_two, margin, radius, far, side)
            add_columns(tall_one, margin, radius - 1, far, side)
            add_columns(tall_one, margin, radius + 1, -far, side)
            add_columns(pixels, margin, radius + 2, -far, side)
        y = row - REACH
        if y < 0:
            continue
        if ring:
            ends[:] = 0
            add_runs(sums, y, radius, radius, one, near, ends)
            add_runs(sums, y, radius + 1, radius, 0, -near, ends)
            add_runs(sums, y, radius, radius, two, far, ends)
            add_runs(sums, y, radius - 1, radius, one, far, ends)
            add_runs(sums, y, radius + 1, radius, one, -far, ends)
            add_runs(sums, y, radius + 2, radius, 0, -far, ends)
        a, b, c, d, e = (
            disks[y % 5],
            disks[(y + 1) % 5],
            disks[(y + 2) % 5],
            disks[(y + 3) % 5],
            disks[(y + 4) % 5],
        )
        for x in range(wide):
            column[x] = ends[x] + (
                float(centre) * c[x] + float(near) * (b[x] + d[x]) + float(far) * (a[x] + e[x])
            )
        a, b, c, d, e = (
            sides[y % 5],
            sides[(y + 1) % 5],
            sides[(y + 2) % 5],
            sides[(y + 3) % 5],
            sides[(y + 4) % 5],
        )
        left_2, left, right, right_2 = column[0:], column[3:], column[9:], column[12:]
        middle, target = column[6:], blurred[y]
        for x in range(width * 3):
            total = (
                float(centre) * middle[x]
                + float(near) * (left[x] + right[x])
                + float(far) * (left_2[x] + right_2[x])
            )
            total += float(centre) * c[x] + float(near) * (b[x] + d[x]) + float(far) * (a[x] + e[x])
            target[x] = min(np.int32(total * reciprocal), 255)


def defocus_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` out of focus.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used; defocus blur has no randomness.
    """
    height = image.shape[0]
    radius = RADIUS[severity - 1]
    # A little too large, so that a whole quotient is not missed from below; any other quotient is farther
    # from the next whole number, since its denominator is at most 317 * 2**32.
    reciprocal = (1.0 / (cells(radius) * 2**32)) * (1.0 + 2.0**-50)
    blurred = np.empty(image.shape, np.uint8)
    defocus(
        image.reshape(height, -1), half_widths(radius), np.array(SMOOTHING[severity - 1], np.int32),
        radius >= TOUCHES_BORDER, reciprocal, blurred.reshape(height, -1),
    )  # fmt: skip
    return blurred
