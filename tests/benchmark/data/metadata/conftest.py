"""Datasets and exports whose documents the tests read."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.building.building import build_dataset
from hzbench.benchmark.data.corrupted.corrupted import generate_corrupted
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.sources import SOURCES

ODD_CLASSES = ("acne", "herpes_zoster", "Beau's Lines", "Actinic (solar) | damage, <b>")


@pytest.fixture(scope="session")
def odd_photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs with odd class names, copies, a contradiction, a tiny one, and one that is broken."""
    folder = tmp_path_factory.mktemp("odd") / "photographs"
    random = np.random.default_rng(5)
    for label in ODD_CLASSES:
        (folder / label).mkdir(parents=True)
        for number in range(6):
            coarse = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize((260, 240)).save(folder / label / f"{number}.png")
    first = folder / "acne" / "0.png"
    shutil.copy(first, folder / "acne" / "copy.png")
    shutil.copy(folder / "acne" / "1.png", folder / "herpes_zoster" / "contradiction.png")
    with Image.open(first) as image:
        image.rotate(90).resize((48, 48)).save(folder / "acne" / "tiny.png")
    (folder / "acne" / "broken.jpg").write_bytes(b"not a picture")
    return folder


@pytest.fixture(scope="session")
def odd(odd_photographs: Path) -> Dataset:
    """The dataset built of them."""
    out = odd_photographs.parent / "dataset"
    listing = SOURCES["folder"].read(odd_photographs, {})
    build_dataset(listing, out, name="odd", licence="CC BY 4.0", workers=0)
    return open_dataset(out)


@pytest.fixture(scope="session")
def exports(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An export of three cells in each format."""
    root = tmp_path_factory.mktemp("exports")
    cells = ["fog:3", "contrast:2", "contrast:4"]
    for name in EXPORT_FORMATS:
        generate_corrupted(open_dataset(built_once), root / name, export_format=name, cells=cells)
    return {name: root / name for name in EXPORT_FORMATS}


@pytest.fixture(params=EXPORT_FORMATS)
def export(exports: dict[str, Path], request: pytest.FixtureRequest) -> Path:
    """The export in one format after the other; its folder is called as the format."""
    return exports[request.param]
