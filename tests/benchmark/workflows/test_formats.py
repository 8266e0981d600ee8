"""A network given in five formats has the same answers on all 76 cells, and so the same mCE."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import safetensors.torch
import torch
from tiny_networks import as_onnx, exported, tiny, traced

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.checkpoints.onnx_export import as_graph, with_metadata
from hzbench.benchmark.checkpoints.onnx_quantising import quantise
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.runners import runner_class
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import Split
from hzbench.benchmark.engines.local import compute
from hzbench.benchmark.engines.pictures import Pictures
from hzbench.benchmark.engines.plan import BATCH, batches_of
from hzbench.benchmark.scoring.cells import ALL_CELLS

ARCHITECTURE = "timm/test_resnet"
SIZE = 64
"""Pixels: small, so that 76 cells take little time."""


class Inside:
    """A session of the engine's whose model runs in this process."""

    def __init__(self, runner: Any) -> None:
        self.images = np.zeros((1, BATCH, 224, 224, 3), np.uint8)
        self._runner = runner
        self._counts: deque[int] = deque()

    def submit(self, slot: int, count: int) -> None:
        self._counts.append(count)

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        return 0, self._runner.forward(self.images[0, : self._counts.popleft()])

    def interrupt(self) -> None:
        self._counts.clear()


def logits_of(path: Path, test: Split) -> npt.NDArray[np.float32]:
    """Return the logits of a file on all cells, shape (76, n, 4)."""
    name = admit(path).format
    architecture = ARCHITECTURE if path.suffix in (".pth", ".safetensors") else None
    runner = runner_class(name)(path.read_bytes(), name, architecture, Preprocessing(input_size=SIZE), 4)
    logits = np.full((len(ALL_CELLS), len(test), 4), np.nan, np.float32)

    def keep(batch: Any, values: npt.NDArray[np.float32]) -> None:
        logits[batch.row, batch.positions] = values

    batches = [
        batch
        for row, cell in enumerate(ALL_CELLS)
        for batch in batches_of(row, cell, test.digests, test.digest)
    ]
    compute([Inside(runner)], batches, Pictures(test), keep)
    return logits


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    """A small network whose answers differ between pictures."""
    torch.manual_seed(0)
    network = build(ARCHITECTURE, 4).eval()
    head = network.get_submodule("fc")
    assert isinstance(head, torch.nn.Linear)
    colours = torch.rand(16, 3, 1, 1).mul(4).sub(2).expand(-1, -1, SIZE, SIZE)
    with torch.no_grad():
        head.weight.mul_(1000)
        head.bias.sub_(network(colours).mean(0))
    return network


@pytest.fixture(scope="module")
def graph(network: torch.nn.Module) -> bytes:
    """Its ONNX file."""
    return with_metadata(as_graph(network, SIZE), {"b": "2", "a": "1"})


def test_five_formats_give_the_same_logits_and_the_same_mce(
    network: torch.nn.Module, graph: bytes, small: Any, tmp_path: Path
) -> None:
    """Within 1e-4 of their spread on every picture of every cell; so the same answers, and the same mCE."""
    files = {
        "model.safetensors": safetensors.torch.save(dict(network.state_dict())),
        "model.onnx": graph,
        "model.ts": traced(network, size=SIZE),
        "model.pt2": exported(network, size=SIZE),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    torch.save({"state_dict": network.state_dict()}, tmp_path / "model.pth")
    test = resolve_dataset(small.data).split("test")
    expected = logits_of(tmp_path / "model.pth", test)
    assert len(set(expected.argmax(axis=-1).ravel())) > 1
    for name in files:
        logits = logits_of(tmp_path / name, test)
        np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-4 * np.ptp(expected), err_msg=name)
        np.testing.assert_array_equal(logits.argmax(axis=-1), expected.argmax(axis=-1))


def test_an_exported_graph_tells_nothing_of_this_machine(graph: bytes) -> None:
    """No stack trace, no path, no name of a source file; and any number of pictures goes in."""
    assert b".py" not in graph
    model = onnx.load_model_from_string(graph)
    assert [entry.key for entry in model.metadata_props] == ["a", "b"]
    shape = model.graph.input[0].type.tensor_type.shape
    assert [one.dim_param or one.dim_value for one in shape.dim] == ["batch", 3, SIZE, SIZE]


def test_quantising_twice_gives_the_same_bytes() -> None:
    """Nothing random goes into the ranges, and they follow the calibration pictures."""
    pictures = np.random.default_rng(0).standard_normal((9, 3, 64, 64)).astype(np.float32)
    source = onnx.load_model_from_string(as_onnx(tiny(), ("n", 3, 64, 64)))
    first, second, other = (
        with_metadata(quantise(source, chosen), {}) for chosen in (pictures, pictures, 2 * pictures)
    )
    assert first == second
    assert first != other
