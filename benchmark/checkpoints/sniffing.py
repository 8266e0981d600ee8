"""What a submitted file really is, told from its bytes and never from its name."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints import torch_legacy
from hzbench.benchmark.checkpoints.refusal import SAVE_WEIGHTS, refusal
from hzbench.benchmark.checkpoints.zip_rules import UNREADABLE

MAXIMUM_LISTED = 100_000
_AS_WEIGHTS = "hzbench takes a state_dict (.pt, .pth, .safetensors) or an ONNX file. " + SAVE_WEIGHTS
_NO_CHECKPOINT = "A checkpoint is a state_dict in .pt, .pth or .safetensors, or an ONNX file. " + SAVE_WEIGHTS

UNSUPPORTED = {
    "tflite": ("a TensorFlow Lite model", _AS_WEIGHTS),
    "hdf5": ("an HDF5 file, as Keras writes", _AS_WEIGHTS),
    "npz": ("a NumPy archive", _AS_WEIGHTS),
    "npy": ("a NumPy array", _AS_WEIGHTS),
    "torch-tar": ("a tar archive, as PyTorch 0.1 wrote", _AS_WEIGHTS),
    "plain-pickle": ("a plain pickle, not made by torch.save", _AS_WEIGHTS),
    "zip": ("a zip archive without data.pkl", "Unpack it and give the checkpoint inside."),
    "gzip": ("a gzip file", "Unpack it and give the checkpoint inside."),
    "git-lfs": ("a Git LFS pointer, not the file itself", "Fetch it with: git lfs pull"),
    "web-page": ("a web page, probably a failed download", "Download the checkpoint again."),
    "text": ("a text file", _NO_CHECKPOINT),
    "picture": ("a picture", _NO_CHECKPOINT),
    "zeros": ("nothing but zero bytes", "The copy or download failed: fetch the file again."),
    "unknown": ("of no known format", _NO_CHECKPOINT),
}
"""Formats that are recognised but not taken -> (what the file is, what to do)."""

_MAGIC = (
    (torch_legacy.MAGIC, "torch-legacy"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"\x93NUMPY", "npy"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
)


def sniff(path: Path, stream: IO[bytes]) -> str:
    """Return the format's name: a key of `admission.FORMATS` or of `UNSUPPORTED`.

    Raises:
        CheckpointError: the file is empty or a zip archive that is cut short.
    """
    stream.seek(0)
    head = stream.read(4096)
    size = stream.seek(0, 2)
    if not head:
        raise refusal(path, "empty-file", "the file is empty", "The copy or download failed: fetch it again.")
    if head.startswith(b"PK"):
        return _sniff_zip(path, stream)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[4:8] == b"TFL3":
        return "tflite"
    if head[257:262] == b"ustar":
        return "torch-tar"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < max(size, 1 << 30):
        return "safetensors"
    if head[:1] == b"\x80" and len(head) > 1 and head[1] <= 5:
        return "plain-pickle"
    if not head.strip(b"\0"):
        return "zeros"
    return _sniff_text(head) or ("onnx" if _is_onnx(head) else "unknown")


def _sniff_zip(path: Path, stream: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()[:MAXIMUM_LISTED]
    except UNREADABLE as error:
        raise refusal(
            path,
            "truncated-zip",
            "a zip archive whose directory is missing or damaged",
            "The file is cut short: copy or download it again.",
        ) from error
    inner = {name.split("/", 1)[-1] for name in names}
    if "archive_format" in inner | set(names) or "serialized_exported_program.json" in inner | set(names):
        return "pt2"
    if "constants.pkl" in inner or any(name.startswith("code/") for name in inner):
        return "torchscript"
    if "data.pkl" in inner:
        return "torch-zip"
    return "npz" if names and all(name.endswith(".npy") for name in names) else "zip"


def _sniff_text(head: bytes) -> str | None:
    if head.startswith(b"version https://git-lfs"):
        return "git-lfs"
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < 4096 else "ignore")
    except UnicodeDecodeError:
        return None
    if not all(letter.isprintable() or letter in "\r\n\t\f\ufeff" for letter in text):
        return None
    return "web-page" if text.lstrip("\ufeff \r\n\t").lower().startswith(("<!doctype", "<html")) else "text"


def _is_onnx(head: bytes) -> bool:
    """Tell whether the bytes begin a ModelProto: ir_version, then another of its fields (onnx.proto)."""
    if len(head) < 4 or head[0] != 0x08 or not 1 <= head[1] <= 20:
        return False
    return head[2] in (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA)
