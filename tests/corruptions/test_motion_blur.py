"""Motion blur and its trail: weights, shifts, arithmetic, borders."""

import math

import numpy as np
import pytest

from hzbench.corruptions.motion_blur import RADIUS_AND_SIGMA, motion_blur
from hzbench.corruptions.motion_kernel import TRAILS, direction, motion_trail, trail_shifts
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.shipped_tables import load_table

ONE = 2**30
STREAM = RandomStream(1, 2, 3, 4)


def test_weights_are_those_of_a_one_sided_gaussian():
    """Each weight lies within one unit of the exact value, and each trail's weights sum to 2**23."""
    table = load_table("motion_weights")
    assert (table.sum(axis=1) == 2**23).all()
    for (radius, sigma), row in TRAILS.items():
        exact = [math.exp(-i * i / (2 * sigma * sigma)) for i in range(2 * radius + 1)]
        scaled = np.array(exact) / math.fsum(exact) * 2**23
        np.testing.assert_allclose(table[row, : len(exact)], scaled, rtol=0, atol=1)
        assert not table[row, len(exact) :].any()


def test_directions_fill_the_quarter_evenly():
    """Directions are the middles of 4,096 equal parts of -45 to 45 degrees."""
    angles = np.deg2rad((2 * np.arange(4096) + 1 - 4096) * 45 / 4096)
    exact = np.stack([np.cos(angles), np.sin(angles)], axis=1) * ONE
    np.testing.assert_allclose(load_table("motion_directions"), exact, rtol=0, atol=0.51)


def test_a_word_picks_a_direction_by_its_upper_bits():
    """The smallest word gives nearly -45 degrees, the largest nearly 45."""
    cosine, sine = direction(0)
    assert (cosine, -sine) == direction(2**32 - 1)
    assert math.degrees(math.atan2(sine, cosine)) == pytest.approx(-45 + 45 / 4096)


def test_shifts_equal_the_float_formula():
    """A tap's shift is ceil(i cos - 1/2), as ImageMagick computes it in float64, for every direction."""
    angles = np.deg2rad((2 * np.arange(4096) + 1 - 4096) * 45 / 4096)
    shifts = np.empty(41, np.int64)
    for column, function in enumerate((np.cos, np.sin)):
        exact = np.ceil(np.arange(41) * function(angles)[:, None] - 0.5)
        for place in range(4096):
            trail_shifts(direction(place << 20)[column], shifts)
            assert (shifts == exact[place]).all()


def test_a_bright_point_leaves_a_trail_to_its_left():
    """A pixel takes from those on its right, weighted and rounded as ImageMagick does."""
    picture = np.zeros((32, 64), np.uint8)
    picture[16, 40] = 255
    blurred = motion_trail(picture, 1, 10, 3, ONE, 0)
    weights = load_table("motion_weights")[TRAILS[10, 3], :21].astype(int)
    expected = [(257 * 255 * int(w) + 2**22) // 2**23 // 257 for w in weights]
    assert blurred[16, 20:41].tolist() == expected[::-1]
    blurred[16, 20:41] = 0
    assert not blurred.any()


def test_rounding_is_imagemagicks():
    """floor(round(257 f) / 257) and one shifted sum agree around every step."""
    for value in range(256):
        for offset in range(-40000, 40000, 997):
            total = value * 2**23 + offset
            if 0 <= total <= 255 * 2**23:
                assert (total + 2**22 // 257) >> 23 == (257 * total + 2**22) // 2**23 // 257


@pytest.mark.parametrize("severity", range(1, 6))
@pytest.mark.parametrize("value", [0, 1, 100, 255])
def test_a_flat_picture_stays_as_it_is(severity, value):
    """Weights sum to one exactly."""
    flat = np.full((40, 33, 3), value, np.uint8)
    assert (motion_blur(flat, severity, STREAM) == value).all()


@pytest.mark.parametrize("word", [0, 2**31, 2**32 - 1])
@pytest.mark.parametrize("severity", [1, 5])
def test_borders_repeat_outward(word, severity):
    """Pixels equal sums over clamped coordinates, even with trails longer than the picture."""
    picture = np.random.default_rng(word).integers(0, 256, (34, 32, 3), np.uint8)
    radius, sigma = RADIUS_AND_SIGMA[severity - 1]
    cosine, sine = direction(word)
    weights = load_table("motion_weights")[TRAILS[radius, sigma]].astype(np.int64)
    y, x = np.mgrid[:34, :32]
    wide = picture.astype(np.int64)  # numpy 1 would keep products in 8 bits
    total = np.zeros((34, 32, 3), np.int64)
    for i in range(2 * radius + 1):
        down, right = ((i * part + 2**29 - 1) >> 30 for part in (sine, cosine))
        total += weights[i] * wide[np.clip(y + down, 0, 33), np.clip(x + right, 0, 31)]
    expected = (257 * total + 2**22) // 2**23 // 257
    found = motion_trail(picture.reshape(34, -1), 3, radius, sigma, cosine, sine)
    assert (found.reshape(34, 32, 3) == expected).all()
