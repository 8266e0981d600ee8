"""The worker's own loop, run in this process over files instead of pipes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.checkpoints import messages, worker
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.shared_region import create_region
from hzbench.benchmark.errors import CheckpointError


def opening(path: Path, **changes: Any) -> messages.Open:
    """Return the first request for a checkpoint, with two slots of shared memory."""
    data = path.read_bytes()
    values: dict[str, Any] = {
        "checkpoint": os.open(path, os.O_RDONLY),
        "images": create_region("images", 2 * 32 * 224 * 224 * 3),
        "logits": create_region("logits", 2 * 32 * 4 * 4),
        "format": "torch-zip",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "architecture": None,
        "preprocessing": Preprocessing(),
        "num_classes": 4,
        "slots": 2,
        "threads": 1,
        "device": "cpu",
        "memory_limit": None,
    }
    return messages.Open(**values | changes)


def answers(first: messages.Open, *requests: messages.Message) -> list[dict[str, Any]]:
    """Serve requests and return the replies."""
    lines = b"".join(request.model_dump_json().encode() + b"\n" for request in requests)
    replies = io.BytesIO()
    worker._serve(first, io.BytesIO(lines), replies)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def test_requests_are_answered_in_order(small_file: Path) -> None:
    """And the logits are where the host reads them."""
    first = opening(small_file)
    replies = answers(
        first,
        messages.Forward(slot=1, count=2),
        messages.Measure(latency=False),
        messages.Forward(slot=0, count=1),
    )
    assert [reply["kind"] for reply in replies] == ["ready", "done", "efficiency", "done"]
    logits = np.frombuffer(os.pread(first.logits, 2 * 32 * 4 * 4, 0), np.float32).reshape(2, 32, 4)
    assert np.array_equal(logits[1, 0], logits[1, 1])
    assert np.abs(logits[1, 0]).max() > 0
    assert not logits[1, 2:].any()
    np.testing.assert_allclose(logits[0, 0], logits[1, 0], rtol=1e-4, atol=1e-6)


def test_other_bytes_than_the_admitted_ones_are_refused(small_file: Path) -> None:
    """By their SHA-256."""
    with pytest.raises(CheckpointError, match="changed"):
        answers(opening(small_file, sha256="0" * 64))


def test_a_host_that_died_early_is_no_error(tmp_path: Path) -> None:
    """Nothing, or something else than an opening, ends the worker quietly, in a process of its own."""
    for first in (b"", messages.Forward(slot=0, count=1).model_dump_json().encode() + b"\n"):
        sent = tmp_path / "requests"
        sent.write_bytes(first)
        with sent.open("rb") as requests, (tmp_path / "replies").open("wb") as replies:
            numbers = (requests.fileno(), replies.fileno())
            command = [sys.executable, "-m", worker.__name__, *map(str, numbers)]
            assert subprocess.run(command, pass_fds=numbers, check=False).returncode == 0
        assert (tmp_path / "replies").read_bytes() == b""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "out of memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "out of memory"),
        (ValueError("bad\nsecond line"), r"ValueError: bad\)"),
        (ZeroDivisionError(), r"while it ran \(ZeroDivisionError"),
    ],
)
def test_errors_of_a_model_become_one_line(error: Exception, said: str) -> None:
    """Running out of memory is told from the rest."""
    text = worker._explain(error)
    assert re.search(said, text)
    assert "\n" not in text
