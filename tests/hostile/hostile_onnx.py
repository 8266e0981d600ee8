"""ONNX files that reach outside themselves, lie about their tensors, or are no message at all."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path

from hostile_case import ANY_REFUSAL, HARMLESS, Case
from wire_writer import (
    FLOAT,
    INT64,
    attribute,
    block,
    classifier,
    graph,
    model,
    node,
    number,
    plain_nodes,
    plain_tensors,
    tensor,
    varint,
)

_BIAS = plain_tensors()[1]


def cases(folder: Path, choose: random.Random) -> Iterator[Case]:
    """Yield the files."""
    groups = (_external(folder), _foreign(), _structure(), _tensors(), _wire(choose), _costly())
    for group in groups:
        for name, (data, verdict) in group.items():
            yield Case(f"onnx-{name}", "onnx", data, verdict, ending=".onnx")


def _with_weight(weight: bytes, *more: bytes) -> bytes:
    """The plain classifier with another tensor as its weight."""
    return model(graph(plain_nodes(), [weight, _BIAS]), *more)


def _external(folder: Path) -> dict[str, tuple[bytes, str]]:
    """Weights that lie in a file of the attacker's choice."""
    found = {}
    places = {
        "relative": "weights.bin",
        "climbing": "../../etc/passwd",
        "absolute": "/etc/passwd",
        "leave-and-return": f"../{folder.name}/weights.bin",
        "memory-tag": "*/_ORT_MEM_ADDR_/*",
        "device": "/dev/zero",
        "url": "file:///etc/passwd",
        "empty": "",
        "control": "a\x00b",
    }
    head = number(1, 3) + number(1, 4) + number(2, FLOAT) + block(8, "weight")
    for name, place in places.items():
        entries = block(13, block(1, "location"), block(2, place)) + block(
            13, block(1, "length"), block(2, "48")
        )
        found[f"external-{name}"] = _with_weight(head + entries + number(14, 1)), "onnx-external-data"
    location = block(13, block(1, "location"), block(2, "weights.bin"))
    found["external-undeclared"] = _with_weight(head + location), "onnx-external-data"
    found["external-no-entries"] = _with_weight(head + number(14, 1)), "onnx-external-data"
    found["external-wrapped"] = _with_weight(head + number(14, (1 << 32) + 1)), "onnx-external-data"
    constant = node("Constant", [], ["c"], attribute("value", 4, block(5, head + location + number(14, 1))))
    found["external-constant"] = (
        model(graph([*plain_nodes(), constant], plain_tensors())),
        "onnx-external-data",
    )
    branch = attribute("then_branch", 5, block(6, graph([constant], [])))
    inner = node("If", ["flat"], ["x"], branch)
    found["external-in-branch"] = model(graph([*plain_nodes(), inner], plain_tensors())), "onnx-external-data"
    return found


def _foreign() -> dict[str, tuple[bytes, str]]:
    """Operators and functions that are not standard ones."""
    found = {}
    for domain in ("com.microsoft", "ai.onnx.ml", "custom", "com.ms.internal.nhwc", "ai.onnx.training", " "):
        extra = node("Python", ["flat"], ["x"], block(7, domain))
        opset = block(8, block(1, domain), number(2, 1))
        data = model(graph([*plain_nodes(), extra], plain_tensors()), opset)
        found[f"domain-{domain.strip() or 'space'}"] = data, "onnx-domains"
    context = node(
        "EPContext",
        ["flat"],
        ["x"],
        block(7, "com.microsoft"),
        attribute("ep_cache_context", 3, block(4, "lib.so")),
    )
    found["compiled-context"] = model(graph([*plain_nodes(), context], plain_tensors())), "onnx-domains"
    overload = node("Relu", ["flat"], ["x"], block(8, "mine"))
    found["overload"] = model(graph([*plain_nodes(), overload], plain_tensors())), "onnx-domains"
    for operator in (
        "Loop",
        "Scan",
        "SequenceMap",
        "ImageDecoder",
        "StringConcat",
        "RandomNormal",
        "NoSuch",
        "",
    ):
        extra = node(operator, ["flat"], ["x"])
        data = model(graph([*plain_nodes(), extra], plain_tensors()))
        found[f"operator-{operator or 'none'}"] = data, "onnx-operators"
    found["function"] = (
        _with_weight(plain_tensors()[0], block(25, block(1, "Relu"), block(10, "custom"))),
        "onnx-functions",
    )
    found["training"] = _with_weight(plain_tensors()[0], block(20, b"")), "onnx-training"
    config = block(14, block(1, "ort_config"), block(2, '{"session_options": {"enable_profiling": true}}'))
    found["session-options"] = _with_weight(plain_tensors()[0], config), "onnx-metadata"
    return found


