"""JPEG compression: a strongly squeezed upload. Source: Hendrycks & Dietterich, ICLR 2019.

The coder is foreign: libjpeg-turbo as Pillow ships it, with Pillow's defaults (4:2:0, standard tables).
`jpeg_probe_digest` says what the local coder makes of a fixed set of pictures.
"""

import hashlib
import io
from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage

from hzbench.corruptions.image import Image
from hzbench.corruptions.random_stream import RandomStream

# severity  1   2   3   4  5
QUALITY = (25, 18, 15, 10, 7)

PROBE_SIZES = ((224, 224), (97, 131))


def encode_and_decode(image: Image, quality: int) -> Image:
    """Return `image` (uint8, shape (H, W, 3)) after one round through JPEG."""
    buffer = io.BytesIO()
    PillowImage.fromarray(image).save(buffer, "JPEG", quality=quality)
    with PillowImage.open(buffer, formats=("JPEG",)) as decoded:
        return np.array(decoded)


def jpeg_compression(image: Image, severity: int, stream: RandomStream) -> Image:
    """Return `image` encoded as a JPEG of low quality and decoded again.

    Args:
        image: uint8 RGB, shape (H, W, 3), values 0-255; not modified.
        severity: 1 (mild) to 5 (severe).
        stream: not used.
    """
    return encode_and_decode(image, QUALITY[severity - 1])


@lru_cache(maxsize=1)
def jpeg_probe_digest() -> str:
    """Return the SHA-256 (64 hex digits) of a fixed probe set encoded and decoded at the five qualities.

    The probe holds, for two sizes, smooth colour ramps and Philox noise: both what a coder quantises away
    and what saturates it. Equal digests mean equal bytes of `jpeg_compression` in practice.
    """
    digest = hashlib.sha256()
    for height, width in PROBE_SIZES:
        rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
        ramps = np.empty((height, width, 3), np.uint8)
        ramps[..., 0] = rows * 255 // (height - 1)
        ramps[..., 1] = columns * 255 // (width - 1)
        ramps[..., 2] = (rows * columns) % 256
        words = RandomStream(height, width, 0, 0).words(0, ramps.size)
        noise = (words & 255).astype(np.uint8).reshape(ramps.shape)
        for probe in (ramps, noise):
            for quality in QUALITY:
                digest.update(encode_and_decode(probe, quality).tobytes())
    return digest.hexdigest()
