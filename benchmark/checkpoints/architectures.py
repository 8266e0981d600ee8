"""The networks that weights can belong to: built by name, or recognised from the weights alone.

Names are the paper's and its stand-ins', then torchvision's, then timm's; `timm/NAME` asks for timm where
both know a name.
Nothing is ever downloaded. Networks are compared as `torch.device("meta")` models, which takes milliseconds.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from hzbench.benchmark.checkpoints.known_networks import PAPER_NETWORKS, RECOGNISED, STAND_INS
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.torchvision_import import import_torchvision
from hzbench.benchmark.errors import CheckpointError

Layout = dict[str, tuple[int, ...]]
"""Key of each tensor in a state_dict -> its shape, without BatchNorm's batch counters."""

_MARKED_HEAD = 8191
"""A prime that no network has as another size."""

_FILLING = frozenset(
    f"{name}_"
    for name in (
        *("constant", "ones", "zeros", "fill", "zero", "erfinv", "clamp", "mul", "add", "div", "sub"),
        *("normal", "uniform", "trunc_normal", "kaiming_normal", "kaiming_uniform"),
        *("xavier_normal", "xavier_uniform", "orthogonal"),
    )
)
"""Functions that change a tensor's values and nothing else."""

TRAINING_ONLY = ("AuxLogits.", "aux1.", "aux2.")
"""Heads of Inception and GoogLeNet that are used in training alone: left out on loading."""

_SAME_WEIGHTS = "{} has the same keys and shapes but pads differently: --arch chooses it"

AMBIGUITIES = {
    "inception_v3": "built with transform_input=False; if it was fine-tuned from torchvision's ImageNet "
    "weights, declare mean and std 0.5 in submission.toml",
    "timm/efficientnet_b0": _SAME_WEIGHTS.format("timm/tf_efficientnet_b0"),
    "timm/efficientnet_b1": _SAME_WEIGHTS.format("timm/tf_efficientnet_b1"),
    "timm/mobilenetv3_small_100": _SAME_WEIGHTS.format("timm/tf_mobilenetv3_small_100"),
    "timm/mobilenetv3_large_100": _SAME_WEIGHTS.format("timm/tf_mobilenetv3_large_100"),
}
"""What the weights alone cannot tell; said whenever such a network is recognised."""


def build(name: str, num_classes: int, device: str = "cpu") -> torch.nn.Module:
    """Return a network with fresh weights.

    Args:
        name: a name of the paper, of torchvision's classifiers or of timm.
        num_classes: outputs.
        device: "cpu", or "meta" for shapes without memory.

    Raises:
        CheckpointError: no such network; the message names the closest ones.
    """
    library, constructor = resolve(name)
    unfilled = _WithoutFilling() if device == "meta" else contextlib.nullcontext()
    with torch.device(device), unfilled:
        if library == "timm":
            import_torchvision()  # before timm does, in the short way
            import timm

            timm_model: torch.nn.Module = timm.create_model(
                constructor, pretrained=False, num_classes=num_classes, **STAND_INS.get(name, ("", {}))[1]
            )
            return timm_model
        options: dict[str, Any] = {"weights": None, "num_classes": num_classes}
        if constructor in {"inception_v3", "googlenet"}:
            options |= {"aux_logits": False, "init_weights": device != "meta"}
        model: torch.nn.Module = import_torchvision().models.get_model(constructor, **options)
        return model


def resolve(name: str) -> tuple[str, str]:
    """Return ("torchvision" or "timm", constructor) of a name.

    Raises:
        CheckpointError: no such network; the message names the closest ones.
    """
    if name in STAND_INS:
        return "timm", STAND_INS[name][0]
    library, _, constructor = PAPER_NETWORKS.get(name, name).rpartition("/")
    if library in {"", "torchvision"} and constructor in _torchvision_names():
        return "torchvision", constructor
    if library in {"", "timm"} and re.fullmatch(r"[A-Za-z0-9_.]+", constructor):
        import timm

        if timm.is_model(constructor):
            return "timm", constructor
    raise CheckpointError(
        f"unknown architecture '{printable(name, 80)}'.{_closest(name)} Give --arch a name of the paper "
        f"({', '.join(PAPER_NETWORKS)}), of torchvision or of timm."
    )


def layout_of(tensors: Mapping[str, torch.Tensor]) -> Layout:
    """Return keys and shapes of a state_dict, without batch counters and training-only heads."""
    return {
        key: tuple(tensor.shape)
        for key, tensor in tensors.items()
        if not key.endswith(".num_batches_tracked") and not key.startswith(TRAINING_ONLY)
    }


