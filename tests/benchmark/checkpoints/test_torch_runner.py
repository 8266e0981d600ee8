"""The worker's model gives the logits of the plain network, whatever form its weights came in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import safetensors.torch
import torch

from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.checkpoints.counting import count_fvcore
from hzbench.benchmark.checkpoints.efficiency import measure
from hzbench.benchmark.checkpoints.normalising import Normaliser
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.torch_runner import TorchRunner
from hzbench.benchmark.errors import CheckpointError

MILLION_MACS = {"alexnet": 710.1, "mobilenet_v3_small": 55.5, "efficientnet_b0": 384.5}


def saved(root: object) -> bytes:
    """Return what torch.save writes."""
    stream = io.BytesIO()
    torch.save(root, stream)
    return stream.getvalue()


def opened(
    root: object, architecture: str | None = None, preprocessing: Preprocessing | None = None
) -> TorchRunner:
    """Return the runner of a checkpoint for four classes."""
    return TorchRunner(saved(root), "torch-zip", architecture, preprocessing or Preprocessing(), 4)


@pytest.fixture(scope="module")
def images() -> npt.NDArray[np.uint8]:
    """Two pictures of noise."""
    return np.random.default_rng(0).integers(0, 256, (2, 224, 224, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def expected(small_network: torch.nn.Module, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The plain network's logits."""
    network = small_network.to(memory_format=torch.channels_last)
    with torch.inference_mode():
        logits: npt.NDArray[np.float32] = network(
            Normaliser(Preprocessing())(torch.from_numpy(images))
        ).numpy()
    return logits


FORMS: dict[str, Callable[[dict[str, torch.Tensor]], Any]] = {
    "bare": lambda weights: weights,
    "wrapped": lambda weights: {"state_dict": {f"module.{key}": t for key, t in weights.items()}, "epoch": 1},
    "parameters": lambda weights: {
        key: torch.nn.Parameter(t) if t.is_floating_point() else t for key, t in weights.items()
    },
    "double": lambda weights: {key: t.double() if t.is_floating_point() else t for key, t in weights.items()},
    "without counters": lambda weights: {
        key: t for key, t in weights.items() if not key.endswith("num_batches_tracked")
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_logits_equal_the_plain_networks(
    small_weights: dict[str, torch.Tensor],
    images: npt.NDArray[np.uint8],
    expected: npt.NDArray[np.float32],
    form: str,
) -> None:
    """Bit for bit."""
    runner = opened(FORMS[form](small_weights))
    assert runner.architecture == "mobilenet_v3_small"
    assert runner.params == 1_521_956
    np.testing.assert_array_equal(runner.forward(images), expected)


def test_float16_safetensors_are_recognised_and_noted(small_weights: dict[str, torch.Tensor]) -> None:
    """This is how shipped submissions are stored."""
    half = {key: t.half() if t.is_floating_point() else t for key, t in small_weights.items()}
    runner = TorchRunner(safetensors.torch.save(half), "safetensors", None, Preprocessing(), 4)
    assert runner.notes == [
        "architecture mobilenet_v3_small recognised from the weights",
        "float16 weights loaded as float32",
    ]
    assert all(parameter.dtype == torch.float32 for parameter in runner.model.parameters())


def test_three_outputs_are_refused() -> None:
    """Before anything runs."""
    with pytest.raises(CheckpointError, match="3 outputs, the dataset has 4 classes"):
        opened(build("mobilenet_v3_small", 3).state_dict())


def test_a_wrong_architecture_is_refused(small_weights: dict[str, torch.Tensor]) -> None:
    """The keys are strict."""
    with pytest.raises(CheckpointError, match="do not fit resnet18"):
        opened(small_weights, "resnet18")


def test_a_tensor_declared_far_larger_than_itself_takes_no_memory(
    small_weights: dict[str, torch.Tensor],
) -> None:
    """Four bytes stand for a terabyte until someone copies them; the shapes are checked before."""
    huge = torch.zeros(1).expand(1 << 38)
    with pytest.raises(CheckpointError, match="do not fit"):
        opened({**small_weights, "extra": huge}, "mobilenet_v3_small")


def test_another_input_size_is_honoured(images: npt.NDArray[np.uint8]) -> None:
    """A ResNet-18 at 64 pixels; with its averaging layer any size runs."""
    torch.manual_seed(0)
    weights = build("resnet18", 4).state_dict()
    small, large = (opened(weights, None, Preprocessing(input_size=size)) for size in (64, 224))
    logits = small.forward(images)
    assert logits.shape == (2, 4)
    assert not np.allclose(logits, large.forward(images))


def test_an_inception_drops_its_auxiliary_head() -> None:
    """The weights of torchvision's default construction load, with two notes."""
    weights = {**build("inception_v3", 4, "meta").to_empty(device="cpu").state_dict()}
    weights["AuxLogits.fc.weight"] = torch.zeros(4, 768)
    runner = opened(weights)
    assert "auxiliary heads, used in training alone, left out" in runner.notes
    assert any("transform_input" in note for note in runner.notes)


def test_networks_with_hidden_buffers_are_filled_for_real() -> None:
    """A Swin transformer of timm computes buffers that its state_dict does not hold."""
    name = "timm/swin_tiny_patch4_window7_224"
    runner = opened(build(name, 4).state_dict(), name)
    assert not any(tensor.is_meta for tensor in (*runner.model.parameters(), *runner.model.buffers()))


@pytest.mark.parametrize("name", MILLION_MACS)
def test_multiply_accumulates_are_the_known_ones(name: str) -> None:
    """To a tenth of a million, at 224 pixels with a head of four classes."""
    weights = build(name, 4, "meta").to_empty(device="cpu").state_dict()
    cost = measure(opened(weights), latency=False)
    assert cost.macs is not None
    assert round(cost.macs / 1e6, 1) == MILLION_MACS[name]
    assert cost.macs_fvcore is not None
    assert cost.macs <= cost.macs_fvcore <= 1.06 * cost.macs
    assert cost.latency_ms is None
    assert cost.latency_ratio is None


def test_operations_that_fvcore_does_not_know_are_named(small_weights: dict[str, torch.Tensor]) -> None:
    """MobileNetV3's activations among them."""
    cost = measure(opened(small_weights), latency=False)
    assert "hardswish_ x19" in cost.macs_uncounted


def test_a_model_that_cannot_be_traced_has_no_fvcore_count() -> None:
    """Unknown is None, never zero."""

    class Untraceable(torch.nn.Module):
        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("no")

    assert count_fvcore(Untraceable(), torch.zeros(1)) == (None, ["not traceable (RuntimeError)"])


def test_latency_has_ordered_quantiles_and_a_ratio(
    small_weights: dict[str, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured in a shortened form; the thread count is put back."""
    monkeypatch.setattr("hzbench.benchmark.checkpoints.efficiency.LATENCY_BUDGET_S", 0.0)
    monkeypatch.setattr("hzbench.benchmark.checkpoints.efficiency.MINIMUM_RUNS", 3)
    monkeypatch.setattr("hzbench.benchmark.checkpoints.efficiency.WARM_UP_RUNS", 1)
    threads = torch.get_num_threads()
    cost = measure(opened(small_weights), latency=True)
    assert cost.latency_ms is not None
    assert 0 < cost.latency_ms.p50 <= cost.latency_ms.p90 <= cost.latency_ms.p99
    assert cost.latency_ratio is not None
    assert cost.latency_ratio > 0
    assert torch.get_num_threads() == threads
