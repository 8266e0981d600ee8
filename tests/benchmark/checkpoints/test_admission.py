"""Submitted files are recognised by content and refused by named rules, and nothing in them ever runs."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import pickle
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from hzbench.benchmark.checkpoints.admission import FORMATS, admit
from hzbench.benchmark.checkpoints.sniffing import UNSUPPORTED
from hzbench.benchmark.checkpoints.torch_legacy import MAGIC
from hzbench.benchmark.errors import CheckpointError

WEIGHTS = {"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.bias": torch.zeros(2)}


class Payload:
    """An object whose unpickling touches a marker file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.marker),))


class Network(torch.nn.Module):
    """A class of the submitter's own."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(3, 2)


def refused(path: Path) -> str:
    """Return the message of the refusal, which is one line and of exit code 4."""
    with pytest.raises(CheckpointError) as caught:
        admit(path)
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.exit_code == 4
    return message


def repacked(path: Path, change: Callable[[str, bytes], bytes | None], **options: Any) -> Path:
    """Write a torch zip again with its entries changed, or left out where `change` returns None."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    target = path.with_name("changed.pt")
    with zipfile.ZipFile(target, "w", **options) as archive:
        for name, data in entries.items():
            changed = change(name, data)
            if changed is not None:
                archive.writestr(name, changed)
    return target


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A small state_dict by torch.save."""
    path = tmp_path / "model.pt"
    torch.save(WEIGHTS, path)
    return path


def test_a_state_dict_is_admitted_with_digest_and_size(saved: Path) -> None:
    """What is recorded is the file's own SHA-256 and size."""
    admitted = admit(saved)
    data = saved.read_bytes()
    assert (admitted.format, admitted.sha256, admitted.bytes) == (
        "torch-zip",
        hashlib.sha256(data).hexdigest(),
        len(data),
    )


def test_the_form_before_pytorch_1_6_is_admitted(tmp_path: Path) -> None:
    """Old checkpoints are five pickles and raw storages."""
    path = tmp_path / "model.pth"
    torch.save(WEIGHTS, path, _use_new_zipfile_serialization=False)
    assert admit(path).format == "torch-legacy"


def test_safetensors_are_admitted_under_any_name(tmp_path: Path) -> None:
    """The format is told from content, so a wrong ending does no harm."""
    path = tmp_path / "model.pt"
    safetensors.torch.save_file(WEIGHTS, path, metadata={"format": "pt"})
    assert admit(path).format == "safetensors"


def test_what_training_scripts_keep_beside_the_weights_is_let_through(tmp_path: Path) -> None:
    """Optimiser, options, NumPy scores, sets and bytes are harmless."""
    path = tmp_path / "full.pt"
    optimiser = {
        "state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(2, 3)}},
        "param_groups": [
            {"lr": 0.1, "betas": (0.9, 0.999), "amsgrad": False, "foreach": None, "params": [0]}
        ],
    }
    beside = {
        "epoch": 3,
        "best": np.float64(0.5),
        "seen": np.int64(7),
        "args": argparse.Namespace(lr=0.1, tags=["a"]),
        "tags": {"a"},
        "raw": b"\x00\xff",
        "shape": torch.Size([1, 2]),
        "parameter": torch.nn.Parameter(torch.zeros(2)),
    }
    torch.save({"state_dict": WEIGHTS, "optimizer": optimiser, **beside}, path)
    assert admit(path).format == "torch-zip"


@pytest.mark.parametrize("legacy", [False, True])
def test_a_pickle_with_code_is_refused_and_not_run(tmp_path: Path, legacy: bool) -> None:
    """The rule names the call; the marker that the payload would make is not there."""
    marker = tmp_path / "marker"
    path = tmp_path / "model.pt"
    torch.save(
        {"state_dict": WEIGHTS, "epoch": Payload(marker)}, path, _use_new_zipfile_serialization=not legacy
    )
    message = refused(path)
    assert "'pickle-globals'" in message
    assert "posix.mkdir" in message
    assert not marker.exists()
    torch.load(path, weights_only=False)
    assert marker.exists(), "the payload is live"


