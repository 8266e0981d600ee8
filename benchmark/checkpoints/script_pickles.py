"""The pickles inside a TorchScript archive: modules, their attributes, and tensors.

They are read by PyTorch's C++ unpickler (torch/csrc/jit/serialization/unpickler.cpp), which knows few
callables and destroys what it built by recursion, so that nesting is bounded too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, Any

from hzbench.benchmark.checkpoints.inert_pickle import (
    Global,
    InertPickle,
    InertPickleError,
    Made,
    Persistent,
    read_inert_pickle,
)
from hzbench.benchmark.checkpoints.pickle_rules import STORAGE_BYTES, check_calls, check_views, storages
from hzbench.benchmark.checkpoints.refusal import refusal

CALLABLES = frozenset(
    {
        "collections.OrderedDict",
        "torch._utils._rebuild_tensor_v2",
        "torch.device",
        *(
            f"torch.jit._pickle.{name}"
            for name in ("build_intlist", "build_tensorlist", "build_doublelist", "build_boollist")
        ),
        "torch.jit._pickle.restore_type_tag",
    }
)
MAXIMUM_NESTING = 300
_TYPE = re.compile(r"[A-Za-z0-9_., \[\]()]{1,4000}")
_CLASS = re.compile(r"__torch__(?:\.[A-Za-z0-9_]+)+")
_ADVICE = "Export plain inference code: torch.jit.script or trace a plain classifier, or give its weights."


def check_values(path: Path, stream: IO[bytes]) -> dict[str, int]:
    """Apply every rule to the pickle at the stream's position; return its storages, key -> bytes.

    Raises:
        CheckpointError: the pickle breaks a rule, which is named.
    """
    try:
        pickle = read_inert_pickle(stream)
    except InertPickleError as error:
        raise refusal(path, error.rule, str(error), _ADVICE) from error
    check_globals(path, pickle)
    check_calls(path, pickle)
    check_types(path, pickle)
    check_nesting(path, pickle)
    check_views(path, pickle)
    return storages(path, pickle)


def check_globals(path: Path, pickle: InertPickle) -> None:
    """Rule `pickle-globals`: classes of the archive, tensors and typed lists, nothing else."""
    for name in pickle.globals:
        if name in CALLABLES or name in STORAGE_BYTES:
            continue
        if _CLASS.fullmatch(name) and not name.startswith("__torch__.torch.classes."):
            continue
        raise refusal(
            path, "pickle-globals", f"its pickle asks for {name}, which weights do not need", _ADVICE
        )


def check_types(path: Path, pickle: InertPickle) -> None:
    """Rule `pickle-types`: a type that is written as text is short and not deeply nested."""
    for made in pickle.made:
        if made.callee != Global("torch.jit._pickle.restore_type_tag"):
            continue
        match made.arguments:
            case (_, str(written)) if _TYPE.fullmatch(written) and written.count("[") <= 20:
                continue
        raise refusal(path, "pickle-types", "a value's type is not written as TorchScript does", _ADVICE)


def check_nesting(path: Path, pickle: InertPickle) -> None:
    """Rule `pickle-nesting`: values inside values, to a bounded depth."""
    depth: dict[int, int] = {}
    stack: list[tuple[Any, list[Any]]] = [(pickle.root, _inner(pickle.root))]
    while stack:
        if len(stack) > MAXIMUM_NESTING:
            raise refusal(path, "pickle-nesting", f"values nested more than {MAXIMUM_NESTING} deep", _ADVICE)
        value, left = stack[-1]
        if left:
            inner = left.pop()
            if id(inner) in depth:
                depth[id(value)] = max(depth.get(id(value), 1), 1 + depth[id(inner)])
            elif isinstance(inner, tuple | list | dict | Made | Persistent):
                depth[id(inner)] = 1  # a value that holds itself is met again here
                stack.append((inner, _inner(inner)))
            continue
        stack.pop()
        own = depth.setdefault(id(value), 1)
        if stack:
            parent = id(stack[-1][0])
            depth[parent] = max(depth.get(parent, 1), 1 + own)
        if own > MAXIMUM_NESTING:
            raise refusal(path, "pickle-nesting", f"values nested more than {MAXIMUM_NESTING} deep", _ADVICE)


def _inner(value: Any) -> list[Any]:
    """Return the values right inside a value."""
    if isinstance(value, Global | str | bytes):
        return []
    if isinstance(value, tuple | list):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, Made):
        return [value.arguments, value.state]
    return [value.identity] if isinstance(value, Persistent) else []
