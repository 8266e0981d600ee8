"""Defocus blur: disks, smoothing, and the kernels that do not sum to one."""

import numpy as np
import pytest

from hzbench.corruptions.defocus_blur import RADIUS, SMOOTHING, cells, defocus_blur, half_widths
from hzbench.corruptions.random_stream import RandomStream

NO_STREAM = RandomStream(0, 0, 0, 0)


def smoothed_disk(severity: int) -> np.ndarray:
    """Return the kernel in units of 1 / (cells * 2**32), made as the original makes it."""
    radius = RADIUS[severity - 1]
    reach = max(radius, 8)
    axis = np.arange(-reach, reach + 1)
    kernel = (axis[:, None] ** 2 + axis[None, :] ** 2 <= radius**2).astype(np.int64)
    centre, near, far = SMOOTHING[severity - 1]
    for _ in range(2):
        padded = np.pad(kernel, ((2, 2), (0, 0)), mode="reflect")
        taps = (far, near, centre, near, far)
        kernel = sum(tap * padded[i : i + len(kernel)] for i, tap in enumerate(taps)).T
    return kernel


def test_disks_have_the_published_numbers_of_pixels():
    """29, 49, 113, 197 and 317 pixels lie within the five radii."""
    assert [cells(radius) for radius in RADIUS] == [29, 49, 113, 197, 317]
    assert half_widths(3).tolist() == [3, 2, 2, 0]


def test_smoothing_weights_sum_to_one():
    """The taps are Gaussians in units of 2**-16."""
    for (centre, near, far), sigma in zip(SMOOTHING, (0.1, 0.5, 0.5, 0.5, 0.5), strict=True):
        assert centre + 2 * (near + far) == 2**16
        assert near / centre == pytest.approx(np.exp(-1 / (2 * sigma**2)), abs=2e-5)
        if far:
            assert far / centre == pytest.approx(np.exp(-4 / (2 * sigma**2)), abs=1e-5)


@pytest.mark.parametrize(("severity", "expected"), [(1, 1.0), (2, 1.0), (3, 1.0), (4, 1.01298), (5, 1.01079)])
def test_kernels_sum_to_the_published_numbers(severity, expected):
    """Those of severities 4 and 5 touch the border of their array and sum to more than one."""
    total = smoothed_disk(severity).sum() / (cells(RADIUS[severity - 1]) * 2**32)
    assert total == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("severity", "value"), [(1, 100), (2, 100), (3, 100), (4, 101), (5, 101)])
def test_a_flat_picture_keeps_its_value_but_for_the_heavier_kernels(severity, value):
    """100 stays 100 at severities 1-3 and becomes 101 at 4 and 5."""
    assert (defocus_blur(np.full((33, 40, 3), 100, np.uint8), severity, NO_STREAM) == value).all()
    assert (defocus_blur(np.full((33, 40, 3), 255, np.uint8), severity, NO_STREAM) == 255).all()


def test_a_bright_point_becomes_a_disk():
    """At severity 1 each of the 29 pixels of the disk gets floor(255 / 29)."""
    point = np.zeros((32, 32, 3), np.uint8)
    point[16, 15] = 255
    blurred = defocus_blur(point, 1, NO_STREAM)[:, :, 0]
    y, x = np.mgrid[:32, :32]
    assert (blurred == np.where((y - 16) ** 2 + (x - 15) ** 2 <= 9, 255 // 29, 0)).all()


@pytest.mark.parametrize("severity", range(1, 6))
@pytest.mark.parametrize("shape", [(32, 32, 3), (33, 47, 3)])
def test_every_pixel_is_the_exact_weighted_sum(severity, shape):
    """The kernel laid directly over the mirrored picture, in whole numbers, gives the same bytes."""
    picture = (np.random.default_rng(severity).integers(0, 2, shape) * 255).astype(np.uint8)
    kernel = smoothed_disk(severity)
    reach = len(kernel) // 2
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="reflect").astype(np.int64)
    total = np.zeros(shape, np.int64)
    for y, x in np.argwhere(kernel):
        total += kernel[y, x] * padded[y : y + shape[0], x : x + shape[1]]
    expected = np.minimum(total // (cells(RADIUS[severity - 1]) << 32), 255)
    assert (defocus_blur(picture, severity, NO_STREAM) == expected).all()
