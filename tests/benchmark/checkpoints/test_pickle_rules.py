"""A pickle is held against an allow-list without being run; what a state_dict needs passes."""

from __future__ import annotations

import argparse
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.torch_legacy import MAGIC

WEIGHTS = {"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.bias": torch.zeros(2)}


class Payload:
    """An object whose unpickling touches a marker file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.marker),))


class Network(torch.nn.Module):
    """A class of the submitter's own."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 2)


def test_what_training_scripts_keep_beside_the_weights_is_let_through(tmp_path: Path) -> None:
    """Optimiser, options, NumPy scores, sets and bytes are harmless."""
    path = tmp_path / "full.pt"
    optimiser = {
        "state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(2, 3)}},
        "param_groups": [
            {"lr": 0.1, "betas": (0.9, 0.999), "amsgrad": False, "foreach": None, "params": [0]}
        ],
    }
    beside = {
        "epoch": 3,
        "best": np.float64(0.5),
        "seen": np.int64(7),
        "args": argparse.Namespace(lr=0.1, tags=["a"]),
        "tags": {"a"},
        "raw": b"\x00\xff",
        "shape": torch.Size([1, 2]),
        "parameter": torch.nn.Parameter(torch.zeros(2)),
    }
    torch.save({"state_dict": WEIGHTS, "optimizer": optimiser, **beside}, path)
    assert admit(path).format == "torch-zip"


@pytest.mark.parametrize("legacy", [False, True])
def test_a_pickle_with_code_is_refused_and_not_run(
    tmp_path: Path, legacy: bool, refused: Callable[[Path], str]
) -> None:
    """The rule names the call; the marker that the payload would make is not there."""
    marker = tmp_path / "marker"
    path = tmp_path / "model.pt"
    torch.save(
        {"state_dict": WEIGHTS, "epoch": Payload(marker)}, path, _use_new_zipfile_serialization=not legacy
    )
    message = refused(path)
    assert "'pickle-globals'" in message
    assert "posix.mkdir" in message
    assert not marker.exists()
    torch.load(path, weights_only=False)
    assert marker.exists(), "the payload is live"


def test_a_whole_model_is_refused_with_the_two_lines_that_help(
    tmp_path: Path, refused: Callable[[Path], str]
) -> None:
    """The advice is working Python for a model at the root."""
    path = tmp_path / "whole.pt"
    torch.save(Network(), path)
    message = refused(path)
    assert "'whole-model'" in message
    assert 'checkpoint = torch.load("whole.pt", weights_only=False); ' in message
    assert 'torch.save(checkpoint.state_dict(), "model.pt")' in message


def test_a_whole_model_inside_a_checkpoint_is_found_under_its_key(
    tmp_path: Path, refused: Callable[[Path], str]
) -> None:
    """The advice names the key."""
    path = tmp_path / "whole.pt"
    torch.save({"epoch": 1, "model": torch.nn.Sequential(Network())}, path)
    assert "torch.save(checkpoint['model'].state_dict()" in refused(path)


def test_a_payload_beside_a_whole_model_is_what_the_refusal_names(
    tmp_path: Path, refused: Callable[[Path], str]
) -> None:
    """Nobody is advised to load a file that calls something a model does not need."""
    path = tmp_path / "whole.pt"
    torch.save({"model": Network(), "extra": Payload(tmp_path / "marker")}, path)
    message = refused(path)
    assert "'pickle-globals'" in message
    assert "weights_only=False" not in message


def test_numpy_objects_are_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    """NumPy unpickles the bytes of an object scalar itself, so only plain numbers pass."""
    path = tmp_path / "model.pt"
    torch.save({"state_dict": WEIGHTS, "best": np.array([{}], dtype=object)}, path)
    assert "'pickle-globals'" in refused(path)
    structured = np.zeros(1, dtype=[("a", "f4")])[0]
    torch.save({"state_dict": WEIGHTS, "best": structured}, path)
    assert "'plain-values'" in refused(path)


def test_slow_codecs_are_refused(tmp_path: Path, saved: Path, refused: Callable[[Path], str]) -> None:
    """Bytes are written as latin1 by every pickle; punycode would take quadratic time."""

    class Slow:
        def __reduce__(self) -> tuple[Any, ...]:
            import _codecs

            return (_codecs.encode, ("ü" * 10, "punycode"))

    torch.save({"state_dict": WEIGHTS, "slow": Slow()}, saved)
    assert "'plain-values'" in refused(saved)


def test_a_foreign_opcode_is_refused(
    saved: Path, refused: Callable[[Path], str], repacked: Callable[..., Path]
) -> None:
    """Protocol 4 reaches globals by another opcode, which torch itself never writes."""
    changed = repacked(
        saved, lambda name, data: pickle.dumps(print, 4) if name.endswith("data.pkl") else data
    )
    assert "'pickle-opcodes'" in refused(changed)


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_pickle_cut_short_is_refused(
    saved: Path, cut: int, refused: Callable[[Path], str], repacked: Callable[..., Path]
) -> None:
    """A malformed stream is an ordinary refusal."""
    changed = repacked(saved, lambda name, data: data[:-cut] if name.endswith("data.pkl") else data)
    assert "'pickle-form'" in refused(changed)


def test_keys_that_take_for_ever_to_hash_are_refused(
    saved: Path, refused: Callable[[Path], str], repacked: Callable[..., Path]
) -> None:
    """Sixty doublings of one tuple, as a dictionary's key or in a set, would take years to hash."""
    nested = b"\x80\x02}K\x00" + b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(60))
    in_set = nested.replace(b"}", b"c__builtin__\nset\n]")
    for pickled in (nested + b"K\x01s.", in_set + b"a\x85R."):
        changed = repacked(saved, lambda name, data, new=pickled: new if name.endswith("data.pkl") else data)
        assert "'pickle-keys'" in refused(changed)


def test_a_value_of_gigabytes_is_refused_before_memory_is_reserved(
    tmp_path: Path, refused: Callable[[Path], str]
) -> None:
    """A string that declares four gigabytes in a file of some bytes."""
    path = tmp_path / "model.pt"
    path.write_bytes(MAGIC + b"\x80\x02X\xff\xff\xff\xffabc.")
    assert "'pickle-length'" in refused(path)
