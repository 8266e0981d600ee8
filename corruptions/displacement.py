"""Smooth random displacements: uniform noise under a Gaussian, in integers.

Noise is uniform on 4,096 equally spaced places of (-1, 1): (2 n + 1) / 4096 for n = -2048 ... 2047. Edges
are reflected (the edge pixel comes twice). Sums stay below 2**31: noise has 12 bits and weights sum to 2**19
in the first pass; 15 bits and less than 2**17 in the second. A very wide Gaussian is computed at nodes 16
pixels apart, with a cubic between them.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel
from hzbench.corruptions.packed_pixels import reflect
from hzbench.corruptions.shipped_tables import load_table

Noise = npt.NDArray[np.int16]
Field = npt.NDArray[np.int32]
Weights = npt.NDArray[np.int32]

TABLE_BITS = 24  # the weights of the table sum to 2**24
FIRST_BITS = 19  # those of the first pass to 2**19
BLURRED_BITS = 14  # 2**14 is the amplitude 1 between the passes
NODE_SPACING = 16  # pixels


class Smoothing(NamedTuple):
    """How noise becomes a displacement."""

    row: int  # of the table elastic_kernels
    radius: int  # pixels
    hundredths: int  # amplitude alpha, in 1/100 pixel
    bits: int  # weights of the second pass sum to alpha * 2**bits
    nodes: bool  # computed at nodes


def centred(uniforms: npt.NDArray[np.uint16]) -> Noise:
    """Return n = the 12 high bits - 2048 of 16-bit uniform values, int16."""
    return (uniforms >> 4).astype(np.int16) - np.int16(2048)


@lru_cache(maxsize=8)
def first_weights(smoothing: Smoothing) -> Weights:
    """Return the one-sided weights of the first pass, a zero after them to make their number odd, int32."""
    return _first(_odd(_one_sided(smoothing)))


@lru_cache(maxsize=8)
def second_weights(smoothing: Smoothing) -> Weights:
    """Return the one-sided weights of the second pass, times alpha, a zero after them as above, int32."""
    return _second(_odd(_one_sided(smoothing)), smoothing)


def _one_sided(smoothing: Smoothing) -> npt.NDArray[np.int64]:
    table: npt.NDArray[np.int32] = load_table("elastic_kernels")
    return table[smoothing.row, : smoothing.radius + 1].astype(np.int64)


def _odd(weights: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.append(weights, np.zeros((weights.size + 1) % 2, np.int64))


def _first(weights: npt.NDArray[np.int64]) -> Weights:
    half = 1 << (TABLE_BITS - FIRST_BITS - 1)
    rounded: Weights = ((weights + half) >> (TABLE_BITS - FIRST_BITS)).astype(np.int32)
    return rounded


def _second(weights: npt.NDArray[np.int64], smoothing: Smoothing) -> Weights:
    scale = smoothing.hundredths << smoothing.bits
    rounded: Weights = ((weights * scale + 50 * 2**TABLE_BITS) // (100 * 2**TABLE_BITS)).astype(np.int32)
    return rounded


@lru_cache(maxsize=16)
def node_weights(smoothing: Smoothing, size: int) -> tuple[Weights, Weights]:
    """Return what each pixel of a line adds to each node, for both passes, int32, shape (nodes, size) each.

    Node j stands at pixel 16 (j - 1), so that every pixel has two nodes on each side; some stand outside.

    Args:
        smoothing: which kernel.
        size: length of the line, pixels.
    """
    radius = smoothing.radius
    one_sided = _one_sided(smoothing)
    both_sides = np.concatenate([one_sided[:0:-1], one_sided])
    folded = np.zeros(((size - 1) // NODE_SPACING + 4, size), np.int64)
    for j in range(len(folded)):
        places = (np.arange(-radius, radius + 1) + NODE_SPACING * (j - 1)) % (2 * size)
        np.add.at(folded[j], np.minimum(places, 2 * size - 1 - places), both_sides)
    return _first(folded), _second(folded, smoothing)


@kernel
def blur_columns(noise: Noise, weights: Weights, sums: Field, blurred: Noise) -> None:
    """Blur along columns, weights summing to 2**19, into units of 2**-14.

    Args:
        noise: from `centred`, shape (H, W).
        weights: one-sided, shape (radius + 1,), radius even.
        sums: int32, shape (2, at least W): room for one row.
        blurred: int16, shape (H, W); overwritten.
    """
    height, width = noise.shape
    for y in range(height):
        for x in range(width):
            sums[0, x] = weights[0] * np.int32(noise[y, x])
        for distance in range(1, weights.size, 2):  # two at a time: half the loads and stores of sums
            weight, next_weight = weights[distance], weights[distance + 1]
            above, below = noise[reflect(y - distance, height)], noise[reflect(y + distance, height)]
            next_above = noise[reflect(y - distance - 1, height)]
            next_below = noise[reflect(y + distance + 1, height)]
            for x in range(width):
                near = np.int32(above[x]) + np.int32(below[x])
                far = np.int32(next_above[x]) + np.int32(next_below[x])
                sums[0, x] += weight * near + next_weight * far
        for x in range(width):
            blurred[y, x] = (np.int64(sums[0, x]) + 2**15) >> 16


@kernel
def blur_rows(blurred: Noise, weights: Weights, offset: int, shift: int, sums: Field, field: Field) -> None:
    """Blur along rows: (weighted sum + offset) >> shift.

    Args:
        blurred: from `blur_columns`, shape (H, W).
        weights: one-sided, shape (radius + 1,), radius even.
        offset: added before the shift.
        shift: bits.
        sums: int32, shape (2, at least W + 2 radius): room for one padded row and its sums.
        field: int32, shape (H, W); overwritten.
    """
    height, width = blurred.shape
    radius = weights.size - 1
    for y in range(height):
        row, line = sums[1], sums[0, radius:]
        for x in range(radius):
            sums[0, x] = blurred[y, reflect(x - radius, width)]
            line[width + x] = blurred[y, reflect(width + x, width)]
        for x in range(width):
            line[x] = blurred[y, x]
        for x in range(width):
            row[x] = weights[0] * line[x]
        for distance in range(1, radius + 1, 2):
            weight, next_weight = weights[distance], weights[distance + 1]
            before, after = sums[0, radius - distance :], sums[0, radius + distance :]
            next_before, next_after = sums[0, radius - distance - 1 :], sums[0, radius + distance + 1 :]
            for x in range(width):
                row[x] += weight * (before[x] + after[x]) + next_weight * (next_before[x] + next_after[x])
        for x in range(width):
            field[y, x] = (np.int64(sums[1, x]) + offset) >> shift


@kernel
def sum_columns(noise: Noise, weights: Weights, sums: Field, blurred: Noise) -> None:
    """Weigh whole columns into nodes, in units of 2**-14.

    Args:
        noise: from `centred`, shape (H, W).
        weights: shape (nodes, H).
        sums: int32, shape (2, at least W): room for one row.
        blurred: int16, shape (nodes, W); overwritten.
    """
    height, width = noise.shape
    for j in range(weights.shape[0]):
        for x in range(width):
            sums[0, x] = 0
        for y in range(height):
            weight = weights[j, y]
            for x in range(width):
                sums[0, x] += weight * np.int32(noise[y, x])
        for x in range(width):
            blurred[j, x] = (np.int64(sums[0, x]) + 2**15) >> 16


@kernel
def sum_rows(blurred: Noise, weights: Weights, nodes: npt.NDArray[np.int64]) -> None:
    """Weigh whole rows into nodes: blurred (m, W), weights (n, W) -> nodes (m, n)."""
    for j in range(blurred.shape[0]):
        for k in range(weights.shape[0]):
            total = np.int64(0)
            for x in range(blurred.shape[1]):
                total += np.int64(blurred[j, x]) * np.int64(weights[k, x])
            nodes[j, k] = total


def cubic_shares() -> npt.NDArray[np.int64]:
    """Return the Catmull-Rom weights of four nodes at each of 16 places past the second, units of 2**-13."""
    step = np.arange(NODE_SPACING, dtype=np.int64)
    square, cube = step * step, step * step * step
    return np.stack(
        [
            32 * square - 256 * step - cube,
            8192 - 80 * square + 3 * cube,
            256 * step + 64 * square - 3 * cube,
            cube - 16 * square,
        ]
    )


@kernel
def interpolate(
    nodes: npt.NDArray[np.int64],
    shares: npt.NDArray[np.int64],
    offset: int,
    shift: int,
    line: npt.NDArray[np.int64],
    field: Field,
) -> None:
    """Fill a field from its nodes by cubics, columns first: (interpolated value + offset) >> shift.

    Args:
        nodes: shape (m, n), node (j, k) standing at pixel (16 (j - 1), 16 (k - 1)).
        shares: from `cubic_shares`, shape (4, 16).
        offset: added before the shift.
        shift: bits.
        line: int64, shape (n,): room for the nodes of one row.
        field: int32, shape (H, W); overwritten.
    """
    height, width = field.shape
    for y in range(height):
        j, step = y // NODE_SPACING, y % NODE_SPACING
        for k in range(line.size):
            total = shares[0, step] * nodes[j, k] + shares[1, step] * nodes[j + 1, k]
            total += shares[2, step] * nodes[j + 2, k] + shares[3, step] * nodes[j + 3, k]
            line[k] = total >> 13
        for start in range(0, width, NODE_SPACING):
            k = start // NODE_SPACING
            before, first, second, after = line[k], line[k + 1], line[k + 2], line[k + 3]
            for step in range(min(NODE_SPACING, width - start)):
                total = shares[0, step] * before + shares[1, step] * first
                total += shares[2, step] * second + shares[3, step] * after
                field[y, start + step] = ((total >> 13) + offset) >> shift


def displacement(noise: Noise, smoothing: Smoothing) -> Field:
    """Return alpha * blur(noise) in units of 2**-8 pixel, rounded, int32, shape (H, W).

    Args:
        noise: from `centred`, shape (H, W).
        smoothing: kernel and amplitude.
    """
    height, width = noise.shape
    shift = BLURRED_BITS + smoothing.bits - 8
    middle = (smoothing.hundredths << (BLURRED_BITS + smoothing.bits)) // (100 * 4096)  # noise is n + 1/2
    offset = middle + (1 << (shift - 1))
    field = np.empty((height, width), np.int32)
    sums = np.empty((2, width + 2 * smoothing.radius + 2), np.int32)
    if smoothing.nodes:
        (columns, _), (_, rows) = node_weights(smoothing, height), node_weights(smoothing, width)
        blurred = np.empty((len(columns), width), np.int16)
        nodes = np.empty((len(columns), len(rows)), np.int64)
        sum_columns(noise, columns, sums, blurred)
        sum_rows(blurred, rows, nodes)
        interpolate(nodes, cubic_shares(), offset, shift, np.empty(len(rows), np.int64), field)
    else:
        blurred = np.empty((height, width), np.int16)
        blur_columns(noise, first_weights(smoothing), sums, blurred)
        blur_rows(blurred, second_weights(smoothing), offset, shift, sums, field)
    return field
