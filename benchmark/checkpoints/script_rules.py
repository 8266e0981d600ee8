"""What the code of a TorchScript archive may define, name and call.

Every `torch.X`, `ops.N.X`, method and function in the text is held against an allow-list, called or not,
since a name can be kept in a variable and called later.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import dataclass, field

from hzbench.benchmark.checkpoints.aten_operators import BUILTINS, is_tensor_operator
from hzbench.benchmark.checkpoints.script_text import ScriptError, Token, statements

PRIMITIVES = frozenset(
    f"prim.{name}"
    for name in (
        *("RaiseException", "NumToTensor", "data", "device", "dtype", "layout", "is_cuda", "is_quantized"),
        *("is_sparse", "is_mkldnn", "is_meta", "is_mps", "is_xla", "is_cpu", "is_nested", "requires_grad"),
        *("abs", "max", "min", "index", "unchecked_cast", "unchecked_unwrap_optional", "tolist", "type"),
        *("itemsize", "rangelist", "ModuleContainerIndex", "EnumName", "EnumValue"),
    )
)
"""TorchScript's own operators that ask about values or end the program with an error."""

FREE_CALLS = frozenset(
    {"annotate", "getattr", "isinstance", "range", "uninitialized", "unchecked_cast", "int", "float", "bool"}
    | {"str", "min", "max", "tuple"}
)
BASES = frozenset({"Module", "NamedTuple", "Enum"})

FORBIDDEN_NAMES = frozenset(
    {"from_file", "save", "set_data", "set_", "resize_", "resize_as_", "record_stream", "data_ptr", "fork"}
    | {"rpc_sync", "rpc_async", "rpc_remote", "_resize_output_", "storage", "print"}
)
"""Never defined, read or called: they reach files, processes or foreign memory."""

FORBIDDEN_VALUES = frozenset({"print", "fork", "awaitable", "rpc_sync", "rpc_async", "rpc_remote"})
"""Functions of TorchScript itself that are not even kept in a variable."""

HOOKS = frozenset({"__setstate__", "__getstate__", "__del__", "__init_subclass__"})
"""Methods that run while an archive is loaded or saved."""

MAXIMUM_CALL_DEPTH = 400
"""Definitions that need each other in a row: TorchScript's importer goes down them by recursion."""


@dataclass
class Definitions:
    """What the texts of one archive define.

    Attributes:
        names: of methods, functions, classes and attributes.
        needs: full name of a class or function -> the full names it mentions.
    """

    names: set[str] = field(default_factory=set)
    needs: dict[str, set[str]] = field(default_factory=dict)


def check_code(texts: dict[str, str]) -> None:
    """Apply every rule to the code of one archive.

    Args:
        texts: dotted name of each file, as `__torch__.torch.nn.modules.linear` -> its code.

    Raises:
        ScriptError: a rule is broken; it carries the rule's name.
    """
    parsed = {module: list(statements(text)) for module, text in texts.items()}
    definitions = Definitions()
    for module, lines in parsed.items():
        _collect(module, lines, definitions)
    check_hooks(definitions)
    for lines in parsed.values():
        for _, tokens in lines:
            check_calls(tokens, definitions.names)
    check_depth(definitions)


def check_hooks(definitions: Definitions) -> None:
    """Rules `script-hooks` and `script-names`: nothing runs on loading, no name hides an operator."""
    for name in sorted(definitions.names & HOOKS):
        raise ScriptError(f"it defines {name}, which runs while it is loaded", "script-hooks")
    for name in sorted(definitions.names & FORBIDDEN_NAMES):
        raise ScriptError(f"it defines the name '{name}'", "script-names")


def check_calls(tokens: list[Token], defined: set[str]) -> None:
    """Rule `script-operators`: whatever a statement names is allowed or defined in the archive itself."""
    for start, path in _paths(tokens):
        behind = tokens[start + 2 * len(path) - 1 :][:1]
        called = bool(behind) and behind[0].written == "("
        before = tokens[start - 1].written if start else ""
        root = path[0]
        if before == ".":
            _check_attributes(path, called, defined)
        elif root in FORBIDDEN_VALUES:
            raise ScriptError(f"it names '{root}'", "script-operators")
        elif root in {"torch", "ops"}:
            _check_operator(path)
        elif root == "__torch__":
            if path[1:3] == ["torch", "classes"]:
                raise ScriptError("it uses classes of native code", "script-operators")
        elif root == "getattr":
            _check_getattr(tokens[start + 1 : start + 6])
        elif before == "class":
            _check_bases(tokens[start + 1 :])
        elif before != "def" and not keyword.iskeyword(root):
            if len(path) > 1 and root != "CONSTANTS":
                _check_attributes(path[1:], called, defined)
            elif called and root not in FREE_CALLS and not (root[0] == "_" and root[1:].isdigit()):
                raise ScriptError(f"it calls '{root}'", "script-operators")


