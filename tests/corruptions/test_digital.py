"""Digital corruptions and the Gaussian filter against the libraries that define them."""

import io

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter as scipy_gaussian_filter
from skimage.color import hsv2rgb, rgb2hsv

from hzbench.corruptions import corrupt_cell
from hzbench.corruptions.gaussian_filter import SIGMAS, gaussian_filter

ALMOST = 1e-9  # added before truncation: a float error below a whole number must not cost a level


def truncated(values):
    """Return values of 0-1 as the published code stores them."""
    return np.uint8(np.clip(values, 0, 1) * 255 + ALMOST)


@pytest.fixture(scope="module")
def colours():
    """Every pair of two channel values, with a third that varies: 256 x 256 x 3."""
    first, second = np.meshgrid(np.arange(256), np.arange(256))
    return np.stack([first, second, (first * 7 + second * 13) % 256], axis=-1).astype(np.uint8)


@pytest.mark.parametrize(("severity", "rise"), list(enumerate((0.1, 0.2, 0.3, 0.4, 0.5), start=1)))
def test_brightness_is_the_round_trip_through_hsv(severity, rise, colours):
    """No byte differs from scikit-image's conversion."""
    hsv = rgb2hsv(colours / 255.0)
    hsv[:, :, 2] = np.clip(hsv[:, :, 2] + rise, 0, 1)
    assert np.array_equal(corrupt_cell(colours, "brightness", severity), truncated(hsv2rgb(hsv)))


@pytest.mark.parametrize(
    ("severity", "factor", "rise"), [(1, 0.3, 0), (2, 0.1, 0), (3, 2, 0), (4, 5, 0.1), (5, 20, 0.2)]
)
def test_saturate_is_the_round_trip_through_hsv(severity, factor, rise, colours):
    """No byte differs from scikit-image's conversion, greys included."""
    hsv = rgb2hsv(colours / 255.0)
    hsv[:, :, 1] = np.clip(hsv[:, :, 1] * factor + rise, 0, 1)
    assert np.array_equal(corrupt_cell(colours, "saturate", severity), truncated(hsv2rgb(hsv)))


@pytest.mark.parametrize(("severity", "kept"), list(enumerate((0.4, 0.3, 0.2, 0.1, 0.05), start=1)))
def test_contrast_is_the_float_formula(severity, kept, photographs):
    """No byte differs from (v - mean) * c + mean."""
    for image in photographs:
        values = image / 255.0
        mean = values.mean(axis=(0, 1), keepdims=True)
        expected = truncated((values - mean) * kept + mean)
        assert np.array_equal(corrupt_cell(image, "contrast", severity), expected)


@pytest.mark.parametrize("severity", range(1, 6))
def test_a_flat_picture_has_no_contrast_to_lose(severity):
    """Level 100 stays 100; float arithmetic makes 99 of it."""
    flat = np.full((40, 50, 3), 100, np.uint8)
    assert np.array_equal(corrupt_cell(flat, "contrast", severity), flat)


@pytest.mark.parametrize("shape", [(224, 224), (97, 131), (33, 32), (480, 640)])
@pytest.mark.parametrize(("severity", "side"), list(enumerate((0.6, 0.5, 0.4, 0.3, 0.25), start=1)))
def test_pixelate_is_pillows_box_filter(severity, side, shape):
    """Reduced and enlarged by Pillow, every byte is the same, at any size."""
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), np.uint8)
    height, width = shape
    small = Image.fromarray(image).resize((int(width * side), int(height * side)), Image.Resampling.BOX)
    expected = np.array(small.resize((width, height), Image.Resampling.BOX))
    assert np.array_equal(corrupt_cell(image, "pixelate", severity), expected)


def test_jpeg_is_pillows_default(photographs):
    """Quality alone is given."""
    buffer = io.BytesIO()
    Image.fromarray(photographs[0]).save(buffer, "JPEG", quality=15)
    assert np.array_equal(corrupt_cell(photographs[0], "jpeg_compression", 3), np.array(Image.open(buffer)))


def test_the_jpeg_probe_digest_is_a_constant_of_the_machine():
    """Sixty-four hex digits, computed once."""
    from hzbench.corruptions import jpeg_probe_digest

    assert len(jpeg_probe_digest()) == 64
    assert jpeg_probe_digest() == jpeg_probe_digest.__wrapped__()


@pytest.mark.parametrize("sigma", SIGMAS)
def test_the_gaussian_filter_is_scipys(sigma, photographs):
    """At most one level apart, on less than one value in a hundred."""
    for image in photographs[:2]:
        expected = truncated(scipy_gaussian_filter(image / 255.0, (sigma, sigma, 0), mode="nearest"))
        difference = np.abs(gaussian_filter(image, sigma).astype(int) - expected)
        assert difference.max() <= 1
        assert difference.mean() < 0.01


def test_the_gaussian_filter_keeps_flat_pictures_flat():
    """Weights sum to one exactly."""
    for level in (0, 1, 100, 254, 255):
        flat = np.full((40, 33, 3), level, np.uint8)
        for sigma in SIGMAS:
            assert np.array_equal(gaussian_filter(flat, sigma), flat)
