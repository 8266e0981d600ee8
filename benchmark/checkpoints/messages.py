"""What host and worker say to each other: one JSON object a line, of bounded length, checked strictly.

Pictures and logits never travel here; they lie in shared memory, in a region (a slot) that a message names.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from hzbench.benchmark.checkpoints.preprocessing import Preprocessing

BATCH = 32
"""Pictures in a slot, and the most that are sent through the model at once."""

MAXIMUM_LINE = 1 << 16
"""Bytes."""

_Count = Annotated[int, Field(ge=0)]
_Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=4000)]
_Channels = tuple[float, float, float]


class Message(BaseModel):
    """Base of all messages: no field may be missing, additional or of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Open(Message):
    """To the worker, first: open the checkpoint. Files are passed as open descriptors."""

    do: Literal["open"] = "open"
    checkpoint: int
    images: int
    logits: int
    format: str
    sha256: str
    bytes: int
    architecture: str | None
    preprocessing: Annotated[Preprocessing, Field(strict=False)]
    num_classes: int
    slots: int
    threads: int
    device: str
    memory_limit: int | None
    dtype: str = "float32"


class Forward(Message):
    """To the worker: run the model over the first `count` pictures of a slot."""

    do: Literal["forward"] = "forward"
    slot: int
    count: int
    normalisation: tuple[_Channels, _Channels] | None = None
    """Mean and deviation in place of the declared ones; None for those."""


class Measure(Message):
    """To the worker: measure the model's cost."""

    do: Literal["measure"] = "measure"
    latency: bool


class Calibrate(Message):
    """To the worker: keep the first `count` pictures of a slot, to find ranges on."""

    do: Literal["calibrate"] = "calibrate"
    slot: int
    count: int


class Export(Message):
    """To the worker: make an ONNX file of the model."""

    do: Literal["export"] = "export"
    quantise: bool
    declaration: Annotated[str, Field(max_length=MAXIMUM_LINE // 4)]


class Fetch(Message):
    """To the worker: put the file's bytes from `offset` on into the region of pictures."""

    do: Literal["fetch"] = "fetch"
    offset: _Count


class Ready(Message):
    """From the worker: the checkpoint is open."""

    kind: Literal["ready"] = "ready"
    architecture: _Text
    format: _Text
    params: _Count
    dtype: _Text
    input_size: _Count
    sandbox: _Text
    notes: Annotated[list[_Text], Field(max_length=50)]


class Done(Message):
    """From the worker: the logits of a slot are written."""

    kind: Literal["done"] = "done"
    slot: int
    count: int


class Latency(Message):
    """Milliseconds for one picture on one thread."""

    p50: _Number
    p90: _Number
    p99: _Number


class Efficiency(Message):
    """From the worker: the model's cost; see `hzbench.benchmark.checkpoints.efficiency`."""

    kind: Literal["efficiency"] = "efficiency"
    params: _Count
    macs: _Count | None
    macs_fvcore: _Count | None
    macs_uncounted: Annotated[list[_Text], Field(max_length=200)]
    latency_ms: Latency | None
    latency_ratio: _Number | None
    repeat_ratio: _Number | None
    zeros_ratio: _Number | None
    threads: _Count


class Exported(Message):
    """From the worker: an ONNX file is made."""

    kind: Literal["exported"] = "exported"
    bytes: _Count


class Fetched(Message):
    """From the worker: so many bytes of the file lie in the region of pictures."""

    kind: Literal["fetched"] = "fetched"
    bytes: _Count


class Failed(Message):
    """From the worker, last: why it gives up."""

    kind: Literal["failed"] = "failed"
    message: _Text


Request = Annotated[Open | Forward | Measure | Calibrate | Export | Fetch, Field(discriminator="do")]
Reply = Annotated[Ready | Done | Efficiency | Exported | Fetched | Failed, Field(discriminator="kind")]

REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
