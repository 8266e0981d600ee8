"""A small dataset of invented pictures, a small checkpoint, and what evaluating it once gives."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "checkpoints"))

from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.data.building.writing import Description, write_documents
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import open_dataset
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.photographs.lossless import encode_png
from hzbench.benchmark.results.documents import read_result, write_reference
from hzbench.benchmark.results.schema import Result
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.datasets import build_dataset_from
from hzbench.benchmark.workflows.evaluation import evaluate_model
from hzbench.corruptions import pixel_digest

CLASSES = ("acne", "herpes_zoster", "tinea", "other")


class Small(NamedTuple):
    """A dataset with a reference, and a checkpoint.

    Attributes:
        data: folder of the dataset: 4 classes x 10 pictures, 8 of them in the test split.
        photographs: folder that it was built from.
        checkpoint: a MobileNetV3-Small with random weights.
    """

    data: Path
    photographs: Path
    checkpoint: Path


def paint(folder: Path, per_class: int = 10) -> None:
    """Write pictures whose hue tells the class, <class>/<number>.png, 96 x 80."""
    random = np.random.default_rng(0)
    for number, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for index in range(per_class):
            picture = random.integers(0, 90, (80, 96, 3), dtype=np.uint8)
            picture[..., number % 3] += 120
            picture[20:60, 30:70, (number + 1) % 3] += np.uint8(40 + 4 * index)
            Image.fromarray(picture).save(folder / name / f"{index}.png")


def save_checkpoint(path: Path, outputs: int = 4) -> Path:
    """Write a MobileNetV3-Small with random weights that does not answer the same for all pictures."""
    torch.manual_seed(0)
    model = build("mobilenet_v3_small", outputs)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.startswith("classifier"):
                parameter.mul_(1e5)  # untrained features hardly differ between pictures
    torch.save(model.state_dict(), path)
    return path


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Return the small dataset with an invented reference, and the checkpoint."""
    folder = tmp_path_factory.mktemp("small")
    paint(folder / "photographs")
    build_dataset_from("folder", folder / "photographs", folder / "data")
    test = resolve_dataset(folder / "data").split("test")
    random = np.random.default_rng(1)
    reference = Reference(
        name="alexnet",
        architecture="alexnet",
        initialisation="scratch",
        seeds=(0, 1),
        data=resolve_dataset(folder / "data").label,
        data_digest=test.digest,
        specification=Predictions.specification,
        classes=CLASSES,
        digests=test.digests,
        labels=test.labels,
        answers=random.integers(0, 4, (2, 76, len(test))).astype(np.int8),
    )
    write_reference(folder / "data" / "reference.json", reference)
    return Small(folder / "data", folder / "photographs", save_checkpoint(folder / "model.pt"))


class Evaluated(NamedTuple):
    """A result as it was written."""

    result: Result
    path: Path
    notes: tuple[str, ...]


@pytest.fixture(scope="session")
def evaluate(small: Small) -> Callable[..., Evaluated]:
    """Return a function that evaluates the checkpoint on the dataset into a file."""

    def run(out: Path, model: Path | None = None, **options: object) -> Evaluated:
        fields: dict[str, object] = {"data": str(small.data), "latency": False, "threads": 1} | options
        evaluation = evaluate_model(str(model or small.checkpoint), out=out, **fields)  # type: ignore[arg-type]  # options by name
        return Evaluated(read_result(out), out, evaluation.notes)

    return run


@pytest.fixture(scope="session")
def evaluated(evaluate: Callable[..., Evaluated], tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    """Return one evaluation, latency included."""
    return evaluate(tmp_path_factory.mktemp("evaluated") / "deep" / "result.json", latency=True)


@pytest.fixture(scope="session")
def extended(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the dataset with an additional test set, eight zoster pictures under two lights."""
    folder = tmp_path_factory.mktemp("extended") / "data"
    shutil.copytree(small.data, folder)
    dataset = open_dataset(folder)
    rows = list(dataset.rows)
    for number in range(8):
        pixels = np.random.default_rng(number).integers(0, 256, (224, 224, 3), dtype=np.uint8)
        path = f"hz-w/herpes_zoster/{number}.png"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(encode_png(pixels))
        digest, condition = pixel_digest(pixels), ("dim", "bright")[number % 2]
        row = IndexRow(path, "herpes_zoster", "hz-w", f"w{number}", "walk", "II", digest, "given", condition)
        rows.append(row)
    document = dataset.document
    description = Description(document.name, document.version, document.classes, document.focus_class)
    write_documents(folder, rows, description)
    return folder
