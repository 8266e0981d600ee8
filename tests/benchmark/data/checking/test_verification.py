"""Verification finds every difference between a dataset and its index, and names the file."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hzbench.benchmark.data.building.writing import Description, write_documents
from hzbench.benchmark.data.checking.verification import verify_dataset
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.photographs.lossless import encode_png
from hzbench.corruptions import pixel_digest

Flip = Callable[..., None]


def test_a_sound_dataset_has_no_problems(tiny: Dataset) -> None:
    """Opened or by its folder; every picture is looked at."""
    steps: list[int] = []
    assert verify_dataset(tiny, progress=lambda stage, done, total: steps.append(done)) == []
    assert steps == list(range(1, 25))
    assert verify_dataset(tiny.root) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_single_flipped_bit_is_found_and_named(own_dataset: Path, flip: Flip, seed: int) -> None:
    """In any picture or the index, at any place."""
    chance = random.Random(seed)
    file = chance.choice([*sorted(own_dataset.rglob("*.png")), own_dataset / "index.csv"])
    flip(file, chance.randrange(file.stat().st_size), chance.randrange(8))
    problems = verify_dataset(own_dataset)
    assert problems
    assert any(problem.startswith(str(file)) for problem in problems)


def test_missing_and_foreign_files_are_named(own_dataset: Path) -> None:
    """Both ways the folder can differ from the index."""
    dataset = open_dataset(own_dataset)
    first = own_dataset / dataset.rows[0].path
    shutil.move(first, first.with_name("stranger.png"))
    problems = verify_dataset(dataset)
    assert len(problems) == 2
    assert problems[0].startswith(f"{first}: cannot be read")
    assert problems[1] == f"{first.with_name('stranger.png')}: no row of the index names this file"


def test_leaking_groups_and_pictures_are_named(tmp_path: Path) -> None:
    """A person in two splits, and one picture in two rows."""
    rows = []
    for number, (split, group) in enumerate([("train", "p1"), ("test", "p1"), ("test", "p2")]):
        pixels = np.full((224, 224, 3), min(number, 1), dtype=np.uint8)
        (tmp_path / f"{number}.png").write_bytes(encode_png(pixels))
        rows.append(IndexRow(f"{number}.png", "acne", split, group, "s", "", pixel_digest(pixels)))
    write_documents(tmp_path, rows, Description("leaky", "1", ("acne", "other"), "acne"))
    assert verify_dataset(tmp_path) == [
        f"{tmp_path / '2.png'}: the same picture as 1.png",
        f"{tmp_path / '1.png'}: group 'p1' is in test and in train (0.png)",
    ]
