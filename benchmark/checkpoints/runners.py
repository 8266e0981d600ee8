"""Which runner opens which format. Runs in the worker only.

A format is one file and one line here; runners import their libraries before the checkpoint is opened.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hzbench.benchmark.checkpoints.runner import Runner

RUNNERS = {
    "torch-zip": "torch_runner.TorchRunner",
    "torch-legacy": "torch_runner.TorchRunner",
    "safetensors": "torch_runner.TorchRunner",
    "onnx": "onnx_runner.OnnxRunner",
    "torchscript": "torchscript_runner.TorchScriptRunner",
    "pt2": "exported_runner.ExportedRunner",
}
"""Key of `hzbench.benchmark.checkpoints.admission.FORMATS` -> module here, and class in it.

Called with (data, format, architecture, preprocessing, num_classes, device), a class gives a
`hzbench.benchmark.checkpoints.runner.Runner`.
"""


def runner_class(name: str) -> Callable[..., Runner]:
    """Import and return the class that runs a format.

    Raises:
        CheckpointError: a library that the format needs is not installed.
    """
    module, _, member = RUNNERS[name].partition(".")
    library = importlib.import_module(f"hzbench.benchmark.checkpoints.{module}")
    found: Callable[..., Runner] = getattr(library, member)
    return found
