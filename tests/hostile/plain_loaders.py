"""The control: what the usual way of loading each format does with a file. Run in a child only."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import safetensors.torch
import torch


def load(path: Path, form: str, trusting: bool) -> str:
    """Load a file and run it once where it is a program.

    Args:
        path: the file.
        form: a Case's format.
        trusting: load pickles with `weights_only=False`, as much published code does.
    """
    warnings.simplefilter("ignore")
    if form == "safetensors":
        safetensors.torch.load_file(path)
    elif form == "onnx":
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        session.run(None, {session.get_inputs()[0].name: np.zeros((1, 3, 224, 224), np.float32)})
    elif form == "torchscript":
        torch.jit.load(path)(torch.zeros(1, 3, 8, 8))
    elif form == "pt2":
        torch.export.load(path).module()(torch.zeros(1, 3, 8, 8))
    elif path.read_bytes()[:6] == b"\x93NUMPY":
        np.load(path, allow_pickle=trusting)
    else:
        torch.load(path, weights_only=not trusting)
    return "loaded"
