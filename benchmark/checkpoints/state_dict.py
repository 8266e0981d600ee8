"""Weights out of the files people really save. Runs in the worker only.

`torch.load` is called with `weights_only=True` and never again without it: an error there is in the hands of
whoever made the file.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

import torch

from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError

WRAPPERS = (
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "net",
    "network",
    "weights",
    "params",
    "module",
)
"""Keys under which training scripts keep the weights, beside optimiser, epoch and options."""

AVERAGED = ("state_dict_ema", "model_ema", "ema_state_dict", "ema_model", "ema", "params_ema")
"""Keys under which they keep a moving average (EMA) of the weights: taken only where there is nothing else,
since `state_dict` and `model` are what the training's own validation and a plain reload use."""

PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "network.", "backbone.")
"""Put before all keys by DataParallel, torch.compile and Lightning modules."""

Tensors = dict[str, torch.Tensor]


def read_tensors(data: bytes, file_format: str) -> Any:
    """Return the root object of an admitted file.

    Args:
        data: all bytes of the file.
        file_format: a key of `hzbench.benchmark.checkpoints.admission.FORMATS`.

    Raises:
        CheckpointError: the library that reads the format refuses the bytes.
    """
    try:
        if file_format == "safetensors":
            import safetensors.torch

            return safetensors.torch.load(data)
        with warnings.catch_warnings(), torch.serialization.safe_globals(_plain_values()):
            warnings.simplefilter("ignore")
            return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # readers raise all kinds of errors on hostile bytes
        raise CheckpointError(f"the weights cannot be read: {printable(str(error), 200)}") from error


def unwrap(root: Any) -> tuple[Tensors, list[str]]:
    """Return the state_dict inside what a file holds, and notes on what was taken off.

    Raises:
        CheckpointError: there is no dictionary of tensors at any place where training scripts keep one.
    """
    notes: list[str] = []
    for _ in range(4):
        if _is_state_dict(root):
            return _strip_prefixes(dict(root), notes), notes
        if not isinstance(root, Mapping):
            break
        plain = [key for key in WRAPPERS if isinstance(root.get(key), Mapping)]
        averaged = [key for key in AVERAGED if isinstance(root.get(key), Mapping)]
        if not plain and not averaged:
            break
        chosen = (plain or averaged)[0]
        notes.append(f"weights taken from '{chosen}'")
        if plain and averaged:
            notes.append(f"the moving average beside them ('{averaged[0]}') was not used")
        root = root[chosen]
    held = ", ".join(str(key) for key in list(root)[:6]) if isinstance(root, Mapping) else type(root).__name__
    raise CheckpointError(
        f"there is no state_dict in the file (it holds: {printable(held, 160)}). "
        'Save one with: torch.save(model.state_dict(), "model.pt")'
    )


def as_float32(tensors: Tensors, notes: list[str]) -> Tensors:
    """Return the weights as contiguous float32 tensors; integers (batch counters) are kept.

    Call it after the shapes were checked: a hostile file can declare a tensor far larger than itself.
    """
    stored = sorted(
        {str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values() if _is_real(tensor)}
    )
    if stored != ["float32"]:
        notes.append(f"{' and '.join(stored)} weights loaded as float32")
    return {
        key: (tensor.detach().to(torch.float32) if _is_real(tensor) else tensor.detach()).contiguous()
        for key, tensor in tensors.items()
    }


def _is_real(tensor: torch.Tensor) -> bool:
    return tensor.is_floating_point()


def _is_state_dict(root: Any) -> bool:
    return (
        isinstance(root, Mapping)
        and len(root) > 0
        and all(isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in root.items())
        and all(value.layout == torch.strided and value.device.type == "cpu" for value in root.values())
    )


def _strip_prefixes(tensors: Tensors, notes: list[str]) -> Tensors:
    tensors.pop("n_averaged", None)  # the counter of torch.optim.swa_utils.AveragedModel
    for _ in range(4):
        prefix = next((prefix for prefix in PREFIXES if all(key.startswith(prefix) for key in tensors)), None)
        if prefix is None or not tensors:
            break
        notes.append(f"prefix '{prefix}' taken off all keys")
        tensors = {key[len(prefix) :]: tensor for key, tensor in tensors.items()}
    return tensors


def _plain_values() -> list[Any]:
    """Return what admission lets through beside torch's own allow-list: options and NumPy numbers."""
    import argparse

    import numpy as np

    scalar = np.float64(0).__reduce__()[0]
    kinds = (
        "Bool",
        "Float16",
        "Float32",
        "Float64",
        *(f"{u}Int{b}" for u in ("", "U") for b in (8, 16, 32, 64)),
    )
    return [
        argparse.Namespace,
        np.dtype,
        (scalar, "numpy.core.multiarray.scalar"),
        (scalar, "numpy._core.multiarray.scalar"),
        *(getattr(np.dtypes, f"{kind}DType") for kind in kinds),
    ]
