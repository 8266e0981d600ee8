"""What an ONNX graph holds: parameters, multiply-accumulates, number format. Runs in the worker only.

Operators are those of the ONNX standard (onnx.ai/onnx/operators); every other domain is refused at admission.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx

COUNTED = (
    "Conv",
    "ConvTranspose",
    "Gemm",
    "MatMul",
    "QLinearConv",
    "ConvInteger",
    "QLinearMatMul",
    "MatMulInteger",
)
"""Operators whose multiply-accumulates are counted: all that torch's counter counts of image classifiers."""

UNCOUNTABLE = ("Attention", "DeformConv", "Einsum", "GRU", "If", "LSTM", "Loop", "RNN", "Scan", "SequenceMap")
"""Operators that may hold multiply-accumulates which are not counted here."""

_FLOATS = (1, 10, 11, 16)  # TensorProto.FLOAT, FLOAT16, DOUBLE, BFLOAT16
_STATISTICS = {"BatchNormalization": (3, 4), "QuantizeLinear": (1, 2), "DequantizeLinear": (1, 2)}
"""Inputs that no training learns: running means and variances, scales and zero points."""

_WEIGHT = {"QLinearConv": 3, "QLinearMatMul": 3}
"""Place of the second factor among an operator's inputs where it is not 1."""


def constants(model: Any) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Return name, element type and shape of each constant tensor, of initializers and `Constant` nodes."""
    for tensor in model.graph.initializer:
        yield tensor.name, tensor.data_type, tuple(tensor.dims)
    for node in model.graph.node:
        for attribute in node.attribute if node.op_type == "Constant" else ():
            if attribute.name == "value":
                yield node.output[0], attribute.t.data_type, tuple(attribute.t.dims)


def count_params(model: Any) -> int:
    """Return the number of weights and biases: floating-point constants, and dequantised integer ones.

    Running statistics, scales, zero points and shapes are left out.
    """
    learnt_nothing = {
        node.input[place]
        for node in model.graph.node
        for place in _STATISTICS.get(node.op_type, ())
        if place < len(node.input)
    }
    dequantised = {node.input[0] for node in model.graph.node if node.op_type == "DequantizeLinear"}
    return sum(
        math.prod(shape)
        for name, kind, shape in constants(model)
        if name not in learnt_nothing and (kind in _FLOATS or name in dequantised)
    )


def is_quantised(model: Any) -> bool:
    """Tell whether weights are stored as 8-bit integers."""
    integers = {onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
    kinds = {name: kind for name, kind, _ in constants(model)}
    return any(
        kinds.get(name) in integers
        for node in model.graph.node
        if node.op_type in ("DequantizeLinear", *COUNTED)
        for name in node.input[:1]
        if node.op_type == "DequantizeLinear" or name in kinds
    )


def is_half(model: Any) -> bool:
    """Tell whether most numbers are stored as float16."""
    sizes: Counter[int] = Counter()
    for _, kind, shape in constants(model):
        sizes[kind] += math.prod(shape)
    return 2 * sizes[onnx.TensorProto.FLOAT16] > sum(sizes[kind] for kind in _FLOATS)


def count_macs(model: Any, pictures: np.ndarray) -> tuple[int | None, list[str]]:
    """Return the multiply-accumulates of convolutions and matrix products for a batch, from a run's shapes.

    Args:
        model: the graph.
        pictures: what it takes in.

    Returns:
        the count, None where it would leave something out; and then what.
    """
    held = Counter(node.op_type for node in model.graph.node)
    uncounted = [f"{name} x{held[name]}" for name in UNCOUNTABLE if held[name]]
    called = {function.name for function in model.functions}
    uncounted += [f"{name} x{held[name]} (a function)" for name in sorted(called) if held[name]]
    if uncounted:
        return None, uncounted
    products = [node for node in model.graph.node if node.op_type in COUNTED]
    names = [
        name
        for node in products
        for name in (node.input[0], node.input[_WEIGHT.get(node.op_type, 1)], node.output[0])
    ]
    shapes = observed_shapes(model, names, pictures)
    return sum(_macs(node, shapes) for node in products), []


def observed_shapes(model: Any, names: list[str], pictures: np.ndarray) -> dict[str, tuple[int, ...]]:
    """Run the graph once and return the shapes of the named tensors."""
    import onnxruntime

    shapes = {name: shape for name, _, shape in constants(model)}
    wanted = [name for name in dict.fromkeys(names) if name not in shapes]
    inputs = {value.name for value in model.graph.input} - shapes.keys()
    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    del seen.graph.output[:]
    seen.graph.output.extend(onnx.ValueInfoProto(name=name) for name in wanted if name not in inputs)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        seen.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    values = session.run(None, {session.get_inputs()[0].name: pictures})
    shapes |= {output.name: value.shape for output, value in zip(session.get_outputs(), values, strict=True)}
    return shapes | dict.fromkeys(inputs, pictures.shape)


def _macs(node: Any, shapes: dict[str, tuple[int, ...]]) -> int:
    """Return the multiply-accumulates of one operator."""
    first, output = shapes[node.input[0]], shapes[node.output[0]]
    second = shapes[node.input[_WEIGHT.get(node.op_type, 1)]]
    if node.op_type == "ConvTranspose":
        return math.prod(first) * math.prod(second[1:])
    if "Conv" in node.op_type:
        return math.prod(output) * math.prod(second[1:])
    if node.op_type == "Gemm":
        transposed = any(one.name == "transA" and one.i for one in node.attribute)
        return math.prod(output) * (first[0] if transposed else first[1])
    return math.prod(output) * first[-1]
