"""Pictures that the tests of the corruptions share."""

from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "retina.jpg")  # shipped inside scikit-image


@pytest.fixture(scope="session")
def photographs():
    """Four photographs, 224 x 224 x 3."""
    pictures = []
    for name in PHOTOGRAPHS:
        picture = Image.open(Path(skimage.__file__).parent / "data" / name).convert("RGB")
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        square = picture.crop((left, top, left + side, top + side))
        pictures.append(np.array(square.resize((224, 224), Image.Resampling.BICUBIC)))
    return pictures


@pytest.fixture(scope="session")
def small_picture(photographs):
    """A busy corner of a photograph, 48 x 40 x 3."""
    return np.ascontiguousarray(photographs[0][20:68, 90:130])
