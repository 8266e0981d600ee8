"""Witness of JPEG compression: the same foreign coder, its defaults written out."""

import io

import numpy as np
from PIL import Image

QUALITY = [25, 18, 15, 10, 7]


def jpeg_compression(image, severity, stream):
    """Encode with 4:2:0 chroma, not optimised, not progressive, and decode."""
    buffer = io.BytesIO()
    picture = Image.fromarray(image)
    picture.save(
        buffer, "JPEG", quality=QUALITY[severity - 1], subsampling="4:2:0", optimize=False, progressive=False
    )
    return np.array(Image.open(buffer).convert("RGB"))