def expected_layout(name: str, num_classes: int) -> Layout:
    """Return keys and shapes of a named network's state_dict, without batch counters."""
    return {
        key: tuple(num_classes if size == _MARKED_HEAD else size for size in shape)
        for key, shape in _marked_layout(name).items()
    }


def recognise(found: Layout) -> str:
    """Return the name of the network that has exactly these keys and shapes, whatever its number of outputs.

    Raises:
        CheckpointError: no known network has; the message names the nearest and asks for --arch.
    """
    for name, count in RECOGNISED.items():
        if count == len(found) and _same_body(name, found):
            return name
    nearest = sorted(RECOGNISED, key=lambda name: abs(RECOGNISED[name] - len(found)))[:8]
    overlap = {name: _overlap(expected_layout(name, 4), found) for name in nearest}
    best = max(nearest, key=lambda name: overlap[name])
    guess = f" The nearest is {best}." if overlap[best] > 0.3 else ""
    first = printable(next(iter(found), ""), 80)
    raise CheckpointError(
        f"the weights ({len(found)} tensors, the first '{first}') belong to no known architecture."
        f"{guess} Name it with --arch NAME (a torchvision or timm name)."
    )


def outputs(name: str, found: Layout) -> int | None:
    """Return how many outputs a network has, read from the shape of its head; None if that is missing."""
    for key, shape in _marked_layout(name).items():
        if _MARKED_HEAD in shape and len(found.get(key, ())) == len(shape):
            return found[key][shape.index(_MARKED_HEAD)]
    return None


def check_layout(name: str, found: Layout, num_classes: int) -> None:
    """Hold keys and shapes against a named network.

    Raises:
        CheckpointError: another number of outputs, missing or unexpected keys, or other shapes; the first few
            of each are listed.
    """
    count = outputs(name, found)
    if count is not None and count != num_classes and not _differences(expected_layout(name, count), found):
        raise CheckpointError(
            f"the model ({name}) has {count} outputs, the dataset has {num_classes} classes. "
            "Train its last layer for the dataset's classes, or evaluate on its own dataset with --data."
        )
    differences = _differences(expected_layout(name, num_classes), found)
    if differences:
        raise CheckpointError(
            f"the weights do not fit {name}: {'; '.join(differences)}. "
            "Choose the architecture with --arch NAME."
        )


@lru_cache(maxsize=256)
def _marked_layout(name: str) -> Layout:
    """Return a network's layout with `_MARKED_HEAD` for every size that is its number of outputs."""
    try:
        model = build(name, _MARKED_HEAD, device="meta")
    except (NotImplementedError, RuntimeError):  # a few constructors compute with real tensors
        model = build(name, _MARKED_HEAD)
    return layout_of(model.state_dict())


class _WithoutFilling(TorchFunctionMode):
    """Leave weights without memory unfilled: filling them takes time, and loads torch's compiler for that."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func.__name__ in _FILLING:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def _differences(expected: Layout, found: Layout) -> list[str]:
    """Return up to three sentences: missing keys, unexpected keys, other shapes."""
    missing = [key for key in expected if key not in found]
    unexpected = [key for key in found if key not in expected]
    shapes = [
        f"{key} {list(found[key])} instead of {list(expected[key])}"
        for key in expected
        if key in found and found[key] != expected[key]
    ]
    named = (("missing", missing), ("unexpected", unexpected), ("shapes", shapes))
    return [f"{len(listed)} {what} ({_few(listed)})" for what, listed in named if listed]


def _few(listed: list[str]) -> str:
    return printable(", ".join(listed[:3]), 240) + (", ..." if len(listed) > 3 else "")


def _same_body(name: str, found: Layout) -> bool:
    count = outputs(name, found)
    return count is not None and 1 <= count <= 100_000 and expected_layout(name, count) == found


def _overlap(expected: Layout, found: Layout) -> float:
    """Return the share of (key, shape) pairs that two layouts have in common, 0-1."""
    first, second = set(expected.items()), set(found.items())
    return len(first & second) / max(1, len(first | second))


@lru_cache(maxsize=1)
def _torchvision_names() -> frozenset[str]:
    models = import_torchvision().models
    return frozenset(models.list_models(module=models))


def _closest(name: str) -> str:
    import difflib

    import timm

    known = [*PAPER_NETWORKS, *STAND_INS, *sorted(_torchvision_names()), *timm.list_models()]
    near = difflib.get_close_matches(name.removeprefix("timm/").lower(), known, n=3)
    return f" Close names: {', '.join(dict.fromkeys(near))}." if near else ""
