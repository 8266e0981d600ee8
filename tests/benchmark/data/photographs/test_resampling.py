"""The canonical filter: exact, faithful to bicubic with antialiasing, and free of aliases."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.photographs.resampling import ONE, Pixels, cubic_taps, resample


def keys(x: Fraction) -> Fraction:
    """Keys' kernel with a = -1/2."""
    x = abs(x)
    if x < 1:
        return Fraction(3, 2) * x**3 - Fraction(5, 2) * x**2 + 1
    if x < 2:
        return -Fraction(1, 2) * x**3 + Fraction(5, 2) * x**2 - 4 * x + 2
    return Fraction(0)


def weights_by_fractions(size: int, side: int, new: int) -> list[int]:
    """The specification's weights of every old pixel, in rational arithmetic."""
    stretch = max(Fraction(1), Fraction(size, side))
    centre = (new + Fraction(1, 2)) * Fraction(size, side)
    raw = [keys((old + Fraction(1, 2) - centre) / stretch) for old in range(size)]
    total = sum(raw)
    weights = [int((ONE * value / total + Fraction(1, 2)) // 1) for value in raw]
    weights[weights.index(max(weights))] += ONE - sum(weights)
    return weights


def resample_by_python(square: Pixels, side: int) -> Pixels:
    """Resample with Python integers, one output value at a time."""
    size = square.shape[0]
    weights = [weights_by_fractions(size, side, new) for new in range(side)]
    out = np.zeros((side, side, 3), dtype=np.uint8)
    values = square.tolist()
    for y in range(side):
        for x in range(side):
            for channel in range(3):
                total = sum(
                    weights[y][i] * weights[x][j] * values[i][j][channel]
                    for i in range(size)
                    if weights[y][i]
                    for j in range(size)
                    if weights[x][j]
                )
                out[y, x, channel] = min(max((total + (1 << 39)) >> 40, 0), 255)
    return out


@pytest.mark.parametrize(("size", "side"), [(19, 11), (7, 12), (12, 12)])
def test_equals_a_plain_rational_version(size: int, side: int) -> None:
    """A second implementation, written with fractions from the docstring, gives the same bytes."""
    square = np.random.default_rng(size).integers(0, 256, (size, size, 3), dtype=np.uint8)
    assert np.array_equal(resample(square, side), resample_by_python(square, side))


@pytest.mark.parametrize("size", [32, 97, 223, 225, 300, 448, 1000, 4001])
def test_weights_sum_to_one(size: int) -> None:
    """Each new pixel's weights are 2^20 in all and name only pixels that exist."""
    taps = cubic_taps(size, 224)
    assert (taps.weights.sum(axis=1) == ONE).all()
    used = taps.first[:, None] + np.arange(taps.weights.shape[1])
    assert used[taps.weights != 0].max() < size
    assert taps.first.min() >= 0


@pytest.mark.parametrize("size", [40, 150, 300, 640])
def test_is_what_pillow_calls_bicubic(size: int) -> None:
    """Pillow's antialiased bicubic, which rounds between its two passes, is at most a few levels away."""
    coarse = np.random.default_rng(1).integers(0, 256, (size // 4, size // 4, 3), dtype=np.uint8)
    square = np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BILINEAR))
    pillow = np.asarray(Image.fromarray(square).resize((224, 224), Image.Resampling.BICUBIC)).astype(int)
    away = np.abs(resample(square, 224) - pillow)
    assert away.max() <= 4
    assert away.mean() < 0.5


@pytest.mark.parametrize("size", [50, 224, 700])
def test_a_flat_picture_stays_flat(size: int) -> None:
    """No weight is lost: every level comes back."""
    for level in (0, 1, 100, 254, 255):
        square = np.full((size, size, 3), level, dtype=np.uint8)
        assert (resample(square, 224) == level).all()


def test_detail_too_fine_for_the_new_size_vanishes() -> None:
    """Stripes of one pixel, reduced to a third, become grey and not coarse stripes."""
    square = np.zeros((672, 672, 3), dtype=np.uint8)
    square[:, ::2] = 255
    inner = resample(square, 224)[4:-4, 4:-4].astype(int)
    assert inner.min() >= 120
    assert inner.max() <= 135


def test_turning_commutes_with_resampling() -> None:
    """The filter has no favourite direction, up to the one level that the remainder of a weight can move."""
    square = np.random.default_rng(3).integers(0, 256, (301, 301, 3), dtype=np.uint8)
    turned = resample(np.ascontiguousarray(square.transpose(1, 0, 2)), 224)
    assert np.array_equal(turned, resample(square, 224).transpose(1, 0, 2))


def test_the_compiler_changes_no_byte() -> None:
    """The kernels as plain Python give what the compiled ones give."""
    from hzbench.benchmark.data.photographs import resampling

    def plain(function: Any) -> Any:
        return getattr(function, "py_func", function)

    square = np.random.default_rng(5).integers(0, 256, (41, 41, 3), dtype=np.uint8)
    taps = cubic_taps(41, 20)
    narrowed = np.zeros((20, 123), dtype=np.int32)
    plain(resampling._sum_rows)(square.reshape(41, 123), taps.first, taps.weights, narrowed)
    pixels = np.empty((20, 20, 3), dtype=np.uint8)
    plain(resampling._sum_columns)(narrowed.reshape(20, 41, 3), taps.first, taps.weights, pixels)
    assert np.array_equal(pixels, resample(square, 20))
    levels = [plain(resampling._level)(value) for value in (-1, 0, (7 << 40) + 5, 300 << 40)]
    assert levels == [0, 0, 7, 255]
