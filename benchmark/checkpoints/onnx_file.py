"""An ONNX file: one protobuf message that holds a graph and its weights (github.com/onnx/onnx, onnx.proto).

The host reads its wire form itself, so that it needs neither `onnx` nor `protobuf`. onnxruntime would open
the files that an external tensor names, and look for operators of foreign domains: neither is let through.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from hzbench.benchmark.checkpoints.onnx_schema import DATA_FIELDS, OPERATORS, SCHEMA
from hzbench.benchmark.checkpoints.protobuf_wire import Message, Span, WireError, WireReader
from hzbench.benchmark.checkpoints.refusal import refusal

MAXIMUM_NODES = 20_000
MAXIMUM_TENSORS = 20_000
MAXIMUM_DIMENSIONS = 16
MAXIMUM_BRANCHES = 3
"""Graphs inside graphs, the branches of `If`."""

IR_VERSIONS = range(3, 15)
OPSETS = range(7, 28)
STANDARD_DOMAINS = ("", "ai.onnx")
RUNTIME_KEYS = ("ort_config",)
"""Metadata from which onnxruntime may take session options."""

EXPORT_AGAIN = (
    'Export it again: torch.onnx.export(model, (picture,), "model.onnx", external_data=False), '
    "or give the weights as a state_dict."
)


def admit_onnx(path: Path, stream: IO[bytes]) -> None:
    """Check the whole message, without building it.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    end = stream.seek(0, 2)
    reader = WireReader(stream, SCHEMA)
    try:
        model = reader.message("Model", Span(0, end))
        check_versions(path, model)
        check_plain_inference(path, model)
        check_metadata(path, model)
        graphs = list(_graphs(path, model.get("graph", []), 0))
        check_graphs(path, graphs)
        check_domains(path, graphs)
        check_operators(path, graphs)
        for tensor in _tensors(graphs):
            check_external_data(path, tensor)
            check_tensor(path, reader, tensor)
    except WireError as error:
        raise refusal(path, f"onnx-{error.rule}", str(error), EXPORT_AGAIN) from error


def check_versions(path: Path, model: Message) -> None:
    """Rule `onnx-versions`: one standard operator set, of a version that onnxruntime knows."""
    ir_version = _first(model, "ir_version", 0)
    if ir_version not in IR_VERSIONS:
        raise refusal(path, "onnx-versions", f"IR version {ir_version}", EXPORT_AGAIN)
    versions = [
        _first(entry, "version", 0)
        for entry in model.get("opset_import", [])
        if _first(entry, "domain", "") in STANDARD_DOMAINS
    ]
    if len(versions) != 1 or versions[0] not in OPSETS:
        listed = ", ".join(map(str, versions[:3])) or "none"
        raise refusal(
            path,
            "onnx-versions",
            f"standard operator set {listed}; one of {OPSETS[0]}-{OPSETS[-1]} is taken",
            EXPORT_AGAIN,
        )


def check_plain_inference(path: Path, model: Message) -> None:
    """Rules `onnx-training` and `onnx-functions`: neither training steps nor operators of its own."""
    if "training_info" in model:
        raise refusal(path, "onnx-training", "it holds training information", EXPORT_AGAIN)
    if "functions" in model:
        raise refusal(path, "onnx-functions", "it defines operators of its own", EXPORT_AGAIN)


def check_metadata(path: Path, model: Message) -> None:
    """Rule `onnx-metadata`: no key from which onnxruntime takes session options."""
    for entry in model.get("metadata_props", []):
        if _first(entry, "key", "").lower() in RUNTIME_KEYS:
            raise refusal(path, "onnx-metadata", "its metadata configure onnxruntime", EXPORT_AGAIN)


def check_graphs(path: Path, graphs: list[Message]) -> None:
    """Rules `onnx-graph` and `onnx-size`: one main graph with nodes, of bounded size, with dense weights."""
    if not graphs or not graphs[0].get("node"):
        raise refusal(path, "onnx-graph", "there is no graph in it", EXPORT_AGAIN)
    if any("sparse_initializer" in graph for graph in graphs):
        raise refusal(path, "onnx-graph", "it holds sparse weights", EXPORT_AGAIN)
    nodes = sum(len(graph.get("node", [])) for graph in graphs)
    tensors = sum(len(graph.get("initializer", [])) for graph in graphs)
    if nodes > MAXIMUM_NODES or tensors > MAXIMUM_TENSORS:
        raise refusal(path, "onnx-size", f"{nodes:,} nodes and {tensors:,} tensors", EXPORT_AGAIN)


