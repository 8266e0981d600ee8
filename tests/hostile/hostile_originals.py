"""The honest files that the hostile ones are made from: one tiny network in every format."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from functools import lru_cache

import safetensors.torch
import torch
from wire_writer import classifier

Entries = dict[str, bytes]
"""Name inside a zip archive -> its bytes, in order."""


@lru_cache(maxsize=1)
def network() -> torch.nn.Module:
    """A classifier of 136 parameters, the same on every call."""
    torch.manual_seed(0)
    layers = torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    return torch.nn.Sequential(*layers, torch.nn.Linear(4, 4)).eval()


def saved(content: object, legacy: bool = False) -> bytes:
    """Return what torch.save writes of an object."""
    stream = io.BytesIO()
    torch.save(content, stream, _use_new_zipfile_serialization=not legacy)
    return stream.getvalue()


@lru_cache(maxsize=1)
def safetensors_file() -> bytes:
    """Its weights as safetensors."""
    return bytes(safetensors.torch.save(dict(network().state_dict())))


@lru_cache(maxsize=1)
def torchscript() -> bytes:
    """It as a scripted program."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(network()), stream)
    return stream.getvalue()


@lru_cache(maxsize=1)
def exported() -> bytes:
    """It as a torch.export archive for any number of pictures."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.export.export(
            network(), (torch.zeros(2, 3, 8, 8),), dynamic_shapes=({0: torch.export.Dim("batch", min=1)},)
        )
        torch.export.save(program, stream)
    return stream.getvalue()


def onnx_file() -> bytes:
    """A classifier of the same kind as ONNX, written without the onnx package."""
    return classifier()


def honest() -> dict[str, tuple[str, bytes]]:
    """Return every honest file: name -> its format's key in `FORMATS`, its bytes."""
    weights = dict(network().state_dict())
    return {
        "state_dict": ("torch-zip", saved(weights)),
        "legacy": ("torch-legacy", saved(weights, legacy=True)),
        "safetensors": ("safetensors", safetensors_file()),
        "onnx": ("onnx", onnx_file()),
        "torchscript": ("torchscript", torchscript()),
        "pt2": ("pt2", exported()),
    }


def unpacked(archive: bytes) -> Entries:
    """Return the entries of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as reader:
        return {name: reader.read(name) for name in reader.namelist()}


def packed(entries: Entries, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip archive of entries, all with one old date so that it is the same on every call."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", compression) as writer:
        warnings.simplefilter("ignore")  # two entries of one name are asked for on purpose
        for name, data in entries.items():
            writer.writestr(zipfile.ZipInfo(name), data, compression)
    return stream.getvalue()


def changed(
    archive: bytes, change: Callable[[str, bytes], bytes | None], added: Entries | None = None
) -> bytes:
    """Return an archive with its entries changed (left out where `change` returns None) and others added.

    Names are given to `change` without the top folder, and `added` is put below it.
    """
    entries = unpacked(archive)
    root = next(iter(entries)).split("/", 1)[0]
    result = {}
    for name, data in entries.items():
        new = change(name.split("/", 1)[1], data)
        if new is not None:
            result[name] = new
    return packed({**result, **{f"{root}/{name}": data for name, data in (added or {}).items()}})


def replaced(archive: bytes, name: str, data: bytes) -> bytes:
    """Return an archive with one entry replaced."""
    return changed(archive, lambda entry, old: data if entry == name else old)
