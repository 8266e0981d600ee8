"""Snow: the enlarged noise and its threshold, the whitening, and the sum of both layers."""

from fractions import Fraction

import numpy as np
import pytest

from hzbench.corruptions.enlargement import enlargement
from hzbench.corruptions.motion_kernel import direction, motion_trail
from hzbench.corruptions.quantiles import normal_quantiles
from hzbench.corruptions.random_stream import RandomStream
from hzbench.corruptions.snow import WEATHER, cover, snow, snow_layer

STREAM = RandomStream(1, 2, 3, 4)


@pytest.mark.parametrize("severity", range(1, 6))
def test_flakes_are_the_exact_whole_parts(severity):
    """Some places recomputed with fractions are equal, on both sides of the threshold."""
    weather = WEATHER[severity - 1]
    rows, columns = enlargement(45, weather.enlargement), enlargement(60, weather.enlargement)
    drawn = normal_quantiles()[STREAM.halves(0, rows.lines * columns.lines)].astype(int)
    noise = (((drawn + 128) >> 8) * weather.deviation + weather.mean * 2**20).reshape(
        rows.lines, columns.lines
    )
    layer = snow_layer(45, 60, severity, STREAM)
    found = []
    for y in range(0, 45, 4):
        for x in range(0, 60, 3):
            top, left = int(rows.near[y]) - rows.first, int(columns.near[x]) - columns.first
            down, right = (
                Fraction(int(rows.weight[y]), rows.grid),
                Fraction(int(columns.weight[x]), columns.grid),
            )
            corner = [[Fraction(int(noise[top + i, left + j]), 100 * 2**20) for j in (0, 1)] for i in (0, 1)]
            upper = (1 - right) * corner[0][0] + right * corner[0][1]
            lower = (1 - right) * corner[1][0] + right * corner[1][1]
            value = (1 - down) * upper + down * lower
            expected = 0 if value < Fraction(weather.threshold, 100) else min(int(255 * value), 255)
            assert layer[y, x] == expected
            found.append(expected)
    assert 0 in found
    assert max(found) > 0


@pytest.mark.parametrize("mix", [weather.mix for weather in WEATHER])
def test_whitening_follows_the_formula(mix):
    """Mix * v + (1 - mix) * max(v, 1.5 gray + 0.5), rounded down after the sum with both layers."""
    rng = np.random.default_rng(mix)
    picture = rng.integers(0, 256, (32, 40, 3), np.uint8)
    layer = rng.integers(0, 120, (32, 40), np.uint8)
    found = np.empty((32, 40, 3), np.uint8)
    cover(picture.reshape(32, -1), layer, mix, found.reshape(32, -1))
    for y, x in [(0, 0), (31, 39), (7, 20), (16, 3)]:
        red, green, blue = (int(value) for value in picture[y, x])
        veil = Fraction(3, 2) * Fraction(299 * red + 587 * green + 114 * blue, 1000) + Fraction(255, 2)
        fallen = int(layer[y, x]) + int(layer[31 - y, 39 - x])
        for channel, value in enumerate((red, green, blue)):
            light = Fraction(mix, 100) * value + Fraction(100 - mix, 100) * max(Fraction(value), veil)
            assert found[y, x, channel] == min(int(light) + fallen, 255)


def test_snow_is_whitening_over_blown_flakes():
    """The trail runs between 45 and 135 degrees upward, over the layer cut to the picture's size."""
    picture = np.random.default_rng(0).integers(0, 256, (50, 33, 3), np.uint8)
    cosine, sine = direction(int(STREAM.words(1, 1)[0]))
    blown = motion_trail(snow_layer(50, 33, 2, STREAM), 1, 12, 4, sine, -cosine)
    expected = np.empty((50, 33, 3), np.uint8)
    cover(picture.reshape(50, -1), blown, 70, expected.reshape(50, -1))
    assert (snow(picture, 2, STREAM) == expected).all()


def test_snow_never_darkens():
    """Whitening and flakes only add light, up to rounding."""
    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for severity in range(1, 6):
        assert (snow(picture, severity, STREAM).astype(int) >= picture).all()


def test_flakes_cover_more_where_the_threshold_is_lower():
    """The share of places with snow is that of the enlarged noise's law: from about 5 to 25 percent."""
    shares = [float((snow_layer(224, 224, severity, STREAM) > 0).mean()) for severity in range(1, 6)]
    assert all(0.02 < share < 0.3 for share in shares)