def check_depth(definitions: Definitions) -> None:
    """Rule `script-nesting`: definitions do not need each other in too long a row."""
    depth: dict[str, int] = {}
    for first in definitions.needs:
        stack = [(first, iter(definitions.needs[first]))] if first not in depth else []
        depth.setdefault(first, 1)
        while stack:
            if len(stack) > MAXIMUM_CALL_DEPTH:
                raise ScriptError(
                    f"more than {MAXIMUM_CALL_DEPTH} definitions need each other in a row", "script-nesting"
                )
            name, needed = stack[-1]
            for other in needed:
                if other in definitions.needs and other not in depth:
                    depth[other] = 1
                    stack.append((other, iter(definitions.needs[other])))
                    break
                depth[name] = max(depth[name], 1 + depth.get(other, 0))
            else:
                stack.pop()
                if stack:
                    parent = stack[-1][0]
                    depth[parent] = max(depth[parent], 1 + depth[name])
    if max(depth.values(), default=0) > MAXIMUM_CALL_DEPTH:
        raise ScriptError(
            f"more than {MAXIMUM_CALL_DEPTH} definitions need each other in a row", "script-nesting"
        )


def _collect(module: str, lines: list[tuple[int, list[Token]]], definitions: Definitions) -> None:
    """Note what one file defines, and what each of its definitions mentions."""
    owner = module
    for depth, tokens in lines:
        first = tokens[0].written
        second = tokens[1].written if len(tokens) > 1 else ""
        if first in {"class", "def"}:
            definitions.names.add(second)
            if depth == 0:
                owner = f"{module}.{second}"
        elif second == ":" and tokens[0].kind == "name":  # an attribute of a class
            definitions.names.add(first)
        mentioned = definitions.needs.setdefault(owner, set())
        for start, path in _paths(tokens):
            if path[0] == "__torch__" and not (start and tokens[start - 1].written == "."):
                mentioned.add(".".join(path))


def _paths(tokens: list[Token]) -> Iterator[tuple[int, list[str]]]:
    """Yield the place and the names of each dotted path."""
    place = 0
    while place < len(tokens):
        if tokens[place].kind != "name":
            place += 1
            continue
        start, path = place, [tokens[place].written]
        place += 1
        while place + 1 < len(tokens) and tokens[place].written == "." and tokens[place + 1].kind == "name":
            path.append(tokens[place + 1].written)
            place += 2
        yield start, path


def _check_operator(path: list[str]) -> None:
    """`torch.X` and `ops.aten.X` are ATen's, `ops.prim.X` TorchScript's own; nothing else is let through."""
    name = path[-1]
    is_aten = (path[0] == "torch" and len(path) == 2) or path[:-1] == ["ops", "aten"]
    if is_aten and (is_tensor_operator(name) or name in BUILTINS):
        return
    if len(path) == 3 and path[0] == "ops" and ".".join(path[1:]) in PRIMITIVES:
        return
    raise ScriptError(
        f"it names the operator {'.'.join(path)}, which no classifier needs", "script-operators"
    )


def _check_attributes(names: list[str], called: bool, defined: set[str]) -> None:
    """Attributes are declared in the archive; what is called may be an allowed operator too."""
    for place, name in enumerate(names):
        is_call = called and place == len(names) - 1
        operator = is_tensor_operator(name) or name in BUILTINS or name == "__new__"
        if name in defined or (is_call and operator):
            continue
        what = "calls" if is_call else "reads"
        raise ScriptError(f"it {what} '.{name}', which it does not define", "script-operators")


def _check_getattr(arguments: list[Token]) -> None:
    """`getattr` is written only for names that are no identifiers, such as "0"."""
    match arguments:
        case [Token(_, "("), Token("name", _), Token(_, ","), Token("text", text), Token(_, ")")]:
            name = text[1:-1]
            if "\\" not in name and (not name.isidentifier() or keyword.iskeyword(name)):
                return
    raise ScriptError("it looks up an attribute by a name of its own making", "script-operators")


def _check_bases(tokens: list[Token]) -> None:
    match tokens:
        case [Token(_, "("), Token("name", base), Token(_, ")"), Token(_, ":"), *_] if base in BASES:
            return
        case [Token(_, ":"), *_]:
            return
    raise ScriptError("it defines a class that is no module", "script-operators")
