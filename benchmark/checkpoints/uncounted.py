"""Operations whose multiply-accumulates no counter knows, so that a cost is unknown rather than too small.

Runs in the worker only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

_NAMES = """
    _adaptive _assert _local_scalar _log_softmax _native_batch_norm _prelu _reshape _safe_softmax _shape
    _softmax _to_copy _unsafe_index _unsafe_view _upsample abs adaptive add alias all amax amin any
    arange argmax argmin argsort as_strided avg_pool batch_norm bernoulli bitwise broadcast cat cauchy
    ceil channel_shuffle chunk clamp clone col2im constant_pad contiguous copy cos cudnn_batch_norm
    cumsum detach diagonal div dropout elu empty eq equal erf exp expand expm1 eye fill flatten flip
    floor fmod full gather ge gelu glu group_norm gt hardsigmoid hardswish hardtanh hypot im2col index
    is_ isfinite isinf isnan item layer_norm le leaky_relu lerp lift linalg_vector_norm linspace log
    logical logit lt masked_fill max mean meshgrid min miopen_batch_norm mish movedim mps_batch_norm
    narrow native_ ne neg new_ norm numel ones pad permute pixel_shuffle pixel_unshuffle pow prelu
    reciprocal reflection_pad relu remainder repeat replication_pad reshape resize roll round rsqrt rsub
    scalar_tensor scatter select selu set_ sigmoid sign silu sin size slice softmax softplus sort split
    sqrt squeeze stack std stride sub sum swapaxes sym_ t tan tanh threshold tile to topk transpose tril
    triu trunc unbind unflatten unfold unsafe unsqueeze upsample var view where zero
"""
CHEAP = tuple(_NAMES.split())
"""Beginnings of the names of operations without sums of products: shapes, comparisons, one step each."""

PRODUCTS = ("mul", "addcmul", "addcdiv", "dot", "square")
"""Products of elements: cheap beside convolutions, unless a network is made of them."""

PRODUCTS_SHARE = 0.5
"""Of the counted multiply-accumulates, how many more products of elements there may be."""


class Uncounted(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch has no type hints here
    """Watch a forward pass for operations that torch's counter leaves out.

    Attributes:
        found: how often each of them was called.
        products: products of elements.
    """

    def __init__(self) -> None:
        """Watch nothing yet."""
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.found: Counter[str] = Counter()
        self.products = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Call an operation and note it."""
        output = func(*args, **(kwargs or {}))
        packet = func._overloadpacket
        name = str(packet.__name__).removesuffix("_")
        if packet in flop_registry:
            return output
        if name in PRODUCTS:
            self.products += output.numel() if isinstance(output, torch.Tensor) else 0
        elif func.namespace not in ("aten", "prim", "prims") or not _is_cheap(name):
            self.found[name] += 1
        return output

    def unknown(self, macs: int) -> list[str]:
        """Return what a count of multiply-accumulates lacks, empty where it is whole."""
        lacking = [f"{name} x{count} (not countable)" for name, count in sorted(self.found.items())]
        if self.products > PRODUCTS_SHARE * macs:
            lacking.append(f"{self.products} products of elements (not countable)")
        return lacking


def _is_cheap(name: str) -> bool:
    return any(name == prefix or (len(prefix) > 2 and name.startswith(prefix)) for prefix in CHEAP)
