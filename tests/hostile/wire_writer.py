"""Write protobuf messages by hand, so that an ONNX file can say what no library would write."""

from __future__ import annotations

import struct
from collections.abc import Sequence

FLOAT, INT64 = 1, 7


def number(field: int, value: int) -> bytes:
    """A varint field."""
    return varint(field << 3) + varint(value)


def varint(value: int) -> bytes:
    """A varint; negative numbers take ten bytes."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def block(field: int, *parts: bytes | str) -> bytes:
    """A length-delimited field: a message, a text or bytes."""
    data = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name: str, sizes: Sequence[int], values: Sequence[float], *more: bytes) -> bytes:
    """A TensorProto of float32 with raw data; `more` are further fields."""
    raw = struct.pack(f"<{len(values)}f", *values)
    return b"".join(
        [*(number(1, size) for size in sizes), number(2, FLOAT), block(8, name), block(9, raw), *more]
    )


def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], *more: bytes) -> bytes:
    """A NodeProto; `more` are further fields, such as attributes (5) or a domain (7)."""
    return b"".join(
        [
            *(block(1, name) for name in inputs),
            *(block(2, name) for name in outputs),
            block(4, operator),
            *more,
        ]
    )


def attribute(name: str, kind: int, *value: bytes) -> bytes:
    """A NodeProto's attribute field (5) of AttributeProto type `kind`."""
    return block(5, block(1, name), *value, number(20, kind))


def value_info(name: str, sizes: Sequence[int | str]) -> bytes:
    """A ValueInfoProto of float32."""
    dimensions = [block(1, number(1, size) if isinstance(size, int) else block(2, size)) for size in sizes]
    return block(1, name) + block(2, block(1, number(1, FLOAT), block(2, *dimensions)))


def graph(nodes: Sequence[bytes], tensors: Sequence[bytes], *more: bytes) -> bytes:
    """A GraphProto from pictures (n, 3, 224, 224) to logits (n, 4)."""
    return b"".join(
        [
            *(block(1, entry) for entry in nodes),
            block(2, "classifier"),
            *(block(5, entry) for entry in tensors),
            block(11, value_info("pictures", ["n", 3, 224, 224])),
            block(12, value_info("logits", ["n", 4])),
            *more,
        ]
    )


def model(graph_bytes: bytes, *more: bytes, opset: bytes = b"\x0a\x00\x10\x11", ir: int = 8) -> bytes:
    """A ModelProto with standard operators of version 17; `more` are further fields."""
    return number(1, ir) + block(2, "by hand") + block(7, graph_bytes) + block(8, opset) + b"".join(more)


def plain_nodes() -> list[bytes]:
    """The nodes of a linear classifier of mean colours."""
    return [
        node("GlobalAveragePool", ["pictures"], ["mean"]),
        node("Flatten", ["mean"], ["flat"]),
        node("Gemm", ["flat", "weight", "bias"], ["logits"]),
    ]


def plain_tensors() -> list[bytes]:
    """Its weights."""
    return [tensor("weight", [3, 4], [0.1 * k for k in range(12)]), tensor("bias", [4], [0.0] * 4)]


def classifier() -> bytes:
    """The whole file."""
    return model(graph(plain_nodes(), plain_tensors()))
