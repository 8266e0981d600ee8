"""Fog: the height map's recursion, its normalisation, and the veil."""

import numpy as np
import pytest

from hzbench.corruptions.fog import DENSITY_AND_DECAY, displacement, fog, height_map, map_side
from hzbench.corruptions.random_stream import RandomStream

STREAM = RandomStream(1, 2, 3, 4)


def rolled_height_map(halves: np.ndarray, decay: float, side: int) -> np.ndarray:
    """Return the height map by whole-array operations, as the original does."""
    heights, step, amplitude, used = np.zeros((side, side)), side, 100.0, 0

    def wibble(cells: int) -> np.ndarray:
        nonlocal used
        part = (2 * halves[used : used + cells**2].astype(np.int64) - 65535) / 65536
        used += cells**2
        return amplitude * (amplitude * part.reshape(cells, cells))

    while step >= 2:
        half, cells = step // 2, side // step
        corners = heights[::step, ::step]
        sums = corners + np.roll(corners, -1, 0)
        heights[half::step, half::step] = (sums + np.roll(sums, -1, 1)) / 4 + wibble(cells)
        centres = heights[half::step, half::step]
        up = (centres + np.roll(centres, 1, 0)) + (corners + np.roll(corners, -1, 1))
        heights[::step, half::step] = up / 4 + wibble(cells)
        left = (centres + np.roll(centres, 1, 1)) + (corners + np.roll(corners, -1, 0))
        heights[half::step, ::step] = left / 4 + wibble(cells)
        step, amplitude = half, amplitude / decay
    return heights


@pytest.mark.parametrize(("density", "decay"), DENSITY_AND_DECAY)
def test_the_height_map_is_the_originals(density, decay):
    """Loops and whole-array operations give the same 64-bit numbers."""
    halves = STREAM.halves(0, 64 * 64 - 1)
    heights = np.empty((64, 64))
    height_map(halves, decay, heights)
    assert (heights == rolled_height_map(halves, decay, 64)).all()


def test_a_map_of_two_by_two_is_right_by_hand():
    """Without displacements all heights are means of zero; with them they follow the amplitude's square."""
    heights = np.empty((2, 2))
    height_map(np.array([65535, 0, 32768], np.uint16), 2.0, heights)
    top = 100.0 * (100.0 * (65535 / 65536))
    assert heights.tolist() == [
        [0.0, (top + top) / 4 - top],
        [(top + top) / 4 + 100.0 * (100.0 / 65536), top],
    ]


def test_displacements_are_symmetric():
    """The smallest and the largest 16-bit value are opposite; the mean is zero."""
    assert displacement(np.uint16(0), 3.0) == -displacement(np.uint16(65535), 3.0) == -9.0 * 65535 / 65536
    assert sum(displacement(np.uint16(half), 1.0) for half in range(65536)) == 0


@pytest.mark.parametrize(
    ("height", "width", "side"),
    [(32, 32, 256), (224, 224, 256), (256, 256, 256), (257, 32, 512), (640, 480, 1024)],
)
def test_the_map_covers_the_picture(height, width, side):
    """Its side is 256 or the next power of two."""
    assert map_side(height, width) == side
    assert fog(np.full((height, width, 3), 90, np.uint8), 3, STREAM).shape == (height, width, 3)


@pytest.mark.parametrize("severity", range(1, 6))
def test_values_follow_the_formula(severity):
    """(v + c P) m / (m + c), truncated."""
    picture = np.random.default_rng(severity).integers(0, 200, (40, 33, 3), np.uint8)
    density, decay = DENSITY_AND_DECAY[severity - 1]
    cloud = rolled_height_map(STREAM.halves(0, 65535), decay, 256)
    cloud = (cloud - cloud.min()) / (cloud - cloud.min()).max()
    most = picture.max()
    expected = (picture + 255 * density * cloud[:40, :33, None]) * (most / (most + 255 * density))
    found = fog(picture, severity, STREAM)
    assert (np.abs(found - expected + 0.5) <= 0.5 + 1e-9).all()


def test_a_black_picture_stays_black():
    """The result is scaled by the brightest value, which is zero."""
    assert not fog(np.zeros((32, 32, 3), np.uint8), 5, STREAM).any()
