"""What a picture is: a uint8 array, checked, and named by the digest of its pixels."""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

SMALLEST_SIDE = 32  # pixels; below it, crops and blur kernels of several corruptions have no meaning


def pixel_digest(image: Image) -> str:
    """Return the SHA-256 (64 hex digits) of a picture's shape and pixels.

    The digest is taken over the ASCII text "H,W,C" (decimal, C = 1 for a grey picture) and then the pixels
    in row-major order, so it names decoded pixels, whatever file they came from.

    Args:
        image: uint8, shape (H, W, 3) or (H, W); any memory layout.
    """
    height, width = image.shape[:2]
    channels = image.shape[2] if image.ndim == 3 else 1
    digest = hashlib.sha256(f"{height},{width},{channels}".encode("ascii"))
    digest.update(np.ascontiguousarray(image).data)
    return digest.hexdigest()


def check_image(image: Any) -> Image:
    """Return `image` unchanged if it is a picture that can be corrupted.

    Args:
        image: anything; accepted are uint8 arrays of shape (H, W, 3) or (H, W), both sides at least 32.

    Raises:
        TypeError: not a numpy array, or not uint8.
        ValueError: another shape, or a side shorter than 32 pixels.
    """
    if not isinstance(image, np.ndarray):
        raise TypeError(
            f"image is a {type(image).__name__}, expected a numpy uint8 array of shape (H, W, 3) or (H, W); "
            "convert it with numpy.asarray(image)"
        )
    if image.dtype != np.uint8:
        raise TypeError(f"image has dtype {image.dtype}, expected uint8 with values 0-255")
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
        raise ValueError(f"image has shape {image.shape}, expected (H, W, 3) or (H, W)")
    if min(image.shape[:2]) < SMALLEST_SIDE:
        raise ValueError(
            f"image has shape {image.shape}, expected both sides at least {SMALLEST_SIDE} pixels"
        )
    return image