def test_a_whole_model_is_refused_with_the_two_lines_that_help(tmp_path: Path) -> None:
    """The advice is working Python for a model at the root."""
    path = tmp_path / "whole.pt"
    torch.save(Network(), path)
    message = refused(path)
    assert "'whole-model'" in message
    assert 'checkpoint = torch.load("whole.pt", weights_only=False); ' in message
    assert 'torch.save(checkpoint.state_dict(), "model.pt")' in message


def test_a_whole_model_inside_a_checkpoint_is_found_under_its_key(tmp_path: Path) -> None:
    """The advice names the key."""
    path = tmp_path / "whole.pt"
    torch.save({"epoch": 1, "model": torch.nn.Sequential(Network())}, path)
    assert "torch.save(checkpoint['model'].state_dict()" in refused(path)


def test_a_payload_beside_a_whole_model_is_what_the_refusal_names(tmp_path: Path) -> None:
    """Nobody is advised to load a file that calls something a model does not need."""
    path = tmp_path / "whole.pt"
    torch.save({"model": Network(), "extra": Payload(tmp_path / "marker")}, path)
    message = refused(path)
    assert "'pickle-globals'" in message
    assert "weights_only=False" not in message


def test_numpy_objects_are_refused(tmp_path: Path) -> None:
    """NumPy unpickles the bytes of an object scalar itself, so only plain numbers pass."""
    path = tmp_path / "model.pt"
    torch.save({"state_dict": WEIGHTS, "best": np.array([{}], dtype=object)}, path)
    assert "'pickle-globals'" in refused(path)
    structured = np.zeros(1, dtype=[("a", "f4")])[0]
    torch.save({"state_dict": WEIGHTS, "best": structured}, path)
    assert "'plain-values'" in refused(path)


def test_slow_codecs_are_refused(tmp_path: Path, saved: Path) -> None:
    """Bytes are written as latin1 by every pickle; punycode would take quadratic time."""

    class Slow:
        def __reduce__(self) -> tuple[Any, ...]:
            import _codecs

            return (_codecs.encode, ("ü" * 10, "punycode"))

    torch.save({"state_dict": WEIGHTS, "slow": Slow()}, saved)
    assert "'plain-values'" in refused(saved)


def test_a_foreign_opcode_is_refused(saved: Path) -> None:
    """Protocol 4 reaches globals by another opcode, which torch itself never writes."""
    changed = repacked(
        saved, lambda name, data: pickle.dumps(print, 4) if name.endswith("data.pkl") else data
    )
    assert "'pickle-opcodes'" in refused(changed)


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_pickle_cut_short_is_refused(saved: Path, cut: int) -> None:
    """A malformed stream is an ordinary refusal."""
    changed = repacked(saved, lambda name, data: data[:-cut] if name.endswith("data.pkl") else data)
    assert "'pickle-form'" in refused(changed)


def test_shared_nesting_takes_no_exponential_time(saved: Path) -> None:
    """Sixty doublings of one tuple, as a dictionary's key, would take years to hash."""
    nested = b"\x80\x02}K\x00" + b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(60))
    changed = repacked(saved, lambda name, data: nested + b"K\x01s." if name.endswith("data.pkl") else data)
    assert admit(changed).format == "torch-zip"


def test_a_storage_of_another_size_than_declared_is_refused(saved: Path) -> None:
    """A record cut short would expose memory beside it."""
    changed = repacked(saved, lambda name, data: data[:-4] if name.endswith("data/0") else data)
    assert "'record-sizes'" in refused(changed)


def test_a_missing_storage_is_refused(saved: Path) -> None:
    """Each storage that a tensor names must be there."""
    changed = repacked(saved, lambda name, data: None if name.endswith("data/1") else data)
    message = refused(changed)
    assert "'record-sizes'" in message
    assert "is missing" in message


