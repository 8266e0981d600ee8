"""Pickles that run code, in the two forms of torch.save and as plain pickles."""

from __future__ import annotations

import codecs
import functools
import gzip
import importlib
import io
import logging
import marshal
import operator
import os
import pickle
import random
import runpy
import shutil
import subprocess
import tarfile
import timeit
import zipfile
from collections import OrderedDict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from hostile_case import HARMLESS, Case
from hostile_originals import network, replaced, saved


class Call:
    """Pickled as a call of `function`; arguments that are Calls are made first."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.function, self.arguments


class Built(torch.nn.Module):
    """A stranger's module, whose class the pickle would import."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures


def payloads(marker: str) -> dict[str, Call]:
    """Return calls that make the marker, each by another way."""
    touch, write, here = ["touch", marker], f"open({marker!r}, 'w').close()", importlib.import_module
    code = marshal.dumps(compile(write, "model", "exec"))
    simple: dict[str, tuple[Any, ...]] = {
        "mkdir": (os.mkdir, marker),
        "makedirs": (os.makedirs, marker),
        "mkfifo": (os.mkfifo, marker),
        "symlink": (os.symlink, "nowhere", marker),
        "os-open": (os.open, marker, os.O_CREAT | os.O_WRONLY),
        "system": (os.system, f"touch {marker}"),
        "popen": (os.popen, f"touch {marker}"),
        "spawn": (os.posix_spawn, "/usr/bin/touch", touch, {}),
        "spawnv": (os.spawnv, os.P_WAIT, "/usr/bin/touch", touch),
        "Popen": (subprocess.Popen, touch),
        "call": (subprocess.call, touch),
        "run": (subprocess.run, touch),
        "check-output": (subprocess.check_output, touch),
        "getoutput": (subprocess.getoutput, f"touch {marker}"),
        "exec": (exec, write),
        "eval": (eval, write),
        "open": (open, marker, "w"),
        "file-io": (io.FileIO, marker, "w"),
        "codecs-open": (codecs.open, marker, "w"),
        "copyfile": (shutil.copyfile, "/etc/passwd", marker),
        "copy": (shutil.copy, "/etc/passwd", marker),
        "zipfile": (zipfile.ZipFile, marker, "w"),
        "tarfile": (tarfile.open, marker, "w"),
        "gzip": (gzip.open, marker, "wb"),
        "logging": (logging.FileHandler, marker),
        "timeit": (timeit.timeit, write, "pass", timeit.default_timer, 1),
        "runpy": (runpy._run_code, write, {}),
        "numpy-savetxt": (np.savetxt, marker, [1.0]),
        "numpy-memmap": (np.memmap, marker, "uint8", "w+", 0, (8,)),
        "torch-save": (torch.save, {}, marker),
        "from-file": (torch.from_file, marker, True, 8),
    }
    calls = {name: Call(function, *arguments) for name, (function, *arguments) in simple.items()}
    system = Call(getattr, Call(here, "os"), "system")
    kind = Call(getattr, Call(here, "types"), "FunctionType")
    nested = {
        "getattr-system": Call(functools.partial(os.system), f"touch {marker}"),
        "import-getattr": Call(operator.call, system, f"touch {marker}"),
        "methodcaller": Call(operator.methodcaller("touch"), Path(marker)),
        "map-exec": Call(list, Call(map, exec, [write])),
        "deque-map": Call(deque, Call(map, exec, [write])),
        "filter-exec": Call(tuple, Call(filter, exec, [write])),
        "reduce": Call(functools.reduce, exec, [write, {}]),
        "marshal": Call(operator.call, Call(operator.call, kind, Call(marshal.loads, code), {"open": open})),
        "dunder-import": Call(operator.call, Call(getattr, Call(__import__, "os"), "mkdir"), marker),
        "loads": Call(pickle.loads, pickle.dumps(Call(os.mkdir, marker))),
    }
    return {**calls, **nested}


def cases(folder: Path, choose: random.Random) -> Iterator[Case]:
    """Yield every payload in both forms of torch.save, at a place that `choose` draws."""
    weights = dict(network().state_dict())
    for name in payloads("unused"):
        for legacy in (False, True):
            form = "legacy" if legacy else "zip"
            title = f"pickle-{form}-{name}"
            marker = folder / title
            payload = payloads(str(marker))[name]
            place = choose.choice([_beside, _as_value, _as_root, _in_optimiser, _in_list])
            yield Case(
                title, _format(legacy), saved(place(weights, payload), legacy), "pickle-globals", marker
            )
    yield from _plain(folder)
    yield from _other(folder, weights)


def _format(legacy: bool) -> str:
    return "legacy" if legacy else "state_dict"


def _beside(weights: dict[str, Any], payload: Call) -> Any:
    return {"state_dict": weights, "epoch": payload}


