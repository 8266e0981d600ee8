"""Arithmetic of the training steps: float32, or half precision where it is safe (mixed precision)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from hzbench.submissions.training.recipe import Precision


class MixedPrecision:
    """Autocast around the loss and, for float16, a scale that keeps small gradients from vanishing.

    In float32 it does nothing, so that a step has the bytes of a plain one.
    """

    def __init__(self, precision: Precision, device: torch.device) -> None:
        """Choose the format.

        Args:
            precision: "auto" takes bfloat16 on a GPU that computes with it, float16 on other GPUs, and
                float32 everywhere else.
            device: where the network lies.
        """
        self.dtype = chosen_dtype(precision, device)
        self._device = device
        self._scaler = torch.amp.GradScaler(device.type, enabled=self.dtype is torch.float16)

    def autocast(self) -> torch.autocast:
        """Return the context in which the loss is computed."""
        enabled = self.dtype is not torch.float32
        return torch.autocast(self._device.type, self.dtype if enabled else None, enabled=enabled)

    def step(self, loss: torch.Tensor, optimiser: torch.optim.Optimizer) -> None:
        """Take the optimiser's step; where float16 gradients overflow none is taken and the scale halved."""
        optimiser.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._scaler.step(optimiser)
        self._scaler.update()

    def state_dict(self) -> dict[str, Any]:
        """Return the scale; nothing where none is used."""
        return self._scaler.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the scale back."""
        if state:
            self._scaler.load_state_dict(dict(state))


def chosen_dtype(precision: Precision, device: torch.device) -> torch.dtype:
    """Return the format that a recipe's `precision` means on a device."""
    if precision == "auto":
        if device.type != "cuda":
            return torch.float32
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if native else torch.float16
    return {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[precision]
