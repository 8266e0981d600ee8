"""torch.export archives: each way in which one can run code on loading, and graphs and records that lie."""

from __future__ import annotations

import copy
import json
import os
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hostile_case import Case
from hostile_originals import changed, exported, packed, replaced, saved, unpacked
from hostile_pickles import Call

_GRAPH, _WEIGHTS = "models/model.json", "data/weights/model_weights_config.json"
_CONSTANTS, _EXAMPLES = "data/constants/model_constants_config.json", "data/sample_inputs/model.pt"


def cases(folder: Path, choose: random.Random) -> Iterator[Case]:
    """Yield the archives."""
    for name, (data, verdict) in _pickled(folder).items():
        yield Case(f"export-{name}", "pt2", data, verdict, folder / f"export-{name}", ".pt2")
    for name, (change, verdict) in _graphs(folder).items():
        data = _edited(_GRAPH, change)
        yield Case(f"export-{name}", "pt2", data, verdict, folder / f"export-{name}", ".pt2")
    for name, (data, verdict) in _records().items():
        yield Case(f"export-{name}", "pt2", data, verdict, ending=".pt2")


def _json(name: str) -> Any:
    return json.loads(next(data for entry, data in unpacked(exported()).items() if entry.endswith(name)))


def _edited(name: str, change: Callable[[Any], None]) -> bytes:
    """The honest archive with one JSON record changed in place."""
    value = copy.deepcopy(_json(name))
    change(value)
    return replaced(exported(), name, json.dumps(value).encode())


def _pickled(folder: Path) -> dict[str, tuple[bytes, str]]:
    """The routes by which a pickle is loaded, or code of another kind."""
    good = exported()

    def payload(name: str) -> bytes:
        return saved({"a": Call(os.mkdir, str(folder / f"export-{name}"))})

    def with_pickled(config: str, prefix: str, data: bytes) -> bytes:
        value = _json(config)
        entry = {"path_name": f"{prefix}0", "is_param": False, "use_pickle": True, "tensor_meta": None}
        value["config"]["evil"] = entry
        archive = replaced(good, config, json.dumps(value).encode())
        place = f"{config.rsplit('/', 1)[0]}/{prefix}0"
        return changed(archive, lambda entry, old: None if entry == place else old, {place: data})

    def keep(entry: str, data: bytes) -> bytes:
        return data

    opaque = pickle.dumps(Call(os.mkdir, str(folder / "export-opaque")))
    legacy = {
        "version": b"8.20",
        "serialized_exported_program.json": next(d for n, d in unpacked(good).items() if n.endswith(_GRAPH)),
        "serialized_state_dict.pt": payload("legacy-archive"),
        "serialized_constants.pt": payload("legacy-archive"),
        "serialized_example_inputs.pt": payload("legacy-archive"),
    }
    native = {"data/aotinductor/model/lib.so": b"\x7fELF", "data/aotinductor/model/metadata.json": b"{}"}
    return {
        "pickled-weight": (with_pickled(_WEIGHTS, "weight_", payload("pickled-weight")), "export-pickles"),
        "pickled-constant": (
            with_pickled(_CONSTANTS, "tensor_", payload("pickled-constant")),
            "export-pickles",
        ),
        "opaque": (with_pickled(_CONSTANTS, "opaque_obj_", opaque), "zip-records"),
        "custom-object": (with_pickled(_CONSTANTS, "custom_obj_", payload("custom-object")), "zip-records"),
        "examples": (replaced(good, _EXAMPLES, payload("examples")), "pickle-globals"),
        "examples-no-zip": (replaced(good, _EXAMPLES, b"\x80\x02cposix\nabort\n)R."), "zip-form"),
        "legacy-weights": (
            changed(good, keep, {"data/weights/model.pt": payload("legacy-weights")}),
            "zip-records",
        ),
        "legacy-constants": (
            changed(good, keep, {"data/constants/model.pt": payload("legacy-constants")}),
            "zip-records",
        ),
        "legacy-archive": (packed(legacy), "zip-records"),
        "native": (changed(good, keep, native), "zip-records"),
        "second-model": (changed(good, keep, {"models/other.json": b"{}"}), "zip-records"),
        "executorch": (changed(good, keep, {"data/executorch/model.pte": b"x"}), "zip-records"),
    }


