"""Glass blur: the order of the copies, their range, and the two Gaussians."""

import numpy as np
import pytest

from hzbench.corruptions.gaussian_filter import gaussian_filter
from hzbench.corruptions.glass_blur import PARAMETERS, copy_neighbours, displacements, glass_blur
from hzbench.corruptions.random_stream import RandomStream

STREAM = RandomStream(1, 2, 3, 4)


def test_displacements_run_from_minus_reach_to_reach_minus_one():
    """Each pair is dy * width + dx, dx first."""
    assert displacements(1, 10).tolist() == [-11, -10, -1, 0]
    assert displacements(2, 100)[[0, 3, 15]].tolist() == [-202, -199, 101]


def test_pixels_are_copied_one_after_the_other():
    """From the lower right on, each pixel takes the value of its upper left neighbour."""
    pixels = np.arange(36, dtype=np.uint32)
    to_the_left_and_up = np.zeros(16, np.uint16)  # dx = dy = -1
    copy_neighbours(pixels, 6, 1, 1, displacements(1, 6), to_the_left_and_up)
    expected = np.arange(36).reshape(6, 6)
    expected[2:, 2:] = np.arange(36).reshape(6, 6)[1:5, 1:5]
    assert (pixels.reshape(6, 6) == expected).all()


@pytest.mark.parametrize("severity", range(1, 6))
def test_copies_are_the_originals_loop(severity):
    """A plain loop in the published order gives the same bytes."""
    picture = np.random.default_rng(severity).integers(0, 256, (32, 37, 3), np.uint8)
    sigma, reach, passes = PARAMETERS[severity - 1]
    shuffled = gaussian_filter(picture, sigma).copy()
    halves = iter(STREAM.halves(0, passes * (32 - 2 * reach) * (37 - 2 * reach)))
    for _ in range(passes):
        for y in range(32 - reach, reach, -1):
            for x in range(37 - reach, reach, -1):
                pair = int(next(halves)) * (2 * reach) ** 2 >> 16
                dx, dy = pair % (2 * reach) - reach, pair // (2 * reach) - reach
                shuffled[y, x] = shuffled[y + dy, x + dx]
    assert next(halves, None) is None
    assert (glass_blur(picture, severity, STREAM) == gaussian_filter(shuffled, sigma)).all()


@pytest.mark.parametrize("severity", range(1, 6))
def test_a_flat_picture_stays_as_it_is(severity):
    """Gaussian weights sum to one and copies change nothing."""
    assert (glass_blur(np.full((32, 40, 3), 100, np.uint8), severity, STREAM) == 100).all()


@pytest.mark.parametrize("reach", [1, 2, 3, 4])
def test_displacements_are_nearly_equally_likely(reach):
    """Of 65,536 values each pair gets its share, give or take one."""
    choices = (2 * reach) ** 2
    counts = np.bincount(np.arange(65536) * choices >> 16, minlength=choices)
    assert counts.max() - counts.min() <= 1