def test_a_compressed_entry_is_refused(saved: Path) -> None:
    """Stored entries cannot expand beyond the file."""
    changed = repacked(saved, lambda name, data: data, compression=zipfile.ZIP_DEFLATED)
    assert "'zip-entries'" in refused(changed)


def test_two_entries_of_one_name_are_refused(saved: Path) -> None:
    """Readers disagree on which of the two counts."""
    with warnings.catch_warnings(), zipfile.ZipFile(saved, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("model/data.pkl", b"other")
    assert "'zip-entries'" in refused(saved)


def test_a_foreign_entry_is_refused(saved: Path) -> None:
    """torch.save writes a closed list of names."""
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("model/../escape", b"other")
    assert "'zip-records'" in refused(saved)


def test_two_top_folders_are_refused(saved: Path) -> None:
    """There is one root folder."""
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("other/version", b"3")
    assert "'zip-records'" in refused(saved)


def test_bytes_before_the_archive_are_refused(saved: Path) -> None:
    """Readers disagree on where such an archive begins."""
    saved.write_bytes(b"PK\x05\x05 something else" + saved.read_bytes())
    assert "'zip-layout'" in refused(saved)


def test_overlapping_entries_are_refused(saved: Path) -> None:
    """Two directory entries that point at the same bytes make a small file large."""
    data = bytearray(saved.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    saved.write_bytes(data)
    assert "refused by rule 'zip-" in refused(saved)


def test_a_damaged_record_is_refused(saved: Path) -> None:
    """One flipped bit in a tensor is noticed by its checksum."""
    data = bytearray(saved.read_bytes())
    position = data.index(WEIGHTS["layer.weight"].numpy().tobytes())
    data[position + 9] ^= 1
    saved.write_bytes(data)
    assert "'zip-checksums'" in refused(saved)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_a_file_cut_short_is_refused_by_name(saved: Path, share: float) -> None:
    """The advice is to copy it again."""
    data = saved.read_bytes()
    saved.write_bytes(data[: int(len(data) * share)])
    message = refused(saved)
    assert "'truncated-zip'" in message
    assert "download it again" in message


def test_a_legacy_file_cut_short_is_refused(tmp_path: Path) -> None:
    """The storages must fill the rest of the file."""
    path = tmp_path / "model.pt"
    torch.save(WEIGHTS, path, _use_new_zipfile_serialization=False)
    path.write_bytes(path.read_bytes()[:-4])
    assert "'record-sizes'" in refused(path)


SAFETENSORS_DAMAGE = {
    "header longer than the file": struct.pack("<Q", 1 << 20) + b'{"a":1}',
    "header that is no JSON": struct.pack("<Q", 7) + b"{broken",
    "header that is no object": struct.pack("<Q", 9) + b"{}       ",
    "unknown type": struct.pack("<Q", 56) + b'{"a":{"dtype":"X1","shape":[1],"data_offsets":[0,1]}}   x',
    "shape that does not fit": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,4]}}   1234',
    "negative dimension": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"U8","shape":[-1],"data_offsets":[1,0]}}    1234'[:61],
    "bytes left over": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   12345',
    "gap before the first tensor": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}   12345',
    "malformed entry": struct.pack("<Q", 20) + b'{"a":[1,2,3]}       ',
}


@pytest.mark.parametrize("damage", SAFETENSORS_DAMAGE)
def test_a_safetensors_header_that_lies_is_refused(tmp_path: Path, damage: str) -> None:
    """Sizes, types and ranges are held against the file before it is loaded."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(SAFETENSORS_DAMAGE[damage])
    assert "refused by rule 'safetensors-" in refused(path)


def zipped(*names: str) -> bytes:
    """Return a zip archive with entries of these names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return stream.getvalue()


