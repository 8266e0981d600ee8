"""Submitted files are recognised by content, and whatever is no regular checkpoint is refused by name."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch

from hzbench.benchmark.checkpoints.admission import FORMATS, admit
from hzbench.benchmark.checkpoints.sniffing import UNSUPPORTED
from hzbench.benchmark.errors import CheckpointError

WEIGHTS = {"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.bias": torch.zeros(2)}


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


def zipped(*names: str) -> bytes:
    """Return a zip archive with entries of these names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return stream.getvalue()


FOREIGN = {
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
def test_what_is_not_taken_is_named_with_what_to_do(
    tmp_path: Path, name: str, refused: Callable[[Path], str]
) -> None:
    """A file of each foreign format, called .pt, is recognised by its content."""
    path = tmp_path / "model.pt"
    path.write_bytes(FOREIGN[name])
    message = refused(path)
    assert "'format'" in message
    assert UNSUPPORTED[name][0] in message
    assert UNSUPPORTED[name][1] in message


def test_an_empty_file_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
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


def test_a_missing_file_is_a_plain_error(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    """So is a name that no file system takes."""
    assert "no such checkpoint" in refused(tmp_path / "none.pt")
    assert "no such checkpoint" in refused(tmp_path / "none\0.pt")


def test_what_is_no_regular_file_is_refused_without_blocking(
    tmp_path: Path, saved: Path, refused: Callable[[Path], str]
) -> None:
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


def test_hostile_names_stay_on_one_line(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    """Control and direction characters of a file's name do not reach the terminal."""
    path = tmp_path / "a\x1b[31m\u202e\nb.pt"
    path.write_bytes(b"text")
    message = refused(path)
    assert message.isprintable()


def test_every_format_has_a_title() -> None:
    """Titles stand on tables."""
    assert all(entry.title.isprintable() and entry.title for entry in FORMATS.values())
