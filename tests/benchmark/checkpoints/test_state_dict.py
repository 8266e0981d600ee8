"""Weights are found in every form in which training scripts save them."""

from __future__ import annotations

import argparse
import io
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from hzbench.benchmark.checkpoints.state_dict import as_float32, read_tensors, unwrap
from hzbench.benchmark.errors import CheckpointError

PLAIN = {
    "conv.weight": torch.ones(2, 3),
    "conv.bias": torch.zeros(2),
    "norm.num_batches_tracked": torch.tensor(5),
}
OTHER = {key: tensor + 1 for key, tensor in PLAIN.items()}


def prefixed(prefix: str) -> dict[str, torch.Tensor]:
    """Return the weights with a prefix on all keys."""
    return {prefix + key: tensor for key, tensor in PLAIN.items()}


WRAPPED: dict[str, Any] = {
    "bare": PLAIN,
    "ordered": OrderedDict(PLAIN),
    "state_dict": {"state_dict": PLAIN, "epoch": 3, "optimizer": {"state": {}, "param_groups": []}},
    "model": {"model": PLAIN, "epoch": 3},
    "model_state_dict": {"model_state_dict": PLAIN, "optimizer_state_dict": {"state": {}}},
    "net": {"net": PLAIN, "acc": 0.9},
    "nested": {"model": {"state_dict": PLAIN}},
    "DataParallel": prefixed("module."),
    "torch.compile": prefixed("_orig_mod."),
    "both": prefixed("_orig_mod.module."),
    "Lightning": {"state_dict": prefixed("model."), "hyper_parameters": {}, "pytorch-lightning_version": "2"},
    "AveragedModel": {"n_averaged": torch.tensor(7), **prefixed("module.")},
    "timm": {"state_dict": PLAIN, "state_dict_ema": OTHER, "arch": "resnet18", "version": 2},
    "EMA beside it": {"model": PLAIN, "model_ema": OTHER},
    "EMA alone": {"model_ema": PLAIN, "epoch": 1},
    "EMA in a wrapper": {"ema": {"module": PLAIN}, "updates": 100},
}


@pytest.mark.parametrize("form", WRAPPED)
def test_every_form_gives_the_plain_weights(form: str) -> None:
    """Keys and values are those of the bare network."""
    tensors, _ = unwrap(WRAPPED[form])
    assert tensors.keys() == PLAIN.keys()
    assert all(torch.equal(tensors[key], PLAIN[key]) for key in PLAIN)


def test_a_moving_average_left_aside_is_noted() -> None:
    """Whoever meant the average learns that it was not used."""
    _, notes = unwrap(WRAPPED["timm"])
    assert notes == [
        "weights taken from 'state_dict'",
        "the moving average beside them ('state_dict_ema') was not used",
    ]


@pytest.mark.parametrize(
    "root", [{}, {"epoch": 3}, [PLAIN], torch.zeros(3), {"generator": PLAIN}, {"model": {"a": 1}}, None]
)
def test_a_file_without_weights_says_what_it_holds(root: object) -> None:
    """The message ends with how to save weights."""
    with pytest.raises(CheckpointError, match=r"no state_dict in the file .*torch\.save\(model\.state_dict"):
        unwrap(root)


def test_sparse_tensors_are_no_weights() -> None:
    """Only dense tensors in main memory count."""
    with pytest.raises(CheckpointError, match="no state_dict"):
        unwrap({"a": torch.eye(3).to_sparse()})


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_loaded_as_float32(dtype: torch.dtype) -> None:
    """A note says so; integers stay."""
    notes: list[str] = []
    stored = {key: t.to(dtype) if t.is_floating_point() else t for key, t in PLAIN.items()}
    tensors = as_float32(stored, notes)
    assert tensors["conv.weight"].dtype == torch.float32
    assert tensors["norm.num_batches_tracked"].dtype == torch.int64
    assert notes == [f"{str(dtype).removeprefix('torch.')} weights loaded as float32"]


def test_float32_needs_no_note() -> None:
    """Nothing was changed."""
    notes: list[str] = []
    as_float32(PLAIN, notes)
    assert notes == []


def saved(save: Callable[[Any, io.BytesIO], None], root: object) -> bytes:
    """Return the bytes of a file."""
    stream = io.BytesIO()
    save(root, stream)
    return stream.getvalue()


def test_torch_files_are_read_with_what_lies_beside_the_weights() -> None:
    """NumPy numbers and options do not stop the reader."""
    root = {
        "state_dict": PLAIN,
        "best": np.float64(0.5),
        "seen": np.int64(3),
        "half": np.float16(1),
        "flag": np.bool_(True),
        "args": argparse.Namespace(lr=0.1),
    }
    read = read_tensors(saved(torch.save, root), "torch-zip")
    assert read["best"] == 0.5
    assert torch.equal(read["state_dict"]["conv.weight"], PLAIN["conv.weight"])


def test_safetensors_are_read() -> None:
    """Through the library that defines the format."""
    read = read_tensors(safetensors.torch.save(PLAIN), "safetensors")
    assert torch.equal(read["conv.weight"], PLAIN["conv.weight"])


@pytest.mark.parametrize("file_format", ["torch-zip", "safetensors"])
def test_bytes_that_no_reader_takes_are_a_checkpoint_error(file_format: str) -> None:
    """There is no second, laxer attempt."""
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_tensors(b"nonsense that is no file at all", file_format)


def test_code_that_slipped_through_admission_is_still_not_run() -> None:
    """The allow-list of torch itself is the second wall."""

    class Payload:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("executed",))

    with pytest.raises(CheckpointError, match="cannot be read"):
        read_tensors(saved(torch.save, {"state_dict": PLAIN, "x": Payload()}), "torch-zip")
