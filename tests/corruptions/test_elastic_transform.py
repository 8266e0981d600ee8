"""Elastic transform against scipy, fed with the same noise."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

from hzbench.corruptions.displacement import centred, displacement
from hzbench.corruptions.elastic_transform import SMOOTHINGS, affine_steps
from hzbench.corruptions.packed_pixels import pack, warp_affine, warp_displaced
from hzbench.corruptions.random_stream import RandomStream

STREAM = RandomStream(1, 2, 3, 4)
ALPHA_AND_SIGMA = ((488, 170.8), (488, 19.52), (12.2, 2.44), (17.08, 2.44), (29.28, 2.44))


@pytest.mark.parametrize("shape", [(224, 224), (97, 131)])
@pytest.mark.parametrize("severity", range(1, 6))
def test_displacements_are_scipys_within_a_64th_of_a_pixel(severity, shape):
    """Truncated at three deviations, edges reflected."""
    noise = centred(STREAM.halves(1, shape[0] * shape[1])).reshape(shape)
    alpha, sigma = ALPHA_AND_SIGMA[severity - 1]
    expected = gaussian_filter((2 * noise + 1) / 4096, sigma, mode="reflect", truncate=3) * alpha
    found = displacement(noise, SMOOTHINGS[severity - 1]) / 256
    assert np.abs(found - expected).max() < 1 / 64


def test_unmoved_corners_leave_the_picture_alone(small_picture):
    """An affine map that is the identity but for rounding samples each pixel at itself."""
    height, width, _ = small_picture.shape
    columns, rows = affine_steps(height, width, 1e-6, np.full(6, 2**31, np.uint32))
    packed, warped = np.empty((height, width), np.int64), np.empty((height, width), np.int64)
    output = np.empty_like(small_picture)
    pack(small_picture, packed)
    warp_affine(packed, columns, rows, warped)
    still = np.zeros((height, width), np.int32)
    warp_displaced(warped, still, still, output)
    assert np.array_equal(output, small_picture)


def test_moved_corners_are_moved():
    """Three corners moved alike shift the picture: its source lies the other way."""
    words = np.array([2**32 - 1, 2**31] * 3, np.uint32)  # x by almost `shift`, y by almost nothing
    columns, rows = affine_steps(64, 96, 8.0, words)
    assert columns[0].tolist() == [1024 * x for x in range(96)]
    assert set(rows[0].tolist()) == {-8 * 1024}
    assert rows[1].tolist() == [1024 * y for y in range(64)]


def test_corners_on_one_line_do_not_fail():
    """A map without an inverse samples one pixel."""
    words = np.array([2**31, 0, 2**31, 2**32 - 1, 2**31, 2**31], np.uint32)  # first and second corner meet
    columns, rows = affine_steps(64, 64, 21.0 * 2**32 / (2**32 - 1), words)
    assert np.abs(columns).max() <= 2**30
    assert np.abs(rows).max() <= 2**30


def test_sampling_is_scipys_within_a_level(small_picture):
    """Bilinear, edges reflected, far beyond the border too."""
    height, width, _ = small_picture.shape
    generator = np.random.default_rng(3)
    shift_x, shift_y = generator.integers(-30000, 30000, (2, height, width), np.int32)
    packed = np.empty((height, width), np.int64)
    pack(small_picture, packed)
    output = np.empty_like(small_picture)
    warp_displaced(packed * 32, shift_x, shift_y, output)
    y, x = np.mgrid[:height, :width]
    for channel in range(3):
        expected = map_coordinates(
            small_picture[:, :, channel].astype(float),
            (y + shift_y / 256, x + shift_x / 256),
            order=1,
            mode="reflect",
        )
        difference = np.abs(output[:, :, channel] - np.floor(expected + 1e-9))
        assert difference.max() <= 1
        assert difference.mean() < 0.05
