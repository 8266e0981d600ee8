"""Witness of frost."""

import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

PARAMETERS = [(100, 40), (80, 60), (70, 70), (65, 70), (60, 75)]
NAMES = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"]


def lines(word, available, needed):
    """Return the texture's line under each line of the picture."""
    first = word * (available - needed if available > needed else available) // 2**32
    there_and_back = [*range(available), *reversed(range(available))]
    return [there_and_back[(first + j) % (2 * available)] for j in range(needed)]


def frost(image, severity, stream):
    """Add a cut-out of a texture."""
    a, b = PARAMETERS[severity - 1]
    words = [int(word) for word in stream.words(0, 3)]
    folder = Path(importlib.util.find_spec("imagecorruptions").submodule_search_locations[0]) / "frost"
    texture = np.asarray(Image.open(folder / NAMES[5 * words[0] // 2**32]).convert("RGB")).astype(int)
    rows = lines(words[1], texture.shape[0], image.shape[0])
    columns = lines(words[2], texture.shape[1], image.shape[1])
    return np.minimum(255, (a * image.astype(int) + b * texture[rows][:, columns]) // 100).astype(np.uint8)
