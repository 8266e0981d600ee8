"""The sheet of an additional test set: a row for each light, a column for each distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.building.writing import Description, write_documents
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.drawing.condition_sheet import condition_sheet
from hzbench.benchmark.data.drawing.sheets import PAPER
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.photographs.lossless import encode_png
from hzbench.benchmark.errors import DataError
from hzbench.benchmark.workflows.datasets import describe_dataset, draw_examples
from hzbench.corruptions import pixel_digest

COLOURS = {
    "bright/near": (250, 0, 0),
    "bright/far": (0, 250, 0),
    "dim/near": (0, 0, 250),
    "dim/far": (0, 90, 90),
}


def dataset_of(folder: Path, pictures: list[tuple[str, str, tuple[int, int, int]]]) -> Dataset:
    """A dataset of one additional test set: condition, person and colour of each picture."""
    rows = []
    for number, (condition, group, colour) in enumerate(pictures):
        pixels = np.full((224, 224, 3), colour, dtype=np.uint8)
        pixels[0, 0] = number
        (folder / f"{number}.png").write_bytes(encode_png(pixels))
        digest = pixel_digest(pixels)
        rows.append(IndexRow(f"{number}.png", "acne", "hz-w", group, "s", "", digest, "", condition))
    write_documents(folder, rows, Description("walk", "1", ("acne", "tinea"), "acne"))
    return open_dataset(folder)


def areas(sheet: Image.Image) -> dict[tuple[int, int, int], tuple[float, float]]:
    """The centre (x, y) of each of the four colours on a sheet."""
    pixels = np.asarray(sheet)
    found = {}
    for colour in COLOURS.values():
        y, x = np.nonzero((pixels == colour).all(axis=2))
        found[colour] = (float(x.mean()), float(y.mean()))
    return found


def test_two_factors_make_rows_and_columns(tmp_path: Path) -> None:
    """In index order: bright above dim, near left of far."""
    pictures = [(name, f"p{k}", colour) for k, (name, colour) in enumerate(COLOURS.items())]
    places = areas(condition_sheet(dataset_of(tmp_path, pictures), "hz-w"))
    bright_near, bright_far, dim_near, dim_far = (places[colour] for colour in COLOURS.values())
    assert bright_near[0] == dim_near[0] < bright_far[0] == dim_far[0]
    assert bright_near[1] == bright_far[1] < dim_near[1] == dim_far[1]


def test_a_person_who_was_taken_under_all_conditions_comes_first(tmp_path: Path) -> None:
    """So that one can be followed; others are drawn only where there is room."""
    pictures = [("bright/near", "a", (9, 9, 9)), ("dim/near", "b", (8, 8, 8))]
    pictures += [(name, "z", colour) for name, colour in COLOURS.items()]
    sheet = condition_sheet(dataset_of(tmp_path, pictures), "hz-w", per_condition=1)
    colours = {tuple(colour) for colour in np.asarray(sheet).reshape(-1, 3).tolist()}
    assert set(COLOURS.values()) <= colours
    assert not {(9, 9, 9), (8, 8, 8)} & colours


def test_one_factor_makes_rows(tmp_path: Path) -> None:
    """Their pictures lie side by side."""
    pictures = [("near", "a", (250, 0, 0)), ("near", "b", (0, 250, 0)), ("far", "c", (0, 0, 250))]
    pictures += [("far", "d", (0, 90, 90))]
    places = areas(condition_sheet(dataset_of(tmp_path, pictures), "hz-w"))
    assert places[250, 0, 0][1] == places[0, 250, 0][1] < places[0, 0, 250][1]
    assert places[250, 0, 0][0] != places[0, 250, 0][0]


def test_a_set_without_conditions_has_no_such_sheet(tmp_path: Path) -> None:
    """It has the sheet of classes."""
    dataset = dataset_of(tmp_path, [("", "a", (1, 2, 3))])
    with pytest.raises(DataError, match="has a condition"):
        condition_sheet(dataset, "hz-w")
    draw_examples(str(tmp_path), tmp_path / "sheet.png", split="hz-w")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.getpixel((0, 0)) == PAPER


def test_the_description_counts_the_conditions(tmp_path: Path) -> None:
    """`hzbench data info` needs a test split, so one is added."""
    dataset = dataset_of(
        tmp_path, [("dim", "a", (1, 2, 3)), ("dim", "b", (3, 2, 1)), ("bright", "c", (5, 5, 5))]
    )
    pixels = np.full((224, 224, 3), 7, dtype=np.uint8)
    (tmp_path / "t.png").write_bytes(encode_png(pixels))
    test = IndexRow("t.png", "tinea", "test", "t", "s", "", pixel_digest(pixels))
    write_documents(tmp_path, [test, *dataset.rows], Description("walk", "1", ("acne", "tinea"), "acne"))
    assert "hz-w conditions: dim 2, bright 1" in describe_dataset(str(tmp_path))
