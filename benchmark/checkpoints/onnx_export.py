"""A PyTorch network as an ONNX graph with nothing of this machine in it. Runs in the worker only.

torch.onnx folds batch normalisation into convolutions and writes standard operators of one opset.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from typing import Any

import torch

from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError

OPSET = 18
"""Of ONNX 1.13: what phones' runtimes have understood for years; int8 by channel needs 13."""

INPUT, OUTPUT, BATCH = "image", "logits", "batch"


def as_graph(network: torch.nn.Module, size: int) -> Any:
    """Return the ONNX model of a network in evaluation mode, for any number of pictures.

    Args:
        network: takes (n, 3, size, size).
        size: pixels on each side.

    Raises:
        CheckpointError: torch cannot express the network in ONNX.
    """
    network = network.to(device="cpu", memory_format=torch.contiguous_format)  # type: ignore[call-overload]  # torch's stub lacks the keyword pair
    shapes = ({0: torch.export.Dim(BATCH)},)
    return _exported(network, (torch.zeros(2, 3, size, size),), shapes)


def program_as_graph(program: torch.export.ExportedProgram) -> Any:
    """Return the ONNX model of a torch.export program, for the batches that it was exported for.

    Raises:
        CheckpointError: torch cannot express the program in ONNX.
    """
    return _exported(program, (), None)


def _exported(network: Any, arguments: tuple[torch.Tensor, ...], shapes: Any) -> Any:
    logging.getLogger("torch.onnx").setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                network,
                arguments,
                dynamo=True,
                external_data=False,
                opset_version=OPSET,
                dynamic_shapes=shapes,
                input_names=[INPUT],
                output_names=[OUTPUT],
                verbose=False,
            )
    except ImportError as error:
        raise CheckpointError(
            'an ONNX export needs onnx and onnxscript: pip install "hzbench[onnx]"'
        ) from error
    except Exception as error:  # an exporter fails in as many ways as there are networks
        reason = printable((str(error).strip().splitlines() or [""])[0], 200)
        raise CheckpointError(
            f"torch cannot export the network to ONNX ({type(error).__name__}: {reason})."
        ) from error
    assert program is not None  # with dynamo=True
    return without_traces(program.model_proto)


def without_traces(model: Any) -> Any:
    """Take off what tells of this machine and of the source code: stack traces, notes, inner shapes."""
    graph = model.graph
    del graph.value_info[:]
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


def with_metadata(model: Any, entries: Mapping[str, str]) -> bytes:
    """Return a model's bytes with these metadata, which are the same on every run."""
    del model.metadata_props[:]
    for key in sorted(entries):
        model.metadata_props.add(key=key, value=entries[key])
    data: bytes = model.SerializeToString(deterministic=True)
    return data
