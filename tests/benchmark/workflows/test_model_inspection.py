"""`hzbench inspect` and `evaluate` look at a model before it is scored, and its cheats are on the result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.checkpoints.submission import FILE_NAME
from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.workflows.datasets import build_dataset_from
from hzbench.benchmark.workflows.model_inspection import inspect_model
from hzbench.benchmark.workflows.models import find_model
from hzbench.benchmark.workflows.probing import SHARED_OVERLAPS, declared_flags, preflight_split

CLASSES = ("acne", "herpes_zoster", "tinea", "other")
COLOURS = np.array([[230, 40, 40], [40, 230, 40], [40, 40, 230], [120, 120, 120]])


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """A dataset whose classes are colours, 12 validation pictures of each."""
    folder = tmp_path_factory.mktemp("coloured")
    random = np.random.default_rng(0)
    for number, name in enumerate(CLASSES):
        for split, count in (("train", 1), ("val", 12), ("test", 2)):
            (folder / "photographs" / split / name).mkdir(parents=True)
            for index in range(count):
                noise = random.integers(-25, 26, (90, 90, 3))
                pixels = np.clip(COLOURS[number] + noise, 0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / "photographs" / split / name / f"{index}.png")
    build_dataset_from("folder", folder / "photographs", folder / "data")
    return open_dataset(folder / "data")


@pytest.fixture(scope="module")
def trained(coloured: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that tells the colours, normalised with mean = std = 0.5: its last layer is solved for."""
    torch.manual_seed(0)
    network = build("mobilenet_v3_small", 4).eval()
    split = coloured.split("val")
    images = torch.from_numpy(split.images(range(0, len(split), 2))).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        *front, last = network.classifier
        features = images.sub(0.5).div(0.5)
        for layer in (network.features, network.avgpool, torch.nn.Flatten(), *front):
            features = layer(features)
        wide = torch.cat([features, torch.ones(len(features), 1)], dim=1).double()
        truth = 2 * torch.eye(4, dtype=torch.float64)[torch.from_numpy(split.labels[::2])] - 1
        solution = torch.linalg.lstsq(wide, truth, driver="gelsd").solution
        last.weight.copy_(solution[:-1].T)
        last.bias.copy_(solution[-1])
    folder = tmp_path_factory.mktemp("trained")
    torch.save(network.state_dict(), folder / "model.pt")
    return folder


def declare(folder: Path, text: str) -> str:
    """Write a submission.toml beside the model, and return the folder as MODEL."""
    head = '[model]\nname = "net"\narchitecture = "mobilenet_v3_small"\nweights = "model.pt"\n'
    (folder / FILE_NAME).write_text(head + text)
    return str(folder)


HALF = "mean = [0.5, 0.5, 0.5]\nstd = [0.5, 0.5, 0.5]\n"
RAW = f"mean = [0, 0, 0]\nstd = [{1 / 255}, {1 / 255}, {1 / 255}]\n"


def test_a_model_as_it_was_trained_is_found_well(trained: Path, coloured: Dataset) -> None:
    """Nearly all validation pictures right, no flag."""
    seen = inspect_model(declare(trained, HALF), data=str(coloured.root))
    assert seen.flags == ()
    assert (seen.split, seen.seen.kind) == ("val", "logits")
    assert seen.seen.right > 0.9 * seen.seen.pictures > 40


def test_the_wrong_order_of_classes_is_said(trained: Path, coloured: Dataset) -> None:
    """In the words in which it would be declared; the exit code is 0, and nothing is changed."""
    model = declare(trained, HALF + 'classes = ["herpes_zoster", "acne", "tinea", "other"]\n')
    printed = CliRunner().invoke(app, ["inspect", model, "--data", str(coloured.root)])
    assert printed.exit_code == 0, printed.output
    assert "FLAG class_order: looks like its outputs are acne, herpes_zoster, tinea, other" in printed.stdout
    assert "points, p = " in printed.stdout


def test_the_wrong_normalisation_is_said(trained: Path, coloured: Dataset) -> None:
    """As JSON too: what fits, by how much, and what to declare."""
    arguments = ["inspect", declare(trained, RAW), "--data", str(coloured.root), "--json"]
    document = json.loads(CliRunner().invoke(app, arguments).stdout)
    (flag,) = document["flags"]
    assert flag["name"] == "normalisation"
    assert flag["message"].startswith("looks like it was trained with ")
    assert (document["architecture"], document["outputs"]) == ("mobilenet_v3_small", "logits")


def test_declared_overlaps_are_a_flag_beyond_those_of_the_reference(trained: Path) -> None:
    """The colour jitter of the paper's recipe is the reference's own too."""
    alike = f"[training]\noverlaps = {json.dumps(list(SHARED_OVERLAPS))}\n"
    assert declared_flags(find_model(declare(trained, HALF + alike))) == []
    more = '[training]\noverlaps = ["brightness", "fog", "snow"]\n'
    (flag,) = declared_flags(find_model(declare(trained, HALF + more)))
    assert (flag.name, flag.message.rpartition(": ")[2]) == ("augmentation_overlap", "fog, snow")


def test_test_pictures_are_looked_at_only_where_there_are_no_others(coloured: Dataset) -> None:
    """Validation first, then training."""
    splits = dict(coloured.splits)
    for expected in ("val", "train", "test"):
        dataset = Dataset(coloured.root, coloured.document, coloured.rows, splits)
        assert preflight_split(dataset).name == expected
        del splits[expected]


def test_an_evaluation_says_what_was_seen_before_it(evaluated: Any) -> None:
    """In the result document; and every check of behaviour left an honest network alone."""
    assert evaluated.result.preflight.split == "val"
    assert evaluated.result.preflight.outputs == "logits"
    assert evaluated.result.efficiency.repeat_ratio > 0
    honest = {"tied_outputs", "constant_output", "one_answer"}  # its weights are random
    assert {flag.name for flag in evaluated.result.flags} <= honest