def _graphs(folder: Path) -> dict[str, tuple[Callable[[Any], None], str]]:
    """Changes of model.json."""

    def expression(text: str) -> Callable[[Any], None]:
        def change(program: Any) -> None:
            values = program["graph_module"]["graph"]["tensor_values"].values()
            for meta in values:
                for size in meta["sizes"]:
                    if "as_expr" in size:
                        size["as_expr"]["expr_str"] = text

        return change

    def node(**fields: Any) -> Callable[[Any], None]:
        return lambda program: program["graph_module"]["graph"]["nodes"][0].update(fields)

    def top(**fields: Any) -> Callable[[Any], None]:
        return lambda program: program.update(fields)

    def call(**fields: Any) -> Callable[[Any], None]:
        return lambda program: program["graph_module"]["module_call_graph"][0]["signature"].update(fields)

    def argument(value: Any) -> Callable[[Any], None]:
        return lambda program: program["graph_module"]["graph"]["nodes"][0]["inputs"][0].update(arg=value)

    def tree(context: str) -> str:
        return json.dumps([1, {"type": "builtins.dict", "context": context, "children_spec": []}])

    def make(name: str) -> str:
        return f"__import__('os').mkdir({str(folder / f'export-{name}')!r})"

    enum = json.dumps({"__enum__": True, "fqn": "antigravity:X", "name": "Y"})
    return {
        "expression": (expression(make("expression")), "export-expressions"),
        "expression-hidden": (
            expression(f"Add(Integer(1), {make('expression-hidden')})"),
            "export-expressions",
        ),
        "expression-lambda": (expression(f"(lambda: {make('expression-lambda')})()"), "export-expressions"),
        "expression-attribute": (expression("Integer(1).__class__.__base__"), "export-expressions"),
        "expression-power": (
            expression("Pow(Integer(9), Pow(Integer(9), Integer(999999999)))"),
            "export-expressions",
        ),
        "expression-stars": (expression("9**9**9**9"), "export-expressions"),
        "expression-factorial": (expression("factorial(Integer(99999999))"), "export-expressions"),
        "expression-deep": (expression("Add(" * 5000 + "Integer(1)" + ")" * 5000), "export-expressions"),
        "expression-wide": (expression("Add(" + "Integer(1), " * 2000 + "Integer(1))"), "export-expressions"),
        "expression-signs": (expression("Add(@, #)"), "export-expressions"),
        "expression-newline": (expression("Integer(1)\n"), "export-expressions"),
        "guard": (top(guards_code=[make("guard")]), "export-guards"),
        "guard-hidden": (
            top(guards_code=[f"L['x'].size()[0] == 1 or {make('guard-hidden')}"]),
            "export-guards",
        ),
        "guard-power": (top(guards_code=["9**9**9**9**9 == 1"]), "export-guards"),
        "guard-newline": (top(guards_code=["1 == 1)\n  import os\n  (1"]), "export-guards"),
        "target-save": (node(target="torch.ops.aten.save.default"), "export-operators"),
        "target-from-file": (node(target="torch.ops.aten.from_file.default"), "export-operators"),
        "target-python": (node(target="torch.hub.load"), "export-operators"),
        "target-os": (node(target="torch.os.system"), "export-operators"),
        "target-call": (node(target="_operator.call"), "export-operators"),
        "target-getter": (node(target="_operator.attrgetter"), "export-operators"),
        "target-higher-order": (node(target="torch.ops.higher_order.while_loop"), "export-operators"),
        "target-custom": (node(target="torch.ops.image.read_file.default"), "export-operators"),
        "target-text": (node(target="anything"), "export-operators"),
        "target-extension": (node(target="#aoti:x"), "export-operators"),
        "target-null": (node(target=None), "export-operators"),
        "tree-enum": (call(in_spec=tree(enum)), "export-trees"),
        "tree-type": (
            call(in_spec=json.dumps([1, {"type": "os.system", "context": None, "children_spec": []}])),
            "export-trees",
        ),
        "tree-deep": (
            call(
                in_spec="[1, "
                + '{"type":"builtins.list","context":"null","children_spec":[' * 40
                + "]}" * 40
                + "]"
            ),
            "export-trees",
        ),
        "tree-text": (call(out_spec="not json"), "export-trees"),
        "argument-names": (call(forward_arg_names=["x, y=" + make("argument-names")]), "export-names"),
        "node-name": (node(name="x = " + make("node-name")), "export-names"),
        "dunder-name": (node(name="__class__"), "export-names"),
        "fqn": (
            lambda p: p["graph_module"]["module_call_graph"][0].update(fqn="a.__class__"),
            "export-names",
        ),
        "graph-argument": (argument({"as_graph": {"name": "g", "graph": {}}}), "export-schema"),
        "graphs-deep": (argument(_nested_graphs(8)), "export-nesting"),
        "object-argument": (argument({"as_custom_obj": {"name": "g", "class_fqn": "x"}}), "export-schema"),
        "operator-argument": (argument({"as_operator": "torch.os.system"}), "export-schema"),
        "text-argument": (argument({"as_string": "x'); import os; ('"}), "export-names"),
        "two-arguments": (argument({"as_int": 1, "as_float": 1.0}), "export-schema"),
        "bool-as-int": (argument({"as_int": True}), "export-schema"),
        "huge-int": (argument({"as_int": 1 << 200}), "export-schema"),
        "unknown-key": (top(call="os.system"), "export-schema"),
        "missing-key": (lambda program: program.pop("graph_module"), "export-schema"),
        "no-object": (lambda program: program.update(graph_module=[]), "export-schema"),
        "named-tuples": (
            lambda p: p["graph_module"].update(treespec_namedtuple_fields={"a": {"field_names": ["b"]}}),
            "export-schema",
        ),
        "other-schema": (top(schema_version={"major": 99, "minor": 0}), "export-version"),
        "range-key": (
            top(range_constraints={make("range-key"): {"min_val": 0, "max_val": 1}}),
            "export-expressions",
        ),
        "metadata-key": (node(metadata={"custom": "{}"}), "export-schema"),
    }


