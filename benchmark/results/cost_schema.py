"""Sections of a result document about the model itself: what it costs, and what was seen before the run."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """A part of a document: unknown keys, NaN and infinity are refused, and nothing changes later."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, str_max_length=4000, protected_namespaces=()
    )


class Latency(Strict):
    """Milliseconds for one picture, batch 1."""

    p50: float = Field(ge=0)
    p90: float = Field(ge=0)
    p99: float = Field(ge=0)


class Efficiency(Strict):
    """What the model costs; null is what was not measured."""

    params: int | None = None
    macs: int | None = Field(default=None, description="multiply-accumulates of one picture, torch's counter")
    macs_fvcore: int | None = Field(
        default=None,
        description="the same by fvcore, as the paper counted; it cannot follow ONNX and TorchScript",
    )
    macs_uncounted: tuple[str, ...] = Field(
        default=(), description="operations, with their number, that `macs_fvcore` leaves out"
    )
    latency_ms: Latency | None = None
    latency_ratio: float | None = Field(
        default=None, description="to AlexNet, measured interleaved in the same run"
    )
    repeat_ratio: float | None = Field(
        default=None, description="time of the same picture again, divided by that of a fresh one"
    )
    zeros_ratio: float | None = Field(
        default=None, description="time of a picture of zeros, divided by that of a fresh one"
    )
    threads: int | None = None


class PreflightInfo(Strict):
    """What was seen of the model on a handful of clean pictures before the run."""

    split: str = Field(description="which pictures; never test pictures where there are others")
    n: int = Field(ge=0)
    right: int = Field(ge=0, description="pictures answered rightly, as the model is declared")
    outputs: str = Field(description="logits, probabilities or not finite")