FOREIGN = {
    "torchscript": zipped("m/data.pkl", "m/constants.pkl", "m/code/__torch__.py"),
    "pt2": zipped("m/archive_format", "m/models/model.json"),
    "onnx": b"\x08\x0a\x12\x07pytorch\x1a\x052.4.0:\x90\x01" + bytes(range(256)),
    "tflite": b"\x1c\x00\x00\x00TFL3\x14\x00\x20\x00",
    "hdf5": b"\x89HDF\r\n\x1a\n\x00\x00",
    "npz": zipped("a.npy", "b.npy"),
    "npy": b"\x93NUMPY\x01\x00v\x00",
    "torch-tar": b"\0" * 257 + b"ustar" + b"\0" * 300,
    "plain-pickle": pickle.dumps({"a": 1}),
    "zip": zipped("readme.txt"),
    "gzip": b"\x1f\x8b\x08\x00" + b"\xff" * 20,
    "git-lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "web-page": b"\n<!DOCTYPE html><html><body>Not found</body></html>",
    "text": "weights für später\n".encode(),
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "zeros": bytes(5000),
    "unknown": bytes(range(200, 256)) * 3,
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_taken_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    """A file of each foreign format, called .pt, is recognised by its content."""
    path = tmp_path / "model.pt"
    path.write_bytes(FOREIGN[name])
    message = refused(path)
    assert "'format'" in message
    assert UNSUPPORTED[name][0] in message
    assert UNSUPPORTED[name][1] in message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """Nothing is not a checkpoint."""
    path = tmp_path / "model.pt"
    path.touch()
    assert "'empty-file'" in refused(path)


def test_a_file_over_the_size_limit_is_refused(saved: Path) -> None:
    """The limit holds before anything is read."""
    with pytest.raises(CheckpointError, match="'size-limit'"):
        admit(saved, size_limit=100)


@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_random_damage_is_admitted_or_refused_and_nothing_else(tmp_path: Path, form: str) -> None:
    """Three hundred files with a few bytes changed, lost or added: no other error ever comes out."""
    path = tmp_path / "model.pt"
    if form == "safetensors":
        safetensors.torch.save_file(WEIGHTS, path)
    else:
        torch.save({"state_dict": WEIGHTS, "epoch": 1}, path, _use_new_zipfile_serialization=form == "zip")
    data = path.read_bytes()
    choose = random.Random(0)
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(choose.randint(1, 4)):
            start = choose.randrange(len(damaged))
            stop = start + choose.choice((0, 1, 1, 1, 30))
            damaged[start:stop] = choose.randbytes(choose.choice((0, 1, 1, 1, 8)))
        path.write_bytes(damaged)
        with contextlib.suppress(CheckpointError):
            admit(path)


def test_a_value_of_gigabytes_is_refused_before_memory_is_reserved(tmp_path: Path) -> None:
    """A string that declares four gigabytes in a file of some bytes."""
    path = tmp_path / "model.pt"
    path.write_bytes(MAGIC + b"\x80\x02X\xff\xff\xff\xffabc.")
    assert "'pickle-length'" in refused(path)


def test_a_missing_file_is_a_plain_error(tmp_path: Path) -> None:
    """So is a name that no file system takes."""
    assert "no such checkpoint" in refused(tmp_path / "none.pt")
    assert "no such checkpoint" in refused(tmp_path / "none\0.pt")


def test_what_is_no_regular_file_is_refused_without_blocking(tmp_path: Path, saved: Path) -> None:
    """A link, a folder and a pipe that nobody writes to."""
    link = tmp_path / "link.pt"
    link.symlink_to(saved)
    pipe = tmp_path / "pipe.pt"
    os.mkfifo(pipe)
    for path, kind in ((link, "a symbolic link"), (tmp_path, "a folder"), (pipe, "a named pipe")):
        message = refused(path)
        assert "'regular-file'" in message
        assert kind in message
    assert "a device" in refused(Path(os.devnull))


def test_hostile_names_stay_on_one_line(tmp_path: Path) -> None:
    """Control and direction characters of a file's name do not reach the terminal."""
    path = tmp_path / "a\x1b[31m\u202e\nb.pt"
    path.write_bytes(b"text")
    message = refused(path)
    assert message.isprintable()


def test_every_format_has_a_title() -> None:
    """Titles stand on tables."""
    assert all(entry.title.startswith("state_dict") for entry in FORMATS.values())
