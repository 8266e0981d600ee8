"""The canonical step's own resampling filters, exact in integers: area reduction and bicubic enlargement.

Both filters are separable with rational weights of one common denominator, so that the exact value of an
output pixel is an integer over an integer. It is rounded once, half up; no order of summation, no library
and no compiler can change it. All sums fit in int64 (the bound stands beside each filter).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def reduce_by_area(square: Pixels, side: int) -> Pixels:
    """Reduce a square picture: each new pixel is the exact mean of the area that it covers.

    With S the old side and T the new one, new pixel i covers [i S, (i+1) S) and old pixel j covers
    [j T, (j+1) T) on a common axis of S T units; the weight is the length they share, and the weights of one
    new pixel sum to S. Out = floor((sum of w_y w_x p + floor(S^2 / 2)) / S^2).

    Args:
        square: uint8, shape (S, S, C), S >= T.
        side: T, the new side in pixels.

    Returns:
        uint8, shape (T, T, C).
    """
    size = square.shape[0]
    columns = _area_sums(square, side, axis=0)  # at most 255 S
    total = _area_sums(columns, side, axis=1)  # at most 255 S^2: below 2^63 up to S = 1.9e8
    area = size * size
    means: Pixels = ((total + area // 2) // area).astype(np.uint8)
    return means


def _area_sums(values: npt.NDArray[np.generic], side: int, axis: int) -> npt.NDArray[np.int64]:
    """Sum `values` along `axis` with the overlap weights of `side` new pixels; each sum's weights make S.

    The whole old pixels from the one where a new pixel starts, times T, less the part before the start, plus
    the part of the last one before the end.
    """
    size = values.shape[axis]
    edges = np.arange(side + 1, dtype=np.int64) * size
    cells, parts = edges // side, edges % side
    shape = [1] * values.ndim
    shape[axis] = side
    sums = np.add.reduceat(values, cells[:-1], axis=axis, dtype=np.int64) * side
    at_edges = np.take(values, np.minimum(cells, size - 1), axis=axis).astype(np.int64)
    before, after = np.split(at_edges, [side], axis=axis)[0], np.split(at_edges, [1], axis=axis)[1]
    weighted: npt.NDArray[np.int64] = (
        sums - before * parts[:-1].reshape(shape) + after * parts[1:].reshape(shape)
    )
    return weighted


def enlarge_bicubic(square: Pixels, side: int) -> Pixels:
    """Enlarge a square picture by Keys' cubic convolution with a = -1/2, edges repeated.

    With S the old side, T the new one and D = 2 T, new pixel i looks at n = (2 i + 1) S - T: old pixel
    j = floor(n / D) and fraction m / D with m = n - j D. The weights of old pixels j - 1 .. j + 2 are, over
    the denominator 2 D^3: -m (D - m)^2, 2 D^3 - 5 D m^2 + 3 m^3, D^2 m + 4 D m^2 - 3 m^3, -m^2 (D - m).
    Out = clip(128 + floor((sum of w_y w_x (p - 128) + 2 D^6) / (4 D^6)), 0, 255).

    Source: Keys, Cubic convolution interpolation for digital image processing, IEEE ASSP 29 (1981).

    Args:
        square: uint8, shape (S, S, C), S < T.
        side: T, the new side in pixels, at most 224 (beyond it the sums would leave int64).

    Returns:
        uint8, shape (T, T, C).
    """
    size = square.shape[0]
    if side > 224:
        raise ValueError(f"bicubic enlargement to {side} pixels: the exact sums fit in int64 up to 224")
    indices, weights = _cubic_taps(size, side)
    centred = square.astype(np.int64) - 128
    rows = sum(centred[indices[k]] * weights[k][:, None, None] for k in range(4))
    # |w_y| |w_x| products sum to at most 1.28 (2 D^3)^2 on one sign, so |total| < 2^62.5 at T = 224.
    total = sum(rows[:, indices[k]] * weights[k][None, :, None] for k in range(4))
    denominator = 4 * (2 * side) ** 6
    value = 128 + (total + denominator // 2) // denominator
    pixels: Pixels = np.clip(value, 0, 255).astype(np.uint8)
    return pixels


def _cubic_taps(size: int, side: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the old pixels' indices and weights, both (4, side), of each new pixel."""
    unit = 2 * side
    position = (2 * np.arange(side, dtype=np.int64) + 1) * size - side
    first = position // unit
    part = position - first * unit
    rest = unit - part
    weights = np.stack(
        [
            -part * rest * rest,
            2 * unit**3 - 5 * unit * part * part + 3 * part**3,
            unit * unit * part + 4 * unit * part * part - 3 * part**3,
            -part * part * rest,
        ]
    )
    indices = np.clip(first + np.arange(-1, 3)[:, None], 0, size - 1)
    return indices, weights
