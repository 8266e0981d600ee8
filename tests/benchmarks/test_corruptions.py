"""Time of the corruptions beside imagecorruptions-imaug, decoding stored JPEGs and copying the picture.

Run with: tox -e bench -- tests/benchmarks/test_corruptions.py. Every repetition sees a picture it has not
seen. The peer lives in an environment of its own (it and imagecorruptions own one folder); name its Python
with HZBENCH_PEER_PYTHON, for example after: python -m venv peer && peer/bin/pip install
imagecorruptions-imaug==1.1.5
"""

import io
import itertools
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from hzbench.corruptions import CORRUPTIONS, SEVERITIES, corrupt_all, corrupt_cell

PEER = """
import sys
import numpy as np
from imagecorruptions import corrupt
base = np.load(sys.argv[1])
for line in sys.stdin:
    name, number = line.split()
    image = base.copy()
    image[:2, :2, 0] = np.array([int(number) >> 8 * i & 255 for i in range(4)]).reshape(2, 2)
    for severity in range(1, 6):
        corrupt(image, severity, name)
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def photograph():
    """A photograph, 224 x 224 x 3."""
    picture = Image.open(Path(skimage.__file__).parent / "data" / "chelsea.png").convert("RGB")
    return np.array(picture.crop((75, 0, 375, 300)).resize((224, 224), Image.Resampling.BICUBIC))


@pytest.fixture(scope="module")
def fresh(photograph):
    """Return a setup function that yields another picture at each call."""
    numbers = itertools.count(1)

    def setup():
        picture, number = photograph.copy(), next(numbers)
        picture[:2, :2, 0] = np.array([number >> 8 * i & 255 for i in range(4)]).reshape(2, 2)
        return (picture,), {}

    return setup


@pytest.fixture(scope="module")
def peer(photograph, tmp_path_factory):
    """Return a function that lets the peer corrupt a fresh picture at all five severities."""
    python = os.environ.get("HZBENCH_PEER_PYTHON")
    if not python:
        pytest.skip("HZBENCH_PEER_PYTHON names no Python with imagecorruptions-imaug")
    path = tmp_path_factory.mktemp("peer") / "picture.npy"
    np.save(path, photograph)
    process = subprocess.Popen(
        [python, "-W", "ignore", "-c", PEER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    numbers = itertools.count(1)

    def run(name):
        process.stdin.write(f"{name} {next(numbers)}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"

    yield run
    process.stdin.close()
    process.wait()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_five_severities_of_one_corruption(name, benchmark, fresh):
    """Five cells of one picture."""
    benchmark.group = f"{name}, 5 severities"

    def run(picture):
        for severity in SEVERITIES:
            corrupt_cell(picture, name, severity)

    benchmark.pedantic(run, setup=fresh, rounds=30, warmup_rounds=2)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_five_severities_of_the_peer(name, benchmark, peer):
    """The same by imagecorruptions-imaug."""
    benchmark.group = f"{name}, 5 severities"
    benchmark.pedantic(peer, args=(name,), rounds=4, warmup_rounds=1)


def test_all_cells(benchmark, fresh):
    """All 75 cells of one picture."""
    benchmark.group = "all 75 cells"
    benchmark.pedantic(lambda picture: list(corrupt_all(picture)), setup=fresh, rounds=20, warmup_rounds=1)


def test_decoding_the_stored_jpegs_of_all_cells(benchmark, photograph):
    """What reading SD-HZ-C back would cost: 75 JPEGs of quality 85, decoded by Pillow."""
    benchmark.group = "all 75 cells"
    stored = []
    for cell in corrupt_all(photograph):
        buffer = io.BytesIO()
        Image.fromarray(cell.image).save(buffer, "JPEG", quality=85)
        stored.append(buffer.getvalue())
    benchmark.pedantic(
        lambda: [np.asarray(Image.open(io.BytesIO(content))) for content in stored],
        rounds=20,
        warmup_rounds=1,
    )


def test_all_cells_of_the_peer(benchmark, peer):
    """All 75 cells by imagecorruptions-imaug."""
    benchmark.group = "all 75 cells"
    benchmark.pedantic(lambda: [peer(name) for name in CORRUPTIONS], rounds=2, warmup_rounds=0)


def test_copying_the_picture_for_each_cell(benchmark, photograph):
    """The least that 75 results can cost."""
    benchmark.group = "all 75 cells"
    benchmark.pedantic(lambda: [photograph.copy() for _ in range(75)], rounds=50, warmup_rounds=1)
