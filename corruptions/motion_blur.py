"""Motion blur: the camera moves during the exposure. Source: Hendrycks & Dietterich, ICLR 2019."""

from hzbench.corruptions.image import Image
from hzbench.corruptions.motion_kernel import direction, motion_trail
from hzbench.corruptions.random_stream import RandomStream

# severity              1        2        3        4         5
RADIUS_AND_SIGMA = ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15))  # pixels

ANGLE = 0  # random field: one word, the direction of the motion


def motion_blur(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` blurred along a straight trail between 45 degrees up and 45 degrees down to the right.

    Args:
        image: uint8 RGB, shape (H, W, 3), C-contiguous, values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: the only randomness.
    """
    height, width = image.shape[:2]
    radius, sigma = RADIUS_AND_SIGMA[severity - 1]
    cosine, sine = direction(int(stream.words(ANGLE, 1)[0]))
    return motion_trail(image.reshape(height, width * 3), 3, radius, sigma, cosine, sine).reshape(image.shape)
