"""Sums over horizontal and vertical runs of pixels, from prefix sums.

Sums of runs are kept modulo 2**16, which suffices to tell them apart and lets more of them be added at once.
A table of runs (int64, shape (runs, 4)) holds, row by row: distance of the run from the middle, both ways;
how far it reaches to both sides of its own middle (vertical runs: which row of `tall` it is); sign; group, 0
or 1.
"""

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel

MASK = 0xFFFF


@kernel
def reflected(line: int, lines: int) -> int:
    """Return `line`, at most lines - 1 outside, mirrored into 0 ... lines - 1; borders are not repeated."""
    if line < 0:
        return -line
    if line >= lines:
        return 2 * (lines - 1) - line
    return line


def mirrored_places(width: int, margin: int) -> npt.NDArray[np.uint32]:
    """Return where the pixels -margin ... width + margin of a mirrored row stand, counted in values."""
    pixels = np.abs(np.arange(-margin, width + margin + 1))
    places: npt.NDArray[np.uint32] = (3 * (width - 1 - np.abs(width - 1 - pixels))).astype(np.uint32)
    return places


@kernel
def prefix_sums(
    picture: npt.NDArray[np.uint8], places: npt.NDArray[np.uint32], sums: npt.NDArray[np.uint16]
) -> None:
    """Sum each channel along each row, the row mirrored at its ends, modulo 2**16.

    Args:
        picture: uint8, shape (H, W * 3).
        places: uint32, shape (P,), from `mirrored_places`.
        sums: uint16, shape (H, P * 3); entry (y, x) of a channel becomes the sum of all pixels before number
            x.
    """
    for y in range(picture.shape[0]):
        source, target = picture[y], sums[y]
        red, green, blue = 0, 0, 0
        for x in range(places.size):
            target[3 * x] = red & MASK
            target[3 * x + 1] = green & MASK
            target[3 * x + 2] = blue & MASK
            place = places[x]
            red += int(source[place])
            green += int(source[place + 1])
            blue += int(source[place + 2])


@kernel
def add_runs(
    sums: npt.NDArray[np.uint16], y: int, runs: npt.NDArray[np.int64], start: int,
    totals: npt.NDArray[np.uint16],
) -> None:  # fmt: skip
    """Set `totals` to the sums of horizontal runs above and below row y, group by group, modulo 2**16.

    Args:
        sums: uint16, from `prefix_sums`.
        y: middle row; may lie outside the picture.
        runs: int64, shape (runs, 4), a table of runs.
        start: pixel of the padded row in the middle of the runs of totals[:, 0].
        totals: uint16, shape (2, values); overwritten.
    """
    height, size = sums.shape[0], totals.shape[1]
    for group in range(2):
        total = totals[group]
        for x in range(size):
            total[x] = 0
    for run in range(runs.shape[0]):
        distance, half, sign = runs[run, 0], runs[run, 1], runs[run, 2]
        left, right = 3 * (start - half), 3 * (start + half + 1)
        above, below = sums[reflected(y - distance, height)], sums[reflected(y + distance, height)]
        a, b = above[left : left + size], above[right : right + size]
        c, d = below[left : left + size], below[right : right + size]
        total = totals[runs[run, 3]]
        if distance == 0:
            for x in range(size):
                total[x] = (int(total[x]) + int(b[x]) - int(a[x])) & MASK
        elif sign > 0:
            for x in range(size):
                total[x] = (int(total[x]) + int(b[x]) - int(a[x]) + int(d[x]) - int(c[x])) & MASK
        else:
            for x in range(size):
                total[x] = (int(total[x]) - int(b[x]) + int(a[x]) - int(d[x]) + int(c[x])) & MASK


@kernel
def move_down(
    sums: npt.NDArray[np.uint16], y: int, half: int, first: bool, tall: npt.NDArray[np.uint16]
) -> None:
    """Make `tall` hold the sums of vertical runs of 2 half + 1 pixels around row y.

    Args:
        sums: uint16, from `prefix_sums`.
        y: middle row; may lie outside the picture.
        half: a run reaches `half` pixels up and down.
        first: whether to sum anew; otherwise `tall` holds the runs around row y - 1.
        tall: uint16, a padded row; changed.
    """
    height, size = sums.shape[0], tall.size
    for row in range(y - half if first else y + half, y + half + 1):
        entering = sums[reflected(row, height)]
        right = entering[3:]
        leaving = sums[reflected(row - 2 * half - 1, height)]
        left = leaving[3:]
        if not first:
            for x in range(size):
                change = int(right[x]) - int(entering[x]) - int(left[x]) + int(leaving[x])
                tall[x] = (int(tall[x]) + change) & MASK
        else:
            for x in range(size):
                before = 0 if row == y - half else int(tall[x])
                tall[x] = (before + int(right[x]) - int(entering[x])) & MASK


@kernel
def add_sides(
    tall: npt.NDArray[np.uint16], runs: npt.NDArray[np.int64], start: int, totals: npt.NDArray[np.uint16]
) -> None:
    """Set `totals` to the sums of vertical runs to the left and to the right, group by group, modulo 2**16.

    Args:
        tall: uint16, shape (lengths, values), padded rows of vertical sums.
        runs: int64, shape (runs, 4), a table of runs.
        start: pixel of the padded row that lies under totals[:, 0].
        totals: uint16, shape (2, values); overwritten.
    """
    size = totals.shape[1]
    for group in range(2):
        total = totals[group]
        for x in range(size):
            total[x] = 0
    for run in range(runs.shape[0]):
        distance, sign = runs[run, 0], runs[run, 2]
        left, right = 3 * (start - distance), 3 * (start + distance)
        row = tall[runs[run, 1]]
        a, b = row[left : left + size], row[right : right + size]
        total = totals[runs[run, 3]]
        if sign > 0:
            for x in range(size):
                total[x] = (int(total[x]) + int(a[x]) + int(b[x])) & MASK
        else:
            for x in range(size):
                total[x] = (int(total[x]) - int(a[x]) - int(b[x])) & MASK


@kernel
def weigh(totals: npt.NDArray[np.uint16], near: int, far: int, weighed: npt.NDArray[np.int32]) -> None:
    """Set `weighed` to near * totals[0] + far * totals[1], both taken as numbers of -2**15 ... 2**15 - 1."""
    first, second = totals[0], totals[1]
    one, two = np.int32(near), np.int32(far)
    for x in range(weighed.size):
        a = np.int32(((int(first[x]) + 32768) & MASK) - 32768)
        b = np.int32(((int(second[x]) + 32768) & MASK) - 32768)
        weighed[x] = one * a + two * b
