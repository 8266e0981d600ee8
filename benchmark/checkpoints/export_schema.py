"""The form of model.json in a torch.export archive: what may stand where, down to each text.

Source: torch/_export/serde/schema.py (schema 8). Left out on purpose: custom objects, tokens, named tuples. A
form is one of:

- a string: the name of a leaf in `LEAVES`, or, behind an @, of a form that stands inside itself
- [form]: a list
- {"?": form}: the form, or null
- {"*": form, "keys": leaf}: an object with keys of one leaf
- {"|": {name: form}}: an object with exactly one of these keys
- {name: form, ...}: an object with these keys; those whose name ends in "?" may be missing
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from hzbench.benchmark.checkpoints.export_texts import is_expression, is_guard, is_target, is_tree

MAXIMUM_GRAPHS = 4
"""Graphs inside graphs: bodies of autocast and no_grad blocks."""

Form = Any
"""As the module describes it; recursive."""


class FormError(ValueError):
    """A value of another form than the schema's."""

    def __init__(self, message: str, rule: str = "export-schema") -> None:
        """Keep the rule's name beside the message."""
        super().__init__(message)
        self.rule = rule


def _matching(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.ASCII | re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_int(value: Any) -> bool:
    return type(value) is int and abs(value) < 1 << 63


def _is_float(value: Any) -> bool:
    return type(value) in (int, float) or value in ("Infinity", "-Infinity", "NaN")


LEAVES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "int": (_is_int, "export-schema"),
    "bool": (lambda value: type(value) is bool, "export-schema"),
    "float": (_is_float, "export-schema"),
    "name": (_matching(r"(?!__)[A-Za-z_][A-Za-z0-9_]{0,400}"), "export-names"),
    "argument": (_matching(r"(?:(?!__)[A-Za-z_][A-Za-z0-9_]{0,400})?"), "export-names"),
    "path": (_matching(r"(?:(?!__)[A-Za-z0-9_-]{1,200}\.?){0,40}(?<!\.)"), "export-names"),
    "text": (_matching(r"[A-Za-z0-9_ .,:>+-]{0,200}"), "export-names"),
    "note": (_matching(r".{0,200000}"), "export-schema"),
    "symbol": (_matching(r"[a-z]{1,3}[0-9]{1,6}"), "export-expressions"),
    "expression": (is_expression, "export-expressions"),
    "guard": (is_guard, "export-guards"),
    "target": (is_target, "export-operators"),
    "tree": (is_tree, "export-trees"),
    "device": (lambda value: value in ("cpu", "cuda", "mps"), "export-schema"),
    "nothing": (lambda value: value == {} or value == [], "export-schema"),
}
"""Leaf -> its test, and the rule that it serves."""