def _structure() -> dict[str, tuple[bytes, str]]:
    """Graphs that are missing, doubled or nested."""
    plain = graph(plain_nodes(), plain_tensors())
    nested = graph([node("Identity", ["a"], ["b"])], [])
    for _ in range(6):
        nested = graph([node("If", ["c"], ["d"], attribute("then_branch", 5, block(6, nested)))], [])
    deep = block(6, b"")
    for _ in range(2000):
        deep = block(6, block(1, block(5, deep)))
    return {
        "no-graph": (number(1, 8) + block(2, "nothing") + block(8, b"\x10\x11"), "onnx-graph"),
        "no-nodes": (model(graph([], plain_tensors())), "onnx-graph"),
        "two-graphs": (model(plain, block(7, plain)), "onnx-form"),
        "sparse": (model(graph(plain_nodes(), plain_tensors(), block(15, b""))), "onnx-graph"),
        "branches": (model(nested), "onnx-nesting"),
        "deep-message": (model(graph([node("If", [], [], block(5, deep))], [])), "onnx-nesting"),
        "no-opset": (number(1, 8) + block(2, "x") + block(7, plain), "onnx-versions"),
        "two-opsets": (model(plain, block(8, b"\x10\x0d")), "onnx-versions"),
        "old-opset": (model(plain, opset=b"\x10\x01"), "onnx-versions"),
        "future-opset": (model(plain, opset=number(2, 9999)), "onnx-versions"),
        "future-ir": (model(plain, ir=20), "onnx-versions"),
        "unknown-field": (model(plain, block(99, "x")), "onnx-fields"),
        "sequence-type": (
            model(graph(plain_nodes(), plain_tensors(), block(12, block(2, block(4, b""))))),
            "onnx-fields",
        ),
    }


