"""TorchScript archives that touch files, run on loading, crash the parser, or hide what they call."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hostile_case import HARMLESS, Case
from hostile_originals import changed, packed, torchscript, unpacked


def cases(folder: Path, choose: random.Random) -> Iterator[Case]:
    """Yield the archives."""
    for name, (lines, verdict) in _bodies(folder).items():
        yield Case(f"script-{name}", "torchscript", _with_body(lines), verdict, folder / f"script-{name}")
    for name, (text, verdict) in _texts(folder).items():
        yield Case(f"script-{name}", "torchscript", _with_code(text), verdict, folder / f"script-{name}")
    for name, (data, verdict) in _archives().items():
        yield Case(f"script-{name}", "torchscript", data, verdict)


def _class() -> str:
    """Full name of the honest archive's outermost class, which PyTorch numbers where it met others before."""
    pickle = next(data for name, data in unpacked(torchscript()).items() if name.endswith("/data.pkl"))
    module, name = pickle[3:].split(b"\n")[:2]
    return f"{module.decode()}.{name.decode()}"


def _file() -> str:
    """The entry that holds its code."""
    return f"code/{_class().rpartition('.')[0].replace('.', '/')}.py"


def _header() -> str:
    """The declarations of the honest class, without its methods."""
    place = f"/{_file()}"
    text = next(data for name, data in unpacked(torchscript()).items() if name.endswith(place)).decode()
    return text[: text.index("  def ")]


def _forward(*lines: str) -> str:
    head = f"  def forward(self: {_class()},\n    input: Tensor) -> Tensor:\n"
    return head + "".join(f"    {line}\n" for line in lines)


def _with_code(text: str) -> bytes:
    """The honest archive with other code of its outermost class."""
    place = _file()
    return changed(torchscript(), lambda name, data: text.encode() if name == place else data)


def _with_body(lines: list[str]) -> bytes:
    return _with_code(_header() + _forward(*lines))


