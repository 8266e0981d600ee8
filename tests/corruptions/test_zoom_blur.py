"""Zoom blur: which factors, where enlargements lie, and the exact mean."""

from fractions import Fraction

import numpy as np
import pytest

from hzbench.corruptions.enlargement import enlargement
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.zoom_blur import PERCENT, add_layers_of_large_picture, layers, zoom_blur

NO_STREAM = RandomStream(0, 0, 0, 0)


def test_factors_are_those_of_the_original():
    """12, 16, 11, 13 and 11 factors: numpy.arange(1, 1.11, 0.01) reaches 1.11 by a rounding error."""
    factors = [list(range(first, last + 1, step)) for first, last, step in PERCENT]
    assert [len(each) for each in factors] == [12, 16, 11, 13, 11]
    assert [each[-1] for each in factors] == [111, 115, 120, 124, 130]


def test_crops_at_224_are_the_published_ones():
    """ceil(224 / factor) lines are read, and they spread over 224 or 225."""
    assert [enlargement(224, percent).lines for percent in (100, 101, 111)] == [224, 222, 202]
    assert [enlargement(224, percent).lines for percent in (300, 200, 400, 450, 250)] == [75, 112, 56, 50, 90]
    assert [enlargement(224, percent).grid for percent in (300, 200, 400, 450, 250)] == [
        224,
        223,
        223,
        224,
        224,
    ]


@pytest.mark.parametrize("percent", [100, 101, 130, 250, 450])
@pytest.mark.parametrize("side", [32, 97, 224])
def test_corners_lie_on_corners(side, percent):
    """Line j lies at first + (j + trim)(count - 1) / grid, between two lines of the crop."""
    axis = enlargement(side, percent)
    place = [
        Fraction(int(near)) + Fraction(int(w), axis.grid)
        for near, w in zip(axis.near, axis.weight, strict=True)
    ]
    trim = (axis.grid + 1 - side) // 2
    assert place == [axis.first + Fraction((j + trim) * (axis.lines - 1), axis.grid) for j in range(side)]
    assert axis.near.min() >= axis.first
    assert axis.near.max() + 1 < axis.first + axis.lines
    assert 0 <= axis.weight.min() <= axis.weight.max() <= axis.grid


@pytest.mark.parametrize("severity", range(1, 6))
@pytest.mark.parametrize("value", [1, 100, 255])
def test_a_flat_picture_stays_as_it_is(severity, value):
    """The mean of equal layers is exact."""
    flat = np.full((224, 224, 3), value, np.uint8)
    assert (zoom_blur(flat, severity, NO_STREAM) == value).all()


@pytest.mark.parametrize("severity", range(1, 6))
def test_pixels_are_exact_means(severity):
    """Some pixels recomputed with fractions are equal."""
    picture = np.random.default_rng(severity).integers(0, 256, (48, 35, 3), np.uint8)
    blurred = zoom_blur(picture, severity, NO_STREAM)
    first, last, step = PERCENT[severity - 1]
    for y, x in [(0, 0), (0, 34), (47, 0), (47, 34), (23, 17), (5, 29), (40, 8)]:
        total = [2 * Fraction(int(value)) for value in picture[y, x]]
        for percent in range(first + step, last + 1, step):
            row, column = enlargement(48, percent), enlargement(35, percent)
            top, left = int(row.near[y]), int(column.near[x])
            down, right = Fraction(int(row.weight[y]), row.grid), Fraction(int(column.weight[x]), column.grid)
            for channel in range(3):
                corner = [[int(picture[top + i, left + j, channel]) for j in (0, 1)] for i in (0, 1)]
                upper = (1 - right) * corner[0][0] + right * corner[0][1]
                lower = (1 - right) * corner[1][0] + right * corner[1][1]
                total[channel] += (1 - down) * upper + down * lower
        count = len(range(first, last + 1, step)) + 1
        assert blurred[y, x].tolist() == [int(value / count) for value in total]


@pytest.mark.parametrize("shape", [(32, 48, 3), (224, 224, 3), (257, 256, 3)])
def test_both_kernels_agree(shape):
    """Packed pixels and the plain sums for large pictures give the same bytes."""
    picture = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    for severity in (1, 5):
        zooms, large = layers(*shape[:2], severity), np.empty(shape, np.uint8)
        add_layers_of_large_picture(
            picture.reshape(shape[0], -1), *zooms.rows, *zooms.columns, zooms.factors,
            zooms.picture_factor, zooms.denominator, large.reshape(shape[0], -1),
        )  # fmt: skip
        assert (zoom_blur(picture, severity, NO_STREAM) == large).all()


def test_large_pictures_are_blurred_too():
    """A picture beyond the packed kernel's size keeps flat parts and its shape."""
    picture = np.full((300, 500, 3), 77, np.uint8)
    assert (zoom_blur(picture, 4, NO_STREAM) == picture).all()


def test_a_picture_too_large_for_64_bits_is_refused():
    """The error names the shape and the limit."""
    huge = np.broadcast_to(np.uint8(0), (7000, 7000, 3))
    with pytest.raises(ValueError, match="46 million"):
        zoom_blur(huge, 2, NO_STREAM)
