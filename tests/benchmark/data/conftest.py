"""Pictures, folders of pictures and small datasets that the tests of the data layer share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from hzbench.benchmark.data.building.building import build_dataset
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.sources import SOURCES

Pixels = npt.NDArray[np.uint8]


def smooth_picture(name: str, width: int = 60, height: int = 48) -> Pixels:
    """A small colourful picture that differs for each name."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


@pytest.fixture
def picture() -> Callable[..., Pixels]:
    """Make a small picture from a name, a width and a height."""
    return smooth_picture


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """A folder of 12 acne, 10 herpes zoster and 14 other pictures in class folders."""
    folder = tmp_path / "photographs"
    write_class_folders(folder, {"other": 14, "herpes_zoster": 10, "acne": 12})
    return folder


def write_class_folders(folder: Path, counts: dict[str, int]) -> None:
    """Write small pictures into class folders."""
    for label, count in counts.items():
        (folder / label).mkdir(parents=True)
        for number in range(count):
            pixels = smooth_picture(f"{label}{number}")
            Image.fromarray(pixels).save(folder / label / f"picture{number}.png")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built dataset that tests only read."""
    root = tmp_path_factory.mktemp("built")
    write_class_folders(root / "photographs", {"acne": 6, "herpes_zoster": 5, "tinea": 5, "other": 8})
    listing = SOURCES["folder"].read(root / "photographs", {})
    build_dataset(listing, root / "dataset", name="tiny", workers=0)
    return root / "dataset"


@pytest.fixture
def tiny(built_once: Path) -> Dataset:
    """The dataset that tests only read, opened."""
    return open_dataset(built_once)


@pytest.fixture
def own_dataset(built_once: Path, tmp_path: Path) -> Path:
    """A copy of the dataset that a test may damage."""
    import shutil

    return Path(shutil.copytree(built_once, tmp_path / "own"))


def flip_bit(file: Path, position: int, bit: int = 0) -> None:
    """Flip one bit of a file."""
    data = bytearray(file.read_bytes())
    data[position] ^= 1 << bit
    file.write_bytes(bytes(data))


@pytest.fixture
def flip() -> Callable[..., None]:
    """Flip one bit of a file, at a byte position and a bit of it."""
    return flip_bit


def tree_bytes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder and its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Read every file of a folder into memory."""
    return tree_bytes