def _bodies(folder: Path) -> dict[str, tuple[list[str], str]]:
    """Bodies of forward."""
    rule = "script-operators"
    back = "return torch.mean(input, [2, 3])"

    def marker(name: str) -> str:
        return f'"{folder}/script-{name}"'

    return {
        "write": ([f"_0 = torch.from_file({marker('write')}, True, 8)", back], rule),
        "read": (['_0 = torch.from_file("/etc/passwd", False, 16, dtype=0)', back], rule),
        "save": ([f"torch.save(input, {marker('save')})", back], rule),
        "save-ops": ([f"ops.aten.save(input, {marker('save-ops')})", back], rule),
        "save-method": ([f"_0 = (input).save({marker('save-method')})", back], rule),
        "save-kept": (["_0 = torch.save", f"_0(input, {marker('save-kept')})", back], rule),
        "save-got": ([f'_0 = getattr(input, "save")({marker("save-got")})', back], rule),
        "save-escaped": ([f'_0 = getattr(input, "s\\141ve")({marker("save-escaped")})', back], rule),
        "torch-kept": (["_0 = torch", f"_0.save(input, {marker('torch-kept')})", back], rule),
        "print": (['print("x" * 10)', back], "script-form"),
        "print-plain": (['print("x")', back], rule),
        "print-kept": (["_0 = print", '_0("x")', back], rule),
        "fork-kept": (["_0 = fork", "_1 = _0(self.forward, input)", back], rule),
        "print-ops": (['ops.prim.Print("x")', back], rule),
        "read-file": (['_0 = ops.image.read_file("/etc/passwd")', back], rule),
        "write-file": ([f"ops.image.write_file({marker('write-file')}, input)", back], rule),
        "classes": (["_0 = __torch__.torch.classes.dist_rpc.WorkerInfo.__new__()", back], rule),
        "fork": (["_0 = fork(self.forward, input)", back], rule),
        "rpc": (['_0 = rpc_sync("x", self.forward, (input,))', back], rule),
        "python-op": (["_0 = ops.prim.PythonOp(input)", back], rule),
        "ignored-python": (["_0 = ^PythonOp()(input)", back], "script-form"),
        "profiler": (['_0 = ops.profiler._record_function_enter("x", None)', back], rule),
        "set-data": (["_0 = torch.set_data(input, input)", back], rule),
        "resize": (["_0 = torch.resize_(input, [1 , 100])", back], rule),
        "set-storage": (["_0 = (input).set_(input)", back], rule),
        "record-stream": (["_0 = (input).record_stream(0)", back], rule),
        "seed": (["torch.manual_seed(0)", back], rule),
        "cuda-ops": (["_0 = ops.cuda.synchronize(0)", back], rule),
        "unknown": (["_0 = torch.no_such_operator(input)", back], rule),
        "free-call": (["_0 = open(input)", back], rule),
        "undeclared": (["_0 = self.__class__", back], rule),
        "lambda": (["_0 = lambda x: x", back], "script-form"),
        "import": (["import os", back], "script-form"),
        "exec": (['exec("1")', back], rule),
        "assert": (["assert False", back], "script-form"),
        "raise": (["raise Exception", back], "script-form"),
        "with": (["with torch.no_grad():", "  pass", back], "script-form"),
        "semicolon": (["_0 = 1; _1 = 2", back], "script-form"),
        "comment": (["_0 = 1 # type: int", back], "script-form"),
        "single-quotes": (["_0 = 'x'", back], "script-form"),
        "triple-quotes": (
            ['_0 = """x', f"torch.save(input, {marker('triple-quotes')})", '"""', back],
            "script-form",
        ),
        "glued-texts": (['_0 = "a" "b"', back], "script-form"),
        "ternary": (["_0 = 1 if True else 2", back], "script-form"),
        "comprehension": (["_0 = [x for x in [1]]", back], "script-form"),
        "arithmetic": (["_0 = " + "1+" * 3000 + "1", back], "script-form"),
        "minus-chain": (["_0 = " + "-" * 3000 + "1", back], "script-form"),
        "not-chain": (["_0 = " + "not " * 3000 + "True", back], "script-form"),
        "brackets": (["_0 = " + "[" * 20_000 + "]" * 20_000, back], "script-nesting"),
        "brackets-few": (["_0 = " + "[" * 100 + "]" * 100, back], "script-nesting"),
        "calls": (["_0 = " + "torch.neg(" * 20_000 + "input" + ")" * 20_000, back], "script-nesting"),
        "attributes": (["_0 = self" + ".training" * 50_000, back], "script-nesting"),
        "subscripts": (["_0 = input" + "[0]" * 50_000, back], "script-nesting"),
        "blocks": (
            [*("  " * k + "if True:" for k in range(1000)), "  " * 1000 + "pass", back],
            "script-nesting",
        ),
        "open-bracket": (["_0 = [1", back], "script-form"),
        "wrong-bracket": (["_0 = [1)", back], "script-form"),
        "endless": (["_0 = input", "while True:", "  _0 = torch.add(_0, 1)", back], HARMLESS),
        "terabyte": (["_0 = torch.zeros([1099511627776])", back], HARMLESS),
        "nul": (["_0 = 1\0", back], "script-form"),
        "tabs": (["_0 = \t1", back], "script-form"),
        "unicode-name": (["\u0430_0 = 1", back], "script-form"),
    }


