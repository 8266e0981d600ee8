"""Sheets show what they say they show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.data.drawing.sheets import corruption_grid, examples_sheet, save_sheet, severity_sheet
from hzbench.corruptions import CORRUPTIONS, corrupt_cell


def shows(sheet: Image.Image, pixels: np.ndarray) -> bool:
    """Whether the exact pixels stand somewhere on the sheet."""
    canvas = np.asarray(sheet)
    height, width = pixels.shape[:2]
    ys, xs = np.nonzero((canvas[: -height + 1, : -width + 1] == pixels[0, 0]).all(axis=2))
    return any(
        np.array_equal(canvas[y : y + height, x : x + width], pixels) for y, x in zip(ys, xs, strict=True)
    )


def test_a_sheet_of_examples_shows_every_class(tiny: Dataset) -> None:
    """Pictures of each class at their own size, in a row each."""
    sheet = examples_sheet(tiny, per_class=2, tile=224)
    split = tiny.split("train")
    for number in range(len(tiny.classes)):
        assert any(shows(sheet, split.image(int(k))) for k in np.flatnonzero(split.labels == number)) or any(
            shows(sheet, other.image(int(k)))
            for other in tiny.splits.values()
            for k in np.flatnonzero(other.labels == number)
        )
    assert np.array_equal(np.asarray(sheet), np.asarray(examples_sheet(tiny, per_class=2, tile=224)))


def test_a_sheet_of_one_split_is_smaller(tiny: Dataset) -> None:
    """Rows are as long as the pictures that there are."""
    assert examples_sheet(tiny, split="val").width < examples_sheet(tiny).width


def test_a_severity_sheet_shows_all_corruptions(tiny: Dataset) -> None:
    """The clean picture first, then each corruption at its own size."""
    pixels = tiny.split("test").image(0)
    sheet = severity_sheet(pixels, 3, title="a picture")
    assert shows(sheet, pixels)
    for name in CORRUPTIONS:
        assert shows(sheet, corrupt_cell(pixels, name, 3, 0)), name


@pytest.mark.parametrize("name", ["contrast", "gaussian_noise"])
def test_a_grid_shows_all_severities(tiny: Dataset, name: str) -> None:
    """Five to a row."""
    pixels = tiny.split("test").image(0)
    sheet = corruption_grid(pixels, title="a picture", tile=224)
    for severity in range(1, 6):
        assert shows(sheet, corrupt_cell(pixels, name, severity, 0))


def test_a_sheet_is_written_as_png(tiny: Dataset, tmp_path: Path) -> None:
    """Whole, at the named place, in folders that are made."""
    sheet = examples_sheet(tiny, per_class=1)
    save_sheet(sheet, tmp_path / "deep" / "sheet.png")
    with Image.open(tmp_path / "deep" / "sheet.png") as image:
        assert image.format == "PNG"
        assert image.size == sheet.size