_DEVICE = {"type": "device", "index?": {"?": "int"}}
_HINT = {"|": {"as_int": "int", "as_bool": "bool", "as_float": "float"}}
_EXPRESSION = {"expr_str": "expression", "hint?": {"?": _HINT}}
_SYM_INT = {"|": {"as_expr": _EXPRESSION, "as_int": "int"}}
_SYM_FLOAT = {"|": {"as_expr": _EXPRESSION, "as_float": "float"}}
_SYM_BOOL = {"|": {"as_expr": _EXPRESSION, "as_bool": "bool"}}
_TENSOR = {"name": "name"}
_MAYBE_TENSOR = {"|": {"as_tensor": _TENSOR, "as_none": "bool"}}
_INT_ARGUMENT = {"|": {"as_name": "name", "as_int": "int"}}
_FLOAT_ARGUMENT = {"|": {"as_name": "name", "as_float": "float"}}
_BOOL_ARGUMENT = {"|": {"as_name": "name", "as_bool": "bool"}}
_ARGUMENT = {
    "|": {
        "as_none": "bool",
        "as_tensor": _TENSOR,
        "as_tensors": [_TENSOR],
        "as_int": "int",
        "as_ints": ["int"],
        "as_float": "float",
        "as_floats": ["float"],
        "as_string": "text",
        "as_strings": ["text"],
        "as_sym_int": _INT_ARGUMENT,
        "as_sym_ints": [_INT_ARGUMENT],
        "as_sym_float": _FLOAT_ARGUMENT,
        "as_sym_floats": [_FLOAT_ARGUMENT],
        "as_sym_bool": _BOOL_ARGUMENT,
        "as_sym_bools": [_BOOL_ARGUMENT],
        "as_scalar_type": "int",
        "as_memory_format": "int",
        "as_layout": "int",
        "as_device": _DEVICE,
        "as_bool": "bool",
        "as_bools": ["bool"],
        "as_optional_tensor": _MAYBE_TENSOR,
        "as_optional_tensors": [_MAYBE_TENSOR],
        "as_graph": {"name": "name", "graph": "@graph"},
    }
}
_NODE = {
    "target": "target",
    "inputs": [{"name": "argument", "arg": _ARGUMENT, "kind?": {"?": "int"}}],
    "outputs": [_ARGUMENT],
    "metadata": {
        "stack_trace?": "note",
        "nn_module_stack?": "note",
        "source_fn_stack?": "note",
        "torch_fn?": "note",
        "from_node?": "note",
    },
    "is_hop_single_tensor_return?": {"?": "bool"},
    "name?": {"?": "name"},
}
TENSOR_META = {
    "dtype": "int",
    "sizes": [_SYM_INT],
    "requires_grad": "bool",
    "device": _DEVICE,
    "strides": [_SYM_INT],
    "storage_offset": _SYM_INT,
    "layout": "int",
}
_GRAPH = {
    "inputs": [_ARGUMENT],
    "outputs": [_ARGUMENT],
    "nodes": [_NODE],
    "tensor_values": {"*": TENSOR_META, "keys": "name"},
    "sym_int_values": {"*": _SYM_INT, "keys": "name"},
    "sym_bool_values": {"*": _SYM_BOOL, "keys": "name"},
    "sym_float_values?": {"*": _SYM_FLOAT, "keys": "name"},
    "is_single_tensor_return?": "bool",
    "custom_obj_values?": "nothing",
}
_NAMED_FORMS = {"@graph": _GRAPH}
_CONSTANT = {"|": {"as_none": "bool", "as_int": "int", "as_float": "float", "as_bool": "bool"}}
_SIGNATURE = {
    "input_specs": [
        {
            "|": {
                "user_input": {"arg": _ARGUMENT},
                "parameter": {"arg": _TENSOR, "parameter_name": "path"},
                "buffer": {"arg": _TENSOR, "buffer_name": "path", "persistent": "bool"},
                "tensor_constant": {"arg": _TENSOR, "tensor_constant_name": "path"},
                "constant_input": {"name": "name", "value": _CONSTANT},
            }
        }
    ],
    "output_specs": [
        {"|": {"user_output": {"arg": _ARGUMENT}, "buffer_mutation": {"arg": _TENSOR, "buffer_name": "path"}}}
    ],
}
_CALL_SIGNATURE = {
    "inputs": [_ARGUMENT],
    "outputs": [_ARGUMENT],
    "in_spec": "tree",
    "out_spec": "tree",
    "forward_arg_names?": {"?": ["name"]},
}
PROGRAM = {
    "graph_module": {
        "graph": _GRAPH,
        "signature": _SIGNATURE,
        "module_call_graph": [{"fqn": "path", "signature?": {"?": _CALL_SIGNATURE}}],
        "metadata?": "nothing",
        "treespec_namedtuple_fields?": "nothing",
    },
    "opset_version": {"*": "int", "keys": "name"},
    "range_constraints": {"*": {"min_val?": {"?": "int"}, "max_val?": {"?": "int"}}, "keys": "symbol"},
    "schema_version": {"major": "int", "minor": "int"},
    "verifiers?": ["name"],
    "torch_version?": "text",
    "guards_code?": ["guard"],
}
"""model.json"""

PAYLOAD = {
    "config": {
        "*": {
            "path_name": "name",
            "is_param": "bool",
            "use_pickle": "bool",
            "tensor_meta": {"?": TENSOR_META},
        },
        "keys": "path",
    }
}
"""*_weights_config.json and *_constants_config.json"""


def check_form(value: Any, form: Form, place: str = "") -> None:
    """Hold a parsed JSON value against a form.

    Raises:
        FormError: it differs; the message names the place, the error the rule.
    """
    if isinstance(form, str) and form in _NAMED_FORMS:
        if place.count("as_graph") > MAXIMUM_GRAPHS:
            raise FormError(f"graphs nested more than {MAXIMUM_GRAPHS} deep", "export-nesting")
        check_form(value, _NAMED_FORMS[form], place)
    elif isinstance(form, str):
        test, rule = LEAVES[form]
        if not test(value):
            shown = value if isinstance(value, str) else type(value).__name__
            raise FormError(f"{place} is no {form}: {shown[:120]!r}", rule)
    elif isinstance(form, list):
        if not isinstance(value, list):
            raise FormError(f"{place} is no list")
        for entry in value:
            check_form(entry, form[0], place)
    elif "?" in form:
        if value is not None:
            check_form(value, form["?"], place)
    elif not isinstance(value, dict):
        raise FormError(f"{place} is no object")
    elif "*" in form:
        for key, entry in value.items():
            check_form(key, form["keys"], f"a key of {place}")
            check_form(entry, form["*"], place)
    elif "|" in form:
        if len(value) != 1 or next(iter(value)) not in form["|"]:
            raise FormError(f"{place} holds {', '.join(map(repr, list(value)[:3])) or 'nothing'}")
        [(key, entry)] = value.items()
        check_form(entry, form["|"][key], f"{place}.{key}")
    else:
        _check_object(value, form, place)


def _check_object(value: dict[str, Any], form: dict[str, Form], place: str) -> None:
    known = {name.removesuffix("?"): inner for name, inner in form.items()}
    for key, entry in value.items():
        if key not in known:
            raise FormError(f"{place} has the key {key!r}, which no classifier needs")
        check_form(entry, known[key], f"{place}.{key}" if place else key)
    missing = [name for name in form if not name.endswith("?") and name not in value]
    if missing:
        raise FormError(f"{place} lacks {missing[0]!r}")
