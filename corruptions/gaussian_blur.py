"""Gaussian blur: out of focus. Source: Hendrycks & Dietterich, ICLR 2019 (validation)."""

from hzbench.corruptions.gaussian_filter import gaussian_filter
from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity 1    2    3    4    5
SIGMA = (1.0, 2.0, 3.0, 4.0, 6.0)  # pixels


def gaussian_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` blurred by a Gaussian, edges repeated.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used.
    """
    return gaussian_filter(image, SIGMA[severity - 1])