def _tensors() -> dict[str, tuple[bytes, str]]:
    """Weights with more or fewer values than their shape says, of strange types, or held twice."""
    rule = "onnx-tensor-sizes"
    name = block(8, "weight")
    shape = number(1, 3) + number(1, 4)
    floats = struct.pack("<12f", *range(12))
    return {
        "raw-short": (_with_weight(shape + number(2, FLOAT) + name + block(9, floats[:-4])), rule),
        "raw-long": (_with_weight(shape + number(2, FLOAT) + name + block(9, floats * 2)), rule),
        "no-data": (_with_weight(shape + number(2, FLOAT) + name), rule),
        "huge-shape": (
            _with_weight(number(1, 1 << 40) * 2 + number(2, FLOAT) + name + block(9, floats)),
            rule,
        ),
        "negative-shape": (
            _with_weight(number(1, -3) + number(1, -4) + number(2, FLOAT) + name + block(9, floats)),
            rule,
        ),
        "wrapping-shape": (_with_weight(number(1, 1 << 32) * 2 + number(2, FLOAT) + name), rule),
        "no-type": (_with_weight(shape + name + block(9, floats)), rule),
        "text-type": (_with_weight(shape + number(2, 8) + name), rule),
        "complex-type": (_with_weight(shape + number(2, 14) + name + block(9, floats)), rule),
        "unknown-type": (_with_weight(shape + number(2, 77) + name + block(9, floats)), rule),
        "twice": (_with_weight(shape + number(2, FLOAT) + name + block(9, floats) + block(4, floats)), rule),
        "wrong-field": (_with_weight(shape + number(2, FLOAT) + name + block(7, bytes(12))), rule),
        "odd-packing": (_with_weight(shape + number(2, FLOAT) + name + block(4, floats[:-1])), "onnx-form"),
        "cut-numbers": (_with_weight(shape + number(2, INT64) + name + block(7, b"\x80" * 12)), "onnx-form"),
        "two-raw": (_with_weight(shape + number(2, FLOAT) + name + block(9, floats) * 2), "onnx-form"),
        "segment": (
            _with_weight(shape + number(2, FLOAT) + name + block(3, b"") + block(9, floats)),
            "onnx-fields",
        ),
        "many-dimensions": (
            _with_weight(number(1, 1) * 1000 + number(2, FLOAT) + name + block(9, floats[:4])),
            "onnx-size",
        ),
        "text-values": (_with_weight(shape + number(2, FLOAT) + name + block(6, "x") * 12), "onnx-fields"),
    }


def _wire(choose: random.Random) -> dict[str, tuple[bytes, str]]:
    """Bytes that are no protobuf message."""
    good = classifier()
    start = number(1, 8) + block(2, "x")
    found = {
        "endless-number": (start + b"\x3a" + b"\xff" * 20, "onnx-form"),
        "overlong-number": (start + b"\x3a" + b"\x80" * 9 + b"\x02", "onnx-form"),
        "length-beyond": (start + b"\x3a" + varint(1 << 40) + b"x", "onnx-form"),
        "group": (start + b"\x3b\x3c", "onnx-form"),
        "wire-type-7": (start + b"\x3f", "onnx-form"),
        "wrong-wire-type": (start + number(7, 5), "onnx-form"),
        "no-utf8": (number(1, 8) + block(2, b"\xff\xfe") + good[12:], ANY_REFUSAL),
        "field-zero": (start + b"\x02\x00", ANY_REFUSAL),
    }
    for share in (20, 60, 95):
        found[f"cut-{share}"] = good[: len(good) * share // 100], ANY_REFUSAL
    for k in range(4):
        noisy = bytearray(good)
        noisy[choose.randrange(13, 40)] |= 0x80
        found[f"noise-{k}"] = bytes(noisy), ANY_REFUSAL
    return found


def _costly() -> dict[str, tuple[bytes, str]]:
    """Small files that would take much time or memory."""
    empty = number(1, 0) + number(2, FLOAT) + block(9, b"")
    huge = tensor("size", [1], [0.0]).replace(number(2, FLOAT), number(2, INT64))
    shape = number(1, 1) + number(2, INT64) + block(8, "shape") + block(7, varint(1 << 40))
    fill = [node("ConstantOfShape", ["shape"], ["huge"]), *plain_nodes()]
    return {
        "many-fields": (
            model(graph(plain_nodes(), plain_tensors(), block(10, "x"), block(16, b"") * 400_001)),
            "onnx-size",
        ),
        "many-tensors": (model(graph(plain_nodes(), [empty] * 20_001)), "onnx-size"),
        "many-nodes": (model(graph([node("Relu", ["a"], ["b"])] * 20_001, [])), "onnx-size"),
        "long-text": (model(graph(plain_nodes(), plain_tensors()), block(6, "x" * (2 << 20))), "onnx-size"),
        "type-that-does-not-fit": (
            model(graph(plain_nodes(), [*plain_tensors(), huge])),
            "onnx-tensor-sizes",
        ),
        "terabyte-at-run": (model(graph(fill, [*plain_tensors(), shape])), HARMLESS),
    }