def _nested_graphs(count: int) -> dict[str, Any]:
    """A graph as an argument of a node in a graph as an argument, `count` deep."""
    empty: dict[str, Any] = {"inputs": [], "outputs": [], "nodes": [], "tensor_values": {}}
    empty |= {"sym_int_values": {}, "sym_bool_values": {}}
    value: dict[str, Any] = {"as_int": 1}
    for _ in range(count):
        node = {
            "target": "_operator.add",
            "outputs": [],
            "metadata": {},
            "inputs": [{"name": "a", "arg": value}],
        }
        value = {"as_graph": {"name": "g", "graph": {**empty, "nodes": [node]}}}
    return value


def _records() -> dict[str, tuple[bytes, str]]:
    """Archives whose records, versions or JSON are wrong."""
    good = exported()

    def weight(**fields: Any) -> bytes:
        def change(config: Any) -> None:
            next(iter(config["config"].values()))["tensor_meta"].update(fields)

        return _edited(_WEIGHTS, change)

    def entry(**fields: Any) -> bytes:
        return _edited(_WEIGHTS, lambda config: next(iter(config["config"].values())).update(fields))

    def cut(size: int) -> bytes:
        return changed(good, lambda name, data: data[:size] if name == "data/weights/weight_0" else data)

    one = {"as_int": 1}
    huge = {"as_int": 1 << 40}
    return {
        "record-cut": (cut(8), "record-sizes"),
        "record-empty": (cut(0), "record-sizes"),
        "record-missing": (entry(path_name="weight_999"), "record-sizes"),
        "record-elsewhere": (entry(path_name="model_weights_config"), "record-sizes"),
        "record-climbing": (entry(path_name="../../x"), "export-names"),
        "sizes-huge": (weight(sizes=[huge], strides=[one]), "record-sizes"),
        "sizes-symbolic": (
            weight(sizes=[{"as_expr": {"expr_str": "Integer(4)"}}], strides=[one]),
            "record-sizes",
        ),
        "stride-huge": (weight(sizes=[{"as_int": 2}], strides=[huge]), "record-sizes"),
        "offset": (weight(storage_offset={"as_int": 1}), "record-sizes"),
        "offset-negative": (weight(storage_offset={"as_int": -4}), "record-sizes"),
        "rank": (weight(strides=[one]), "record-sizes"),
        "dtype": (weight(dtype=99), "record-sizes"),
        "layout": (weight(layout=1), "record-sizes"),
        "device": (weight(device={"type": "privateuse", "index": 0}), "export-schema"),
        "no-meta": (entry(tensor_meta=None), "export-pickles"),
        "format": (replaced(good, "archive_format", b"pt3"), "export-version"),
        "version": (replaced(good, "archive_version", b"7"), "export-version"),
        "byteorder": (replaced(good, "byteorder", b"big"), "export-version"),
        "no-examples": (changed(good, lambda n, d: None if n == _EXAMPLES else d), "zip-records"),
        "no-graph": (changed(good, lambda n, d: None if n == _GRAPH else d), "zip-records"),
        "no-weights": (changed(good, lambda n, d: None if n == _WEIGHTS else d), "zip-records"),
        "json-broken": (replaced(good, _GRAPH, b"{"), "export-json"),
        "json-deep": (replaced(good, _GRAPH, b"[" * 200_000 + b"]" * 200_000), "export-json"),
        "json-list": (replaced(good, _GRAPH, b"[]"), "export-schema"),
        "json-not-utf8": (replaced(good, _GRAPH, b'"\xff"'), "export-json"),
        "json-huge": (replaced(good, _GRAPH, b" " * (17 << 20)), "export-json"),
        "json-digits": (replaced(good, _GRAPH, b"1" * 10_000), "export-json"),
        "deflated": (packed(unpacked(good), zipfile.ZIP_DEFLATED), "zip-entries"),
        "behind": (good + b"behind", "zip-layout"),
    }