def _as_value(weights: dict[str, Any], payload: Call) -> Any:
    return {**weights, "0.weight": payload}


def _as_root(weights: dict[str, Any], payload: Call) -> Any:
    return payload


def _in_optimiser(weights: dict[str, Any], payload: Call) -> Any:
    return {"model": weights, "optimizer": {"state": {0: {"step": payload}}, "param_groups": []}}


def _in_list(weights: dict[str, Any], payload: Call) -> Any:
    return OrderedDict(history=[1.0, (payload,)], **{"model_state_dict": weights})


def _plain(folder: Path) -> Iterator[Case]:
    """Pickles that torch.save did not write, in every protocol."""
    for protocol in range(6):
        marker = folder / f"plain-{protocol}"
        data = pickle.dumps({"weights": Call(os.mkdir, str(marker))}, protocol)
        # protocols 0 and 1 are plain text to whoever looks at them
        yield Case(f"plain-{protocol}", "other", data, "format", marker, ".pkl")


def _other(folder: Path, weights: dict[str, Any]) -> Iterator[Case]:
    """Whole models, foreign opcodes, and pickles that are malformed or made to cost."""
    original = saved(weights)

    def raw(name: str, data: bytes, verdict: str, marker: Path | None = None) -> Case:
        return Case(f"pickle-{name}", "state_dict", replaced(original, "data.pkl", data), verdict, marker)

    whole = {"model": Built(), "optimizer": None}
    for legacy in (False, True):
        name = f"pickle-whole-model-{_format(legacy)}"
        # before PyTorch 1.6 the source of the class was kept beside it, so that its name is what is met first
        verdict = "pickle-globals" if legacy else "whole-model"
        yield Case(name, _format(legacy), saved(whole, legacy), verdict)
    marker = folder / "pickle-module-with-call"
    module = Built()
    module.extra = Call(os.mkdir, str(marker))
    yield Case(marker.name, "state_dict", saved({"model": module}), "pickle-globals", marker)
    for protocol in (0, 1, 3, 4, 5):
        marker = folder / f"pickle-protocol-{protocol}"
        data = pickle.dumps(Call(os.mkdir, str(marker)), protocol)
        verdict = "pickle-globals" if protocol in (1, 3) else "pickle-opcodes"
        yield raw(f"protocol-{protocol}", data, verdict, marker)
    marker = folder / "pickle-inst"
    yield raw("inst", b"(S'" + os.fsencode(marker) + b"'\niposix\nmkdir\n.", "pickle-opcodes", marker)
    marker = folder / "pickle-obj"
    yield raw("obj", b"(cposix\nmkdir\nV" + os.fsencode(marker) + b"\no.", "pickle-opcodes", marker)
    marker = folder / "pickle-persistent-call"
    path = os.fsencode(marker)
    called = b"\x80\x02cposix\nmkdir\nX" + len(path).to_bytes(4, "little") + path + b"\x85R."
    yield raw("after-stop", b"\x80\x02}." + called, HARMLESS)
    yield raw("put-over-global", b"\x80\x02cbuiltins\nset\nq\x00h\x00" + called[2:], "pickle-globals", marker)
    yield raw("extension-registry", b"\x80\x02\x82\x01.", "pickle-opcodes")
    yield raw("out-of-band", b"\x80\x05\x97.", "pickle-opcodes")
    yield raw("string-of-gigabytes", b"\x80\x02X\xff\xff\xff\xffabc.", "pickle-length")
    yield raw("long-of-gigabytes", b"\x80\x02\x8b\xff\xff\xff\x7f.", "pickle-length")
    yield raw("memo-bomb", b"\x80\x02]" + b"r\xff\xff\xff\x7f" + b".", HARMLESS)
    doubled = b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(200))
    yield raw("billion-laughs", b"\x80\x02}X\x01\x00\x00\x00a(" + doubled[2:] + b"tu.", "pickle-form")
    yield raw("shared-nesting", b"\x80\x02}K\x00" + doubled + b"K\x01s.", "pickle-keys")
    yield raw("deep-nesting", b"\x80\x02" + b"]" * 50_000 + b"a" * 49_999 + b".", HARMLESS)
    yield raw("empty", b"", "pickle-form")
    yield raw("no-stop", b"\x80\x02}", "pickle-form")
    yield raw("stack-underflow", b"\x80\x02R.", "pickle-form")
    yield raw("mark-missing", b"\x80\x02t.", "pickle-form")
    yield raw("memo-missing", b"\x80\x02h\x05.", "pickle-form")
    yield raw("call-of-a-value", b"\x80\x02}X\x01\x00\x00\x00a\x85R.", "pickle-calls")
    yield raw(
        "punycode",
        b"\x80\x02c_codecs\nencode\nX\x02\x00\x00\x00\xc3\xbcX\x08\x00\x00\x00punycode\x86R.",
        "plain-values",
    )
