"""Checkpoints as people really save them, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from hzbench.benchmark.checkpoints.architectures import build


@pytest.fixture(scope="session")
def small_network() -> torch.nn.Module:
    """A MobileNetV3-Small with four outputs and fresh weights from a fixed seed."""
    torch.manual_seed(0)
    return build("mobilenet_v3_small", 4).eval()


@pytest.fixture(scope="session")
def small_weights(small_network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Its state_dict."""
    return dict(small_network.state_dict())


@pytest.fixture(scope="session")
def small_file(small_weights: dict[str, torch.Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its state_dict, saved by torch.save."""
    path = tmp_path_factory.mktemp("checkpoints") / "model.pt"
    torch.save(small_weights, path)
    return path
