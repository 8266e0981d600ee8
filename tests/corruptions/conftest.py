"""Pictures that the tests of the corruptions share."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "retina.jpg")  # shipped inside scikit-image

CELL_DIGESTS = """
import json, random, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from hzbench.corruptions import corrupt_cell, get_corruption_names, pixel_digest
image = np.load(sys.argv[1])
severities, threads, shuffle = json.loads(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
cells = [(name, severity) for name in get_corruption_names("all") for severity in severities]
random.Random(shuffle).shuffle(cells)
with ThreadPoolExecutor(threads) as pool:
    digests = list(pool.map(lambda cell: pixel_digest(corrupt_cell(image, *cell)), cells))
print(json.dumps({f"{name}:{severity}": digest for (name, severity), digest in zip(cells, digests)}))
"""


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


@pytest.fixture
def cell_digests(tmp_path):
    """Return a function that computes the digests of all cells of a picture in a process of its own."""

    def run(picture, severities=(1, 2, 3, 4, 5), threads=1, shuffle="", **environment):
        path = tmp_path / "picture.npy"
        np.save(path, picture)
        arguments = [str(path), json.dumps(list(severities)), str(threads), shuffle]
        finished = subprocess.run(
            [sys.executable, "-c", CELL_DIGESTS, *arguments],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(finished.stdout)

    return run
