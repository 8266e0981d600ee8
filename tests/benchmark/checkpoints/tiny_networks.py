"""A network of three layers with four outputs, as PyTorch, TorchScript, torch.export and ONNX know it."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper


class Tiny(torch.nn.Module):
    """Two convolutions, an average over the picture, four logits."""

    def __init__(self) -> None:
        super().__init__()
        self.first = torch.nn.Conv2d(3, 8, 5, stride=4, padding=2)
        self.second = torch.nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=2)
        self.head = torch.nn.Linear(8, 4)

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        features = self.second(self.first(batch).relu()).relu()
        return self.head(features.mean((2, 3)))


def tiny() -> Tiny:
    """Return the network with fixed random weights whose logits differ between pictures."""
    torch.manual_seed(0)
    network = Tiny().eval()
    with torch.no_grad():
        network.head.weight.mul_(20)
    return network


PARAMS = 3 * 8 * 25 + 8 + 8 * 4 * 9 + 8 + 8 * 4 + 4
MACS = 56 * 56 * 8 * 75 + 28 * 28 * 8 * 36 + 32
"""Multiply-accumulates of one picture of 224 pixels."""


def scripted(network: torch.nn.Module) -> bytes:
    """Return a TorchScript archive."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is deprecated
        torch.jit.save(torch.jit.script(network), stream)
    return stream.getvalue()


def traced(network: torch.nn.Module, size: int = 224) -> bytes:
    """Return a traced TorchScript archive, frozen."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.jit.trace(network, torch.zeros(2, 3, size, size), check_trace=False)
        torch.jit.save(torch.jit.freeze(program), stream)
    return stream.getvalue()


def exported(network: torch.nn.Module, batch: int | None = None, size: int = 224) -> bytes:
    """Return a .pt2 archive, for any number of pictures or for `batch`."""
    shapes = None if batch else ({0: torch.export.Dim("batch")},)
    program = torch.export.export(network, (torch.zeros(batch or 2, 3, size, size),), dynamic_shapes=shapes)
    stream = io.BytesIO()
    torch.export.save(program, stream)
    return stream.getvalue()


def as_onnx(
    network: Tiny,
    shape: tuple[Any, ...] = ("n", 3, 224, 224),
    *,
    kind: int = TensorProto.FLOAT,
    name: str = "pixels",
    outputs: tuple[str, ...] = ("scores",),
    metadata: dict[str, str] | None = None,
) -> bytes:
    """Return an ONNX file with this input; the output `features` gives 8 numbers a picture.

    Channels are last where the shape says so; integers are turned to float first.
    """
    weights = {key: tensor.detach().numpy() for key, tensor in network.state_dict().items()}
    initializers = [numpy_helper.from_array(array.copy(), key) for key, array in weights.items()]
    initializers.append(numpy_helper.from_array(np.array([2, 3], np.int64), "axes"))
    nodes = [helper.make_node("Cast", [name], ["float"], to=TensorProto.FLOAT)]
    if shape[-1] == 3:
        nodes.append(helper.make_node("Transpose", ["float"], ["image"], perm=[0, 3, 1, 2]))
    else:
        nodes.append(helper.make_node("Identity", ["float"], ["image"]))
    nodes += [
        helper.make_node(
            "Conv", ["image", "first.weight", "first.bias"], ["a"], strides=[4, 4], pads=[2] * 4
        ),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node(
            "Conv", ["b", "second.weight", "second.bias"], ["c"], strides=[2, 2], pads=[1] * 4, group=2
        ),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("ReduceMean", ["d", "axes"], ["features"], keepdims=0),
        *(
            helper.make_node("Gemm", ["features", "head.weight", "head.bias"], [output], transB=1)
            for output in outputs
            if output != "features"
        ),
    ]
    described = [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, [shape[0], 8 if output == "features" else 4])
        for output in outputs
    ]
    pixels = helper.make_tensor_value_info(name, kind, list(shape))
    graph = helper.make_graph(nodes, "tiny", [pixels], described, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    for key, value in (metadata or {}).items():
        model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data