def check_domains(path: Path, graphs: list[Message]) -> None:
    """Rule `onnx-domains`: only standard operators; those of other domains may bring code or read files."""
    for node in _nodes(graphs):
        domain = _first(node, "domain", "")
        if domain not in STANDARD_DOMAINS or _first(node, "overload", ""):
            name = f"{domain}.{_first(node, 'op_type', '')}"
            raise refusal(
                path,
                "onnx-domains",
                f"operator {name} is not a standard one",
                "Export it with standard operators (for int8: QDQ format, saved before optimisation).",
            )


def check_operators(path: Path, graphs: list[Message]) -> None:
    """Rule `onnx-operators`: only operators that compute with numbers."""
    for node in _nodes(graphs):
        name = _first(node, "op_type", "")
        if name not in OPERATORS:
            raise refusal(
                path, "onnx-operators", f"operator {name!r} is none that a classifier needs", EXPORT_AGAIN
            )


def check_external_data(path: Path, tensor: Message) -> None:
    """Rule `onnx-external-data`: all weights lie in the file itself."""
    if "external_data" in tensor or _first(tensor, "data_location", 0) != 0:
        raise refusal(
            path,
            "onnx-external-data",
            f"tensor {_first(tensor, 'name', '')!r} lies in another file",
            EXPORT_AGAIN,
        )


def check_tensor(path: Path, reader: WireReader, tensor: Message) -> None:
    """Rule `onnx-tensor-sizes`: plain numbers, exactly as many as the shape says, in one place."""
    name = _first(tensor, "name", "")
    element = DATA_FIELDS.get(_first(tensor, "data_type", 0))
    if element is None:
        raise refusal(path, "onnx-tensor-sizes", f"tensor {name!r} holds no plain numbers", EXPORT_AGAIN)
    field, size = element
    declared = 1
    for dimension in reader.numbers(tensor.get("dims", []), MAXIMUM_DIMENSIONS):
        declared *= dimension
    holders = [key for key in tensor if key.endswith("_data")]
    if holders == ["raw_data"]:
        found, needed = _first(tensor, "raw_data", Span(0, 0)).length, declared * size
    elif holders in ([], [field]):
        kind = next(kind for kind in SCHEMA["Tensor"].values() if kind.name == field)
        found, needed = reader.count(kind, tensor.get(field, [])), declared
    else:
        raise refusal(path, "onnx-tensor-sizes", f"tensor {name!r} has its values twice", EXPORT_AGAIN)
    if found != needed:
        raise refusal(
            path,
            "onnx-tensor-sizes",
            f"tensor {name!r} holds {found:,} values or bytes, its shape needs {needed:,}",
            EXPORT_AGAIN,
        )


def _first(message: Message, field: str, default: Any) -> Any:
    """Return the one value of a single field, or what protobuf reads where it is missing."""
    return message[field][0] if field in message else default


def _graphs(path: Path, graphs: list[Message], depth: int) -> Iterator[Message]:
    """Yield graphs and the graphs in their attributes, outer ones first."""
    if depth > MAXIMUM_BRANCHES:
        raise refusal(path, "onnx-nesting", f"graphs nested more than {MAXIMUM_BRANCHES} deep", EXPORT_AGAIN)
    yield from graphs
    for graph in graphs:
        for attribute in _attributes(graph):
            yield from _graphs(path, [*attribute.get("g", []), *attribute.get("graphs", [])], depth + 1)


def _nodes(graphs: list[Message]) -> Iterator[Message]:
    for graph in graphs:
        yield from graph.get("node", [])


def _attributes(graph: Message) -> Iterator[Message]:
    for node in graph.get("node", []):
        yield from node.get("attribute", [])


def _tensors(graphs: list[Message]) -> Iterator[Message]:
    """Yield every tensor of the file: weights and constants."""
    for graph in graphs:
        yield from graph.get("initializer", [])
        for attribute in _attributes(graph):
            yield from attribute.get("t", [])
            yield from attribute.get("tensors", [])
