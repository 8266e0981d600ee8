"""safetensors files whose headers lie, and other files that are no checkpoint at all."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from hostile_case import ANY_REFUSAL, HARMLESS, Case
from hostile_originals import onnx_file, saved


def _file(header: Any, body: bytes = bytes(16), length: int | None = None) -> bytes:
    """A safetensors file with a header of one's own making."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + body


def _entry(dtype: Any = "F32", shape: Any = (4,), offsets: Any = (0, 16)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def cases(folder: Path, choose: random.Random) -> Iterator[Case]:
    """Yield the files."""
    one = {"w": _entry()}
    headers: dict[str, tuple[bytes, str]] = {
        "length-zero": (_file(one, length=0), "safetensors-header"),
        "length-huge": (_file(one, length=1 << 62), "format"),
        "length-beyond": (_file(one, length=100_000), "safetensors-header"),
        "length-short": (_file(one, length=20), "safetensors-header"),
        "no-json": (_file(b"{nothing of the kind}"), "safetensors-header"),
        "list": (_file(b"{}[]"), "safetensors-header"),
        "deep": (_file(b'{"a":' * 50_000 + b"1" + b"}" * 50_000), "safetensors-header"),
        "twice": (
            _file(b'{"w":' + json.dumps(_entry()).encode() + b',"w":' + json.dumps(_entry()).encode() + b"}"),
            "",
        ),
        "many": (_file({f"t{k}": _entry(shape=(0,), offsets=(0, 0)) for k in range(100_001)}, b""), ""),
        "overlap": (_file({"a": _entry(), "b": _entry()}), ""),
        "hole": (_file({"a": _entry(offsets=(0, 16)), "b": _entry(offsets=(32, 48))}, bytes(48)), ""),
        "hidden-tail": (_file(one, bytes(64)), ""),
        "cut": (_file(one, bytes(8)), ""),
        "reversed": (_file({"w": _entry(offsets=(16, 0))}), ""),
        "negative-offset": (_file({"w": _entry(offsets=(-16, 0))}), ""),
        "huge-offset": (_file({"w": _entry(offsets=(0, 1 << 70))}), ""),
        "negative-shape": (_file({"w": _entry(shape=(-2, -2))}), ""),
        "huge-shape": (_file({"w": _entry(shape=(1 << 40, 1 << 40))}), ""),
        "many-dimensions": (_file({"w": _entry(shape=(1,) * 100_000 + (4,))}), ""),
        "float-shape": (_file({"w": _entry(shape=(4.0,))}), ""),
        "bool-shape": (_file({"w": _entry(shape=(True, 4))}), ""),
        "text-shape": (_file({"w": _entry(shape="4")}), ""),
        "unknown-type": (_file({"w": _entry(dtype="O")}), ""),
        "number-type": (_file({"w": _entry(dtype=7)}), ""),
        "complex-type": (_file({"w": _entry(dtype="C64", shape=(2,))}), ""),
        "extra-key": (_file({"w": {**_entry(), "call": "os.system"}}), ""),
        "missing-key": (_file({"w": {"dtype": "F32", "shape": [4]}}), ""),
        "null-entry": (_file({"w": None}), ""),
        "three-offsets": (_file({"w": _entry(offsets=(0, 8, 16))}), ""),
        "nan-offset": (_file(b'{"w":{"dtype":"F32","shape":[4],"data_offsets":[NaN,16]}}'), ""),
        "number-metadata": (_file({"__metadata__": 5, **one}), ""),
        "hostile-names": (_file({"\x1b[2J\u202e../../etc/passwd": _entry()}), HARMLESS),
        "only-metadata": (_file({"__metadata__": {"format": "pt"}}, b""), ""),
    }
    for name, (data, verdict) in headers.items():
        yield Case(f"safetensors-{name}", "safetensors", data, verdict or ANY_REFUSAL, ending=".safetensors")
    yield from _strange(folder)


def _strange(folder: Path) -> Iterator[Case]:
    """Files of other kinds under a checkpoint's name."""
    marker = folder / "npy-object"
    stream = io.BytesIO()
    np.save(stream, np.array([_Touch(marker)], dtype=object), allow_pickle=True)
    array = stream.getvalue()
    yield Case("npy-object", "other", array, "format", marker)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as writer:
        writer.writestr(zipfile.ZipInfo("a.npy"), array)
    yield Case("npz-object", "other", stream.getvalue(), "format", marker)
    others = {
        "empty": (b"", "empty-file"),
        "zeros": (bytes(1 << 16), "format"),
        "text": (b"import os; os.system('true')\n", "format"),
        "page": (b"<!DOCTYPE html><script>alert(1)</script>", "format"),
        "gzip": (gzip.compress(saved({"a": 1}), mtime=0), "format"),
        "elf": (b"\x7fELF\x02\x01\x01" + bytes(200), "format"),
        "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(200), "format"),
        "tflite": (b"\x1c\0\0\0TFL3" + bytes(200), "format"),
        "tar": (b"\0" * 257 + b"ustar" + bytes(300), "format"),
        "zip-of-nothing": (b"PK\x05\x06" + bytes(18), "format"),
        "zip-start": (b"PK\x03\x04" + bytes(100), "truncated-zip"),
        "onnx-start": (onnx_file()[:40], ANY_REFUSAL),
        "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "format"),
    }
    for name, (data, verdict) in others.items():
        yield Case(f"strange-{name}", "other", data, verdict)


class _Touch:
    """Pickled as a call that makes the marker."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.mkdir, (str(self.marker),)
