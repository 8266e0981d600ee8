"""Multiply-accumulates of a PyTorch network. Runs in the worker only.

- torch's own counter (torch.utils.flop_counter, operations / 2): convolutions and matrix products.
- fvcore's count, as the paper's field counts; it adds batch normalisation and pooling. Operations that it
  does not know are named, never taken as nothing.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any

import torch

from hzbench.benchmark.checkpoints.uncounted import Uncounted

UNCOUNTED_LISTED = 50


def count_macs(model: Callable[[torch.Tensor], Any], example: torch.Tensor) -> tuple[int | None, list[str]]:
    """Return the multiply-accumulates of convolutions and matrix products for one picture.

    None where the count would leave something out, and then what; or where torch's counter fails on the
    model, whose answers are complete by then and must not be lost.
    """
    try:
        return _count_macs(model, example, inference=True)
    except Exception:  # noqa: BLE001 - a counter that wraps every operation fails in as many ways
        pass  # where modules hand on several tensors, it needs gradients to follow them
    try:
        return _count_macs(model, example, inference=False)
    except Exception as error:  # noqa: BLE001 - as above
        return None, [f"not countable ({type(error).__name__})"]


def _count_macs(
    model: Callable[[torch.Tensor], Any], example: torch.Tensor, *, inference: bool
) -> tuple[int | None, list[str]]:
    from torch.utils.flop_counter import FlopCounterMode

    # the counter takes composite operations apart, so that what is inside it sees their parts
    with torch.inference_mode(inference), Uncounted() as rest, FlopCounterMode(display=False) as counter:
        model(example)
    macs = int(counter.get_total_flops()) // 2
    unknown = rest.unknown(macs)[:UNCOUNTED_LISTED]
    return (None, unknown) if unknown else (macs, [])


def count_fvcore(model: torch.nn.Module, example: torch.Tensor) -> tuple[int | None, list[str]]:
    """Return fvcore's count for one picture, and the operations that it does not know, with their number.

    The count is None where fvcore cannot trace the model; the reason then stands in the list.
    """
    for name in ("fvcore", "fvcore.nn.jit_analysis"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from fvcore.nn import FlopCountAnalysis

            analysis = FlopCountAnalysis(model, example)
            analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
            analysis.tracer_warnings("none")
            total = int(analysis.total())
            unknown = sorted(analysis.unsupported_ops().items())
    except Exception as error:  # noqa: BLE001 - tracing fails in as many ways as there are models
        return None, [f"not traceable ({type(error).__name__})"]
    listed = [f"{name.removeprefix('aten::')} x{count}" for name, count in unknown]
    return total, listed[:UNCOUNTED_LISTED]
