"""Eight-bit integers for an ONNX network, by onnxruntime's static quantisation. Runs in the worker only.

What is quantised and how is `quantisation_recipe`.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime

from hzbench.benchmark.checkpoints.quantisation_recipe import BINS, OPERATORS, PERCENT
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError

PICTURES_AT_ONCE = 8
SMALLEST_OPSET = 13
"""From which a tensor may have a scale for each channel."""

Ranges = dict[str, tuple[float, float]]
Floats = npt.NDArray[np.float32]


def quantise(model: Any, pictures: Floats) -> Any:
    """Return a quantised copy of a float32 model.

    Args:
        model: one input, float32.
        pictures: normalised, shape (n, 3, size, size).

    Raises:
        CheckpointError: the model is of an old operator set, or onnxruntime cannot quantise it.
    """
    opset = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    if opset < SMALLEST_OPSET:
        raise CheckpointError(
            f"the file is of ONNX operator set {opset}; int8 needs {SMALLEST_OPSET}. Export it again, or "
            "give its weights as a state_dict."
        )
    constants = {tensor.name for tensor in model.graph.initializer}
    shape = next(value for value in model.graph.input if value.name not in constants).type.tensor_type.shape
    step = shape.dim[0].dim_value or PICTURES_AT_ONCE
    if shape.dim[1].dim_value != pictures.shape[1] and shape.dim[3].dim_value == pictures.shape[1]:
        pictures = np.ascontiguousarray(pictures.transpose(0, 2, 3, 1))
    if len(pictures) < step:
        raise CheckpointError(
            f"{len(pictures)} pictures, but the network takes {step} at a time. Give --pictures {step}."
        )
    chunks = [pictures[start : start + step] for start in range(0, len(pictures) - step + 1, step)]
    ranges = central_ranges(model, chunks)
    from onnxruntime.quantization import CalibrationMethod, QuantType
    from onnxruntime.quantization.calibrate import TensorData, TensorsData
    from onnxruntime.quantization.qdq_quantizer import QDQQuantizer
    from onnxruntime.quantization.quant_utils import add_infer_metadata

    found = TensorsData(
        CalibrationMethod.MinMax,
        {
            name: TensorData(lowest=np.array(low, np.float32), highest=np.array(high, np.float32))
            for name, (low, high) in ranges.items()
        },
    )
    logging.getLogger().setLevel(logging.ERROR)
    inferred = onnx.shape_inference.infer_shapes(model)
    add_infer_metadata(inferred)  # or it would infer them again, through a file
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints as it goes
            quantizer = QDQQuantizer(
                inferred,
                per_channel=True,
                reduce_range=False,
                weight_qType=QuantType.QInt8,
                activation_qType=QuantType.QInt8,
                tensors_range=found,
                nodes_to_quantize=[],
                nodes_to_exclude=[],
                op_types_to_quantize=list(OPERATORS),
                extra_options={},
            )
            quantizer.quantize_model()
    except Exception as error:  # it fails in as many ways as there are graphs
        reason = printable((str(error).strip().splitlines() or [""])[0], 200)
        raise CheckpointError(
            f"onnxruntime cannot quantise the network ({type(error).__name__}: {reason})."
        ) from error
    return quantizer.model.model


def central_ranges(model: Any, chunks: list[Floats]) -> Ranges:
    """Return the range of the central values of each tensor that goes in or out of a quantised operator.

    Zero lies in every range, so that padding and rectified values are exact.
    """
    lows: dict[str, float] = {}
    highs: dict[str, float] = {}
    for values in _activations(model, chunks):
        for name, array in values.items():
            lows[name] = min(lows.get(name, 0.0), float(array.min(initial=0.0)))
            highs[name] = max(highs.get(name, 0.0), float(array.max(initial=0.0)))
    counts = {name: np.zeros(BINS, np.int64) for name in lows}
    for values in _activations(model, chunks):
        for name, array in values.items():
            if highs[name] > lows[name]:
                counts[name] += np.histogram(array, BINS, (lows[name], highs[name]))[0]
    return {name: _central(counts[name], lows[name], highs[name]) for name in lows}


def _central(count: npt.NDArray[np.int64], low: float, high: float) -> tuple[float, float]:
    """Return the ends of the bins within which `PERCENT` of the values lie, the rest half on each side."""
    if not count.any() or not (np.isfinite(low) and np.isfinite(high)):
        return low, high
    edges = np.linspace(low, high, BINS + 1)
    below = np.cumsum(count) / count.sum()
    rest = (1 - PERCENT / 100) / 2
    first, last = int(np.searchsorted(below, rest)), int(np.searchsorted(below, 1 - rest))
    return min(float(edges[first]), 0.0), max(float(edges[min(last + 1, BINS)]), 0.0)


def _activations(model: Any, chunks: list[Floats]) -> Iterator[dict[str, Floats]]:
    """Run the model over chunks of pictures and yield the tensors that quantised operators take and give."""
    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    constants = {tensor.name for tensor in model.graph.initializer}
    constants |= {node.output[0] for node in model.graph.node if node.op_type == "Constant"}
    inputs = [value.name for value in model.graph.input if value.name not in constants]
    wanted = [
        name
        for node in model.graph.node
        if node.op_type in OPERATORS
        for name in (*node.input, *node.output)
        if name and name not in constants
    ]
    names = [name for name in dict.fromkeys(wanted) if name not in inputs]
    del seen.graph.output[:]
    seen.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(
        seen.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    for chunk in chunks:
        values = zip(names, session.run(names, {inputs[0]: chunk}), strict=True)
        yield {inputs[0]: chunk, **{name: value for name, value in values if value.dtype == np.float32}}
