"""The canonical step's own resampling filter: cubic, alias-free, and exact in integers.

One filter reduces and enlarges: Keys' cubic with a = -1/2, stretched by the reduction, what image libraries
call bicubic with antialiasing. Weights are integers of 20 bits, sums are exact, the only rounding is the
last one, so no order of summation, library or compiler can change a pixel.
Source of the kernel: Keys, Cubic convolution interpolation for digital image processing, IEEE ASSP 29 (1981).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.compiled import kernel

Pixels = npt.NDArray[np.uint8]

WEIGHT_BITS = 20  # 255 x 2^20 x 1.28 (the weights' absolute sum) stays within int32
ONE = 1 << WEIGHT_BITS


class Taps(NamedTuple):
    """Which old pixels make each new one.

    Attributes:
        first: int64 (T,), the first old pixel.
        weights: int32 (T, K), their weights, 2^20 in all; zeros follow the last one.
    """

    first: npt.NDArray[np.int64]
    weights: npt.NDArray[np.int32]


@lru_cache(maxsize=64)
def cubic_taps(size: int, side: int) -> Taps:
    """Return the taps from S = `size` old pixels to T = `side` new ones.

    Pixel centres lie at (2 j + 1) T and (2 i + 1) S on an axis of 2 S T units. With the distance
    n = |(2 j + 1) T - (2 i + 1) S| and the filter's unit u = 2 max(S, T), the raw weight is
    3 n^3 - 5 n^2 u + 2 u^3 below u, -n^3 + 5 n^2 u - 8 n u^2 + 4 u^3 from u to 2 u, and 0 beyond. Pixels
    outside the picture have no weight. With W the sum of the raw weights w, the weight is
    floor((2^21 w + W) / (2 W)), and what the weights lack of 2^20 is added to the first of the largest.
    """
    unit = 2 * max(size, side)
    firsts, lists = [], []
    for new in range(side):
        centre = (2 * new + 1) * size
        start = max(0, (centre - 2 * unit) // (2 * side) - 1)
        stop = min(size, (centre + 2 * unit) // (2 * side) + 2)
        raw = [_cubic(abs((2 * old + 1) * side - centre), unit) for old in range(start, stop)]
        total = sum(raw)
        weights = [(2 * ONE * value + total) // (2 * total) for value in raw]
        weights[weights.index(max(weights))] += ONE - sum(weights)
        while weights[0] == 0:
            weights.pop(0)
            start += 1
        firsts.append(start)
        lists.append(weights)
    table = np.zeros((side, max(len(weights) for weights in lists)), dtype=np.int32)
    for new, weights in enumerate(lists):
        table[new, : len(weights)] = weights
    return Taps(np.array(firsts, dtype=np.int64), table)


def _cubic(distance: int, unit: int) -> int:
    """Return 2 u^3 times Keys' kernel at `distance` / `unit`, exactly."""
    if distance < unit:
        return 3 * distance**3 - 5 * distance**2 * unit + 2 * unit**3
    if distance < 2 * unit:
        return -(distance**3) + 5 * distance**2 * unit - 8 * distance * unit**2 + 4 * unit**3
    return 0


def resample(square: Pixels, side: int) -> Pixels:
    """Reduce or enlarge a square picture.

    Out = clip(floor((sum over y and x of w_y w_x p + 2^39) / 2^40), 0, 255).

    Args:
        square: uint8, shape (S, S, 3).
        side: T, the new side in pixels.

    Returns:
        uint8, shape (T, T, 3).
    """
    taps = cubic_taps(square.shape[0], side)
    rows = np.ascontiguousarray(square).reshape(square.shape[0], -1)
    narrowed = np.zeros((side, rows.shape[1]), dtype=np.int32)
    _sum_rows(rows, taps.first, taps.weights, narrowed)
    pixels = np.empty((side, side, 3), dtype=np.uint8)
    _sum_columns(narrowed.reshape(side, -1, 3), taps.first, taps.weights, pixels)
    return pixels


@kernel
def _sum_rows(
    rows: Pixels,
    first: npt.NDArray[np.int64],
    weights: npt.NDArray[np.int32],
    out: npt.NDArray[np.int32],
) -> None:
    """Add to each row of `out`, int32 (T, L), its weighted rows of `rows`, uint8 (S, L)."""
    size, length = rows.shape
    for new in range(out.shape[0]):
        for tap in range(weights.shape[1]):
            weight = weights[new, tap]
            old = first[new] + tap
            if weight == 0 or old >= size:
                continue
            for x in range(length):
                out[new, x] += weight * np.int32(rows[old, x])


@kernel
def _level(total: int) -> int:
    """Return the grey level of a sum that already holds the rounding half."""
    value = total >> (2 * WEIGHT_BITS)
    if value < 0:
        return 0
    return 255 if value > 255 else value


@kernel
def _sum_columns(
    narrowed: npt.NDArray[np.int32],
    first: npt.NDArray[np.int64],
    weights: npt.NDArray[np.int32],
    out: Pixels,
) -> None:
    """Fill `out`, uint8 (T, T, 3), with the weighted columns of `narrowed`, int32 (T, S, 3), rounded once."""
    side, size, _ = narrowed.shape
    half = np.int64(1) << np.int64(2 * WEIGHT_BITS - 1)
    for y in range(side):
        for new in range(side):
            red = half
            green = half
            blue = half
            for tap in range(weights.shape[1]):
                old = first[new] + tap
                if old >= size:
                    break
                weight = np.int64(weights[new, tap])
                red += weight * np.int64(narrowed[y, old, 0])
                green += weight * np.int64(narrowed[y, old, 1])
                blue += weight * np.int64(narrowed[y, old, 2])
            out[y, new, 0] = _level(int(red))
            out[y, new, 1] = _level(int(green))
            out[y, new, 2] = _level(int(blue))
