"""Checkpoints as people really save them, made once."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.errors import CheckpointError


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


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A small state_dict by torch.save."""
    path = tmp_path / "model.pt"
    torch.save({"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.bias": torch.zeros(2)}, path)
    return path


@pytest.fixture
def refused() -> Callable[[Path], str]:
    """A function that has a file refused and returns the message."""

    def refused(path: Path) -> str:
        """Return the message of the refusal, which is one line and of exit code 4."""
        with pytest.raises(CheckpointError) as caught:
            admit(path)
        message = str(caught.value)
        assert "\n" not in message
        assert caught.value.exit_code == 4
        return message

    return refused


@pytest.fixture
def repacked() -> Callable[..., Path]:
    """A function that changes the entries of a torch zip."""

    def repacked(path: Path, change: Callable[[str, bytes], bytes | None], **options: Any) -> Path:
        """Write a torch zip again with its entries changed, or left out where `change` returns None."""
        with zipfile.ZipFile(path) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        target = path.with_name("changed.pt")
        with zipfile.ZipFile(target, "w", **options) as archive:
            for name, data in entries.items():
                changed = change(name, data)
                if changed is not None:
                    archive.writestr(name, changed)
        return target

    return repacked
