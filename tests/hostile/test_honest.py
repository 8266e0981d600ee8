"""Honest files in every style and format are admitted; `tox -e hostile` takes 57 networks."""

from __future__ import annotations

from pathlib import Path

import honest_models
import hostile_originals
import pytest
import torch

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.architectures import build


@pytest.mark.parametrize("style", honest_models.STYLES)
def test_weights_in_every_style_are_admitted(style: str, tmp_path: Path) -> None:
    """A real network's weights, with what training scripts keep beside them."""
    path = tmp_path / "model.pt"
    path.write_bytes(honest_models.STYLES[style](dict(build("squeezenet1_1", 4).state_dict())))
    assert admit(path).format in {"torch-zip", "torch-legacy", "safetensors"}


@pytest.mark.parametrize("form", ["onnx", "script", "trace", "frozen", "export"])
def test_a_whole_network_in_every_format_is_admitted(form: str, tmp_path: Path) -> None:
    """By each of PyTorch's exporters but the slowest, which the long run has."""
    path = tmp_path / "model.bin"
    path.write_bytes(honest_models.FORMATS[form](hostile_originals.network(), torch.zeros(2, 3, 8, 8)))
    assert admit(path).format == {"onnx": "onnx", "export": "pt2"}.get(form, "torchscript")


def test_there_are_at_least_50_networks() -> None:
    """Of torchvision and timm."""
    assert len(set(honest_models.NETWORKS)) >= 50
