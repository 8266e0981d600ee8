"""Every parser of a stranger's file, fed with changed real files: `tox -e fuzz`.

The property: a file is taken or refused by an `HzbenchError`. Nothing else is ever raised, no case takes more
than `SECONDS` of processor time, and the process stays under a limit of memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hostile_originals import (
    changed,
    exported,
    onnx_file,
    packed,
    safetensors_file,
    saved,
    torchscript,
    unpacked,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import Edit, as_json, edited, edited_json, edits

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.submission import read_submission
from hzbench.benchmark.errors import HzbenchError
from hzbench.benchmark.results.documents import read_result

EXAMPLES = int(os.environ.get("HZBENCH_FUZZ_EXAMPLES", "750"))
"""Cases of each test; 14 tests."""

SECONDS = 30.0
MEMORY = 2 << 30
ROOT = Path(__file__).resolve().parents[2]

fuzzing = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@pytest.fixture(autouse=True)
def limited_memory() -> Iterator[None]:
    """Let the process take 2 GiB beyond what it has mapped; more raises MemoryError, which fails."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def holds(path: Path, data: bytes, read: Callable[[Path], Any] = admit) -> None:
    """Check the property for one file."""
    path.write_bytes(data)
    start = time.process_time()
    with contextlib.suppress(HzbenchError):
        read(path)
    assert time.process_time() - start < SECONDS


def weights() -> bytes:
    """A checkpoint with what training scripts keep beside the weights."""
    tensors = {"a.weight": [[1.0, 2.0]], "a.bias": [0.5]}
    state = {name: torch.tensor(value) for name, value in tensors.items()}
    return saved({"state_dict": state, "epoch": 3, "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}}})


def within(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an archive, whole and with right checksums, with one record changed."""
    return changed(archive, lambda entry, data: change(data) if entry == name else data)


@fuzzing
@given(edits())
def test_bytes_of_a_state_dict(tmp_path: Path, changes: list[Edit]) -> None:
    """Zip archives changed anywhere."""
    holds(tmp_path / "m.pt", edited(weights(), changes))


@fuzzing
@given(edits(), st.booleans())
def test_entries_of_an_archive(tmp_path: Path, changes: list[Edit], program: bool) -> None:
    """Whole archives with entries renamed, doubled, left out or cut."""
    entries = unpacked(torchscript() if program else weights())
    for place, kind, data in changes:
        name = list(entries)[place % len(entries)]
        if kind == "delete" and len(entries) > 1:
            del entries[name]
        elif kind in {"insert", "swap"}:
            entries[data.decode("latin1").replace("\0", "")] = entries[name]
        else:
            entries[name] = edited(entries[name], [Edit(place >> 8, kind, data)])
    holds(tmp_path / "m.pt", packed(entries))


@fuzzing
@given(edits(8))
def test_the_pickle_of_a_state_dict(tmp_path: Path, changes: list[Edit]) -> None:
    """Opcodes and arguments changed inside a whole archive."""
    holds(tmp_path / "m.pt", within(weights(), "data.pkl", lambda data: edited(data, changes)))


@fuzzing
@given(st.binary(max_size=300))
def test_any_opcodes(tmp_path: Path, opcodes: bytes) -> None:
    """Bytes of no origin as the pickle."""
    holds(tmp_path / "m.pt", within(weights(), "data.pkl", lambda data: b"\x80\x02" + opcodes + b"."))


@fuzzing
@given(edits())
def test_bytes_of_a_legacy_file(tmp_path: Path, changes: list[Edit]) -> None:
    """The five pickles and the storages changed anywhere."""
    holds(tmp_path / "m.pt", edited(saved({"w": torch.ones(4)}, legacy=True), changes))


@fuzzing
@given(edits())
def test_bytes_of_safetensors(tmp_path: Path, changes: list[Edit]) -> None:
    """The whole file changed anywhere."""
    holds(tmp_path / "m.safetensors", edited(safetensors_file(), changes))


@fuzzing
@given(edits(), st.binary(max_size=40))
def test_the_header_of_safetensors(tmp_path: Path, changes: list[Edit], tail: bytes) -> None:
    """A JSON header of the right length with other values in it."""
    data = safetensors_file()
    length = int.from_bytes(data[:8], "little")
    header = as_json(edited_json(json.loads(data[8 : 8 + length]), changes))
    holds(tmp_path / "m.safetensors", len(header).to_bytes(8, "little") + header + data[8 + length :] + tail)


@fuzzing
@given(edits(8))
def test_bytes_of_onnx(tmp_path: Path, changes: list[Edit]) -> None:
    """Tags, lengths and values changed anywhere behind the first field."""
    data = onnx_file()
    holds(tmp_path / "m.onnx", data[:11] + edited(data[11:], changes))


@fuzzing
@given(edits())
def test_the_code_of_torchscript(tmp_path: Path, changes: list[Edit]) -> None:
    """The text changed inside a whole archive."""
    name = min(name.split("/", 1)[1] for name in unpacked(torchscript()) if name.endswith("container.py"))
    holds(tmp_path / "m.pt", within(torchscript(), name, lambda data: edited(data, changes)))


@fuzzing
@given(edits(8))
def test_the_pickle_of_torchscript(tmp_path: Path, changes: list[Edit]) -> None:
    """Opcodes and arguments changed inside a whole archive."""
    holds(tmp_path / "m.pt", within(torchscript(), "data.pkl", lambda data: edited(data, changes)))


@fuzzing
@given(edits(), st.sampled_from(["models/model.json", "data/weights/model_weights_config.json"]))
def test_the_json_of_an_export(tmp_path: Path, changes: list[Edit], name: str) -> None:
    """Values, keys and lengths of a graph or of its weights' list."""

    def change(data: bytes) -> bytes:
        return as_json(edited_json(json.loads(data), changes))

    holds(tmp_path / "m.pt2", within(exported(), name, change))


@fuzzing
@given(edits())
def test_bytes_of_an_export(tmp_path: Path, changes: list[Edit]) -> None:
    """The archive changed anywhere."""
    holds(tmp_path / "m.pt2", edited(exported(), changes))


DECLARATION = b"""
[model]
name = "mine"
architecture = "resnet50"
weights = "weights.safetensors"
input_size = 224
mean = [0.485, 0.456, 0.406]
std = [0.229, 0.224, 0.225]
classes = ["acne", "herpes_zoster", "tinea", "other"]
[training]
method = "pixmix"
epochs = 30
overlaps = ["fog"]
[authors]
names = ["A. Author"]
"""


@fuzzing
@given(edits())
def test_a_declaration(tmp_path: Path, changes: list[Edit]) -> None:
    """submission.toml changed anywhere."""
    holds(tmp_path / "submission.toml", edited(DECLARATION, changes), read_submission)


@fuzzing
@given(edits(), st.booleans())
def test_a_result(tmp_path: Path, changes: list[Edit], bytewise: bool) -> None:
    """A published result with other bytes or values."""
    data = sorted((ROOT / "leaderboards" / "entries").glob("*/*.json"))[0].read_bytes()
    new = edited(data, changes) if bytewise else as_json(edited_json(json.loads(data), changes))
    holds(tmp_path / "result.json", new, read_result)
