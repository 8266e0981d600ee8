"""The texts in a torch.export archive that its loader reads as code or as names of code.

torch.export.load gives expressions to sympy, which evaluates them; executes guards as Python; looks
operators up by their names; and imports modules that a tree's context names.
"""

from __future__ import annotations

import json
import re
from typing import Any

from hzbench.benchmark.checkpoints.aten_operators import is_tensor_operator

MAXIMUM_LENGTH = 4000
MAXIMUM_NESTING = 30

_SMALL = re.compile(r"Integer\(-?[1-4]\)")
_NUMBER = re.compile(r"Integer\(-?[0-9]{1,18}\)|Rational\(-?[0-9]{1,18}, [0-9]{1,18}\)")
_SYMBOL = re.compile(
    r"Symbol\('[a-z]{1,3}[0-9]{1,6}'(?:, (?:positive|nonnegative|integer)=True)*\)|\b[su][0-9]{1,6}\b"
)
_CALL = re.compile(
    r"(?:Add|Mul|Mod|PythonMod|CleanDiv|FloorDiv|CeilDiv|IntTrueDiv|FloatTrueDiv|ToFloat|TruncToInt"
    r"|FloorToInt|CeilToInt|RoundToInt|Max|Min|Abs|Eq|Ne|Equality|Unequality|LessThan|StrictLessThan"
    r"|GreaterThan|StrictGreaterThan|Le|Lt|Ge|Gt|And|Or|Not|Identity|Where)\([@#](?:, [@#])*\)"
)
_POWER = re.compile(r"(?:Pow|PowByNatural)\([@#], #\)")

_GUARD = re.compile(
    r"(?:L(?:\['[A-Za-z_][A-Za-z0-9_]*'\]|\[[0-9]{1,3}\]){1,4}\.(?:size|stride)\(\)\[[0-9]\]"
    r"|[0-9]{1,9}|[-+*%<>=!/() ]|\band\b|\bor\b|\bnot\b){1,200}"
)
_ATEN = re.compile(r"torch\.ops\.aten\.([A-Za-z0-9_]{1,80})\.[A-Za-z0-9_]{1,60}")
_PYTHON_TARGETS = frozenset(
    {f"torch.sym_{name}" for name in ("float", "int", "max", "min", "not", "ite", "sqrt")}
    | {
        f"_operator.{name}"
        for name in (
            *("add", "sub", "mul", "floordiv", "truediv", "mod", "neg", "pos", "eq", "ne", "lt", "le", "gt"),
            *("ge", "and_", "or_", "getitem"),
        )
    }
    | {"math.trunc"}
    | {"torch.ops.higher_order.wrap_with_autocast", "torch.ops.higher_order.wrap_with_set_grad_enabled"}
)
_TREE_TYPES = (None, "builtins.tuple", "builtins.list", "builtins.dict", "collections.OrderedDict")
_KEY = re.compile(r"[A-Za-z0-9_]{1,200}")


def is_expression(value: Any) -> bool:
    """Tell whether a text is an expression of sizes: sums, products and comparisons of symbols and numbers.

    It is folded from the inside: numbers and symbols become one sign, then each call of a known function
    does.
    """
    if not isinstance(value, str) or len(value) > MAXIMUM_LENGTH or "@" in value or "#" in value:
        return False
    folded = _SYMBOL.sub("@", _NUMBER.sub("@", _SMALL.sub("#", value)))
    for _ in range(MAXIMUM_NESTING):
        if folded in {"@", "#", "true", "false", "True", "False"}:
            return True
        smaller = _POWER.sub("@", _CALL.sub("@", folded))
        if smaller == folded:
            return False
        folded = smaller
    return False


def is_guard(value: Any) -> bool:
    """Tell whether a text only compares sizes of the input with numbers."""
    return (
        isinstance(value, str)
        and len(value) <= 400
        and "**" not in value
        and _GUARD.fullmatch(value) is not None
    )


def is_target(value: Any) -> bool:
    """Tell whether a text names an operator that a classifier computes with."""
    if not isinstance(value, str):
        return False
    match = _ATEN.fullmatch(value)
    return is_tensor_operator(match.group(1)) if match else value in _PYTHON_TARGETS


def is_tree(value: Any) -> bool:
    """Tell whether a text describes nested tuples, lists and dictionaries of inputs or outputs."""
    if not isinstance(value, str) or len(value) > MAXIMUM_LENGTH:
        return False
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return False
    match parsed:
        case [1, dict(tree)]:
            return _is_subtree(tree, 0)
    return False


def _is_subtree(tree: Any, depth: int) -> bool:
    match tree:
        case {"type": kind, "context": context, "children_spec": list(children), **rest}:
            return (
                not rest
                and depth <= 8
                and len(children) <= 100
                and (kind is None or isinstance(kind, str))
                and kind in _TREE_TYPES
                and _is_context(context)
                and all(_is_subtree(child, depth + 1) for child in children)
            )
    return False


def _is_context(context: Any) -> bool:
    """A tree's context: nothing, or a list of plain keys; an object would name a module to import."""
    if context is None or context == "null":
        return True
    if not isinstance(context, str):
        return False
    try:
        keys = json.loads(context)
    except (ValueError, RecursionError):
        return False
    return isinstance(keys, list) and all(isinstance(key, str) and _KEY.fullmatch(key) for key in keys)