def _texts(folder: Path) -> dict[str, tuple[str, str]]:
    """Whole class texts."""
    back = "return torch.mean(input, [2, 3])"
    saved = f'torch.save(1, "{folder}/script-{{}}")'
    setstate = (
        f"  def __getstate__(self: {_class()}) -> int:\n    return 1\n"
        f"  def __setstate__(self: {_class()},\n    state: int) -> NoneType:\n    "
    )
    default = (
        f"  def other(self: {_class()},\n    x: NoneType={saved.format('default')}) -> int:\n    return 1\n"
    )
    named = f"  def save(self: {_class()}) -> int:\n    return 1\n"
    module = _class().rpartition(".")[0]
    chain = "".join(f"def f{k}(x: Tensor) -> Tensor:\n  return {module}.f{k + 1}(x, )\n" for k in range(5000))
    return {
        "setstate": (
            _header() + setstate + saved.format("setstate") + "\n    return None\n" + _forward(back),
            "script-hooks",
        ),
        "setstate-plain": (_header() + setstate + "return None\n" + _forward(back), "script-hooks"),
        "default": (_header() + default + _forward(back), "script-operators"),
        "named-save": (_header() + named + _forward(back), "script-names"),
        "attribute-save": (_header() + "  save : int\n" + _forward(back), "script-names"),
        "base": (_header().replace("(Module)", "(Interface)") + _forward(back), "script-operators"),
        "long-chain": (_header() + _forward(back) + chain, "script-nesting"),
        "many-tokens": (_header() + _forward("_0 = [" + "1," * 210_000 + "]", back), "script-size"),
        "much-code": (_header() + _forward(back) + " " * (5 << 20), "script-size"),
        "empty": ("", HARMLESS),
        "garbage": ("\x01\x02", "script-form"),
    }


def _archives() -> dict[str, tuple[bytes, str]]:
    """Archives whose pickles, records or entries are wrong."""
    good = torchscript()
    entries = unpacked(good)
    root = next(iter(entries)).split("/")[0]

    def pickled(data: bytes) -> bytes:
        return changed(good, lambda name, old: data if name == "data.pkl" else old)

    text = b"X\x02\x00\x00\x00id"
    return {
        "bytecode": (changed(good, lambda name, data: data, {"bytecode.pkl": b"\x80\x02)."}), "zip-records"),
        "native-entry": (changed(good, lambda name, data: data, {"lib.so": b"\x7fELF"}), "zip-records"),
        "code-climbing": (changed(good, lambda name, data: data, {"code/../../x.py": b""}), "zip-records"),
        "weights-deflated": (packed(entries, zipfile.ZIP_DEFLATED), "zip-entries"),
        "code-bomb": (_code_bomb(entries, root), "zip-entries"),
        "record-cut": (
            changed(good, lambda name, data: data[:4] if name == "data/0" else data),
            "record-sizes",
        ),
        "record-missing": (
            changed(good, lambda name, data: None if name == "data/0" else data),
            "record-sizes",
        ),
        "pickle-call": (pickled(b"\x80\x02cposix\nsystem\n" + text + b"\x85R."), "pickle-globals"),
        "pickle-classes": (pickled(b"\x80\x02c__torch__.torch.classes.x\nY\n)\x81}b."), "pickle-globals"),
        "pickle-deep": (pickled(b"\x80\x02" + b"]" * 50_000 + b"a" * 49_999 + b"."), "pickle-nesting"),
        "pickle-deep-tuples": (pickled(b"\x80\x02)" + b"\x85" * 50_000 + b"."), "pickle-nesting"),
        "pickle-type": (
            pickled(
                b"\x80\x02ctorch.jit._pickle\nrestore_type_tag\n]X\x90\x01\x00\x00"
                + b"List[" * 80
                + b"\x86R."
            ),
            "pickle-types",
        ),
        "pickle-from-table": (
            pickled(b"\x80\x02ctorch.jit._pickle\nbuild_tensor_from_id\nK\x05\x85R."),
            "pickle-globals",
        ),
        "pickle-empty": (pickled(b""), "pickle-form"),
        "code-not-utf8": (
            changed(good, lambda name, data: b"\xff\xfe" if name.endswith(".py") else data),
            "script-form",
        ),
        "no-code": (changed(good, lambda name, data: None if name.startswith("code") else data), HARMLESS),
    }


def _code_bomb(entries: dict[str, bytes], root: str) -> bytes:
    """A code entry of 80 MB of blanks in 80 kB; the other entries are stored."""
    stored = packed(entries)

    stream = io.BytesIO(stored)
    with zipfile.ZipFile(stream, "a") as writer:
        writer.writestr(zipfile.ZipInfo(f"{root}/code/bomb.py"), b" " * (80 << 20), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
