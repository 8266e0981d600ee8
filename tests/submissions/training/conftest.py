"""Coloured squares as a dataset on disk, and a zoo in which every network is tiny."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hzbench.benchmark import durable
from hzbench.benchmark.data.building.writing import Description, write_documents
from hzbench.benchmark.data.dataset import SYNTHETIC_NOTICE, Dataset, open_dataset
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.photographs.lossless import encode_png
from hzbench.corruptions.image import pixel_digest
from hzbench.submissions import zoo

CLASSES = ("red", "green", "blue")


@pytest.fixture
def dataset(tmp_path: Path, squares: Callable[[int, int], Any]) -> Dataset:
    """Coloured squares as a dataset on disk: 18 pictures to train on, 9 to validate."""
    folder = tmp_path / "squares"
    rows = []
    for number, (split, count) in enumerate((("train", 18), ("val", 9))):
        small = squares(count, number)
        for index, (image, label) in enumerate(zip(small.images, small.labels, strict=True)):
            pixels = np.ascontiguousarray(image.repeat(7, axis=0).repeat(7, axis=1))
            path = f"{split}/{index}.png"
            durable.write_bytes(folder / path, encode_png(pixels))
            row = IndexRow(path, CLASSES[label], split, f"g{split}{index}", "test", "", pixel_digest(pixels))
            rows.append(row)
    write_documents(folder, rows, Description("squares", "1", CLASSES, "red", notice=SYNTHETIC_NOTICE))
    return open_dataset(folder)


@pytest.fixture
def tiny_zoo(monkeypatch: pytest.MonkeyPatch, tiny_network: Callable[[], torch.nn.Module]) -> None:
    """Every architecture is the tiny network."""
    monkeypatch.setattr(zoo, "build", lambda name, classes, pretrained=False: tiny_network())
