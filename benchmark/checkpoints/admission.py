"""Static checks on a submitted file, in the process that holds the labels: nothing is ever deserialised here.

The file is opened once, without following links and without blocking, measured, hashed, recognised by its
content and held against the rules of its format. The worker takes in the bytes again and refuses them unless
their SHA-256 is the one recorded here. A format is one file and one line in `FORMATS`.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, NamedTuple

from hzbench.benchmark.checkpoints.exported_archive import admit_exported
from hzbench.benchmark.checkpoints.onnx_file import admit_onnx
from hzbench.benchmark.checkpoints.refusal import refusal
from hzbench.benchmark.checkpoints.safetensors_file import admit_safetensors
from hzbench.benchmark.checkpoints.sandbox import ladder
from hzbench.benchmark.checkpoints.sniffing import UNSUPPORTED, sniff
from hzbench.benchmark.checkpoints.torch_legacy import admit_torch_legacy
from hzbench.benchmark.checkpoints.torch_zip import admit_torch_zip
from hzbench.benchmark.checkpoints.torchscript_archive import admit_torchscript
from hzbench.benchmark.errors import CheckpointError

SIZE_LIMIT = 2 << 30
"""Bytes; VGG-16 with its Adam state is 1.6 GB."""


class Format(NamedTuple):
    """A format that is taken.

    Attributes:
        title: what tables call it.
        admit: its static check (path, stream at any position).
        program: whether such a file is a program, which runs only where that is allowed, in a sandbox.
    """

    title: str
    admit: Callable[[Path, IO[bytes]], None]
    program: bool = False


FORMATS = {
    "torch-zip": Format("state_dict (.pt)", admit_torch_zip),
    "torch-legacy": Format("state_dict (.pt before PyTorch 1.6)", admit_torch_legacy),
    "safetensors": Format("state_dict (.safetensors)", admit_safetensors),
    "onnx": Format("ONNX", admit_onnx),
    "torchscript": Format("TorchScript", admit_torchscript, program=True),
    "pt2": Format("torch.export (.pt2)", admit_exported, program=True),
}


@dataclass(frozen=True)
class Admitted:
    """A file that passed its format's static rules.

    Attributes:
        path: where it lies.
        format: a key of `FORMATS`.
        sha256: hex digest of all its bytes.
        bytes: its size.
    """

    path: Path
    format: str
    sha256: str
    bytes: int


def admit(path: Path, size_limit: int = SIZE_LIMIT) -> Admitted:
    """Check a submitted file by static rules and return what is known of it.

    Args:
        path: the submitted file, hostile until proven otherwise.
        size_limit: bytes.

    Raises:
        CheckpointError: the file is missing, no regular file, too large, of a format that is not taken, or
            breaks one of its format's rules, which is named.
    """
    with open_regular(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        check_size(path, size, size_limit)
        name = sniff(path, stream)
        check_format(path, name)
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        FORMATS[name].admit(path, stream)
    return Admitted(path, name, digest, size)


def open_regular(path: Path) -> BufferedReader:
    """Rule `regular-file`: open a file that is neither a folder, a link, a device nor a pipe.

    Raises:
        CheckpointError: there is no such file, it is not regular, or it cannot be read.
    """
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"{path}: no such checkpoint. Give a file, or the name of a submission."
        ) from error
    check_regular(path, mode)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    stream = os.fdopen(descriptor, "rb")
    try:
        check_regular(path, os.fstat(descriptor).st_mode)
    except CheckpointError:
        stream.close()
        raise
    return stream


def check_regular(path: Path, mode: int) -> None:
    """Rule `regular-file`: what stands behind the name is a regular file."""
    if stat.S_ISREG(mode):
        return
    kinds = {
        stat.S_IFDIR: ("a folder", "Give the checkpoint inside, or a folder with a submission.toml."),
        stat.S_IFLNK: ("a symbolic link", "Give the file it points to."),
        stat.S_IFIFO: ("a named pipe", "Give a file."),
    }
    kind, advice = kinds.get(stat.S_IFMT(mode), ("a device or socket", "Give a file."))
    raise refusal(path, "regular-file", f"it is {kind}", advice)


def check_size(path: Path, size: int, limit: int) -> None:
    """Rule `size-limit`: the file is not larger than the limit."""
    if size > limit:
        raise refusal(path, "size-limit", f"{size:,} bytes, at most {limit:,} are taken")


def check_program(checkpoint: Admitted, allow_programs: bool) -> None:
    """Rule `program`: a file that is a program runs only where that was allowed."""
    if FORMATS[checkpoint.format].program and not allow_programs:
        raise refusal(
            checkpoint.path,
            "program",
            f"it is a program ({FORMATS[checkpoint.format].title}), which could do more than answer",
            "Give its weights (state_dict) or an ONNX file, or run it in a sandbox with --allow-programs.",
        )


def check_sandbox(checkpoint: Admitted) -> None:
    """Rule `sandbox`: a file that is a program runs only inside bubblewrap, or Landlock with seccomp."""
    if FORMATS[checkpoint.format].program and not (sandbox := ladder.choose()).holds_programs:
        raise refusal(
            checkpoint.path,
            "sandbox",
            f"it is a program ({FORMATS[checkpoint.format].title}), and nothing here can hold one "
            f"(sandbox: {sandbox.name})",
            "Give its weights (state_dict) or an ONNX file; what to install says: hzbench doctor",
        )


def check_format(path: Path, name: str) -> None:
    """Rule `format`: the content is of a format that is taken."""
    if name not in FORMATS:
        what, advice = UNSUPPORTED[name]
        raise refusal(path, "format", f"it is {what}", advice)
