"""A torch.export archive (.pt2): a graph as JSON, weights as raw records, example inputs. It is a program.

`torch.export.load` says itself that it must not be given untrusted files. Each of the ways in which one
runs code (pickled weights and constants, example inputs, native code, expressions, guards, trees) is closed
here by a rule of its own; still such a file runs only in a sandbox.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import IO, Any

from hzbench.benchmark.checkpoints import zip_rules
from hzbench.benchmark.checkpoints.export_schema import PAYLOAD, PROGRAM, FormError, check_form
from hzbench.benchmark.checkpoints.refusal import refusal
from hzbench.benchmark.checkpoints.torch_zip import admit_torch_zip

MAXIMUM_JSON_BYTES = 16 << 20
"""Of one JSON record; MaxViT-T has 3 MB."""

MAXIMUM_EXAMPLE_BYTES = 256 << 20
SCHEMA_MAJOR = 8
STRIDED = 7
ELEMENT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 2, 7: 4, 8: 8, 12: 1, 13: 2}
"""schema.ScalarType of plain numbers -> bytes of one."""

_WEIGHTS, _CONSTANTS = "data/weights/", "data/constants/"
_EXAMPLES = "data/sample_inputs/model.pt"
_RECORD = re.compile(
    rf"archive_format|archive_version|byteorder|version|models/model\.json|{_EXAMPLES}"
    rf"|{_WEIGHTS}(?:weight_[0-9]+|model_weights_config\.json)"
    rf"|{_CONSTANTS}(?:tensor_[0-9]+|model_constants_config\.json)"
    r"|\.data/(?:version|serialization_id)|\.format_version|\.storage_alignment|extra/[A-Za-z0-9_.-]+"
)
_EXACT = {"archive_format": b"pt2", "archive_version": b"0", "byteorder": b"little"}
_ADVICE = (
    "Export plain inference code with the current PyTorch, "
    'torch.export.save(torch.export.export(model.eval(), (picture,)), "model.pt2"), or give the weights.'
)


def admit_exported(path: Path, stream: IO[bytes]) -> None:
    """Check the archive, its graph, its weights and its example inputs, without loading anything.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            zip_rules.check_entries(path, archive)
            zip_rules.check_layout(path, archive, stream)
            root = zip_rules.check_root(
                path, archive, _RECORD, "models/model.json", "torch.export.save with plain weights"
            )
            zip_rules.check_checksums(path, archive)
            check_versions(path, archive, root)
            program = read_json(path, archive, f"{root}/models/model.json")
            check_form(program, PROGRAM)
            check_schema_version(path, program)
            for folder, name in ((_WEIGHTS, "weights"), (_CONSTANTS, "constants")):
                payload = read_json(path, archive, f"{root}/{folder}model_{name}_config.json")
                check_form(payload, PAYLOAD)
                check_payload(path, archive, f"{root}/{folder}", payload["config"])
            check_examples(path, archive, f"{root}/{_EXAMPLES}")
    except FormError as error:
        raise refusal(path, error.rule, str(error), _ADVICE) from error
    except zip_rules.UNREADABLE as error:
        raise refusal(
            path, "zip-form", f"not a readable zip archive ({error})", zip_rules.DOWNLOAD_AGAIN
        ) from error


def check_versions(path: Path, archive: zipfile.ZipFile, root: str) -> None:
    """Rule `export-version`: the archive says what it is, in the one version that is read."""
    for name, content in _EXACT.items():
        entry = f"{root}/{name}"
        if entry not in archive.namelist() or archive.getinfo(entry).file_size > 100:
            raise refusal(path, "export-version", f"its record {name} is missing or long", _ADVICE)
        if archive.read(entry) != content:
            raise refusal(path, "export-version", f"its record {name} is not {content.decode()}", _ADVICE)


def check_schema_version(path: Path, program: dict[str, Any]) -> None:
    """Rule `export-version`: the graph is written in the schema that is read."""
    major = program["schema_version"]["major"]
    if major != SCHEMA_MAJOR:
        raise refusal(path, "export-version", f"schema {major} instead of {SCHEMA_MAJOR}", _ADVICE)


def read_json(path: Path, archive: zipfile.ZipFile, name: str) -> Any:
    """Rule `export-json`: a JSON record of bounded size; return what it holds."""
    if name not in archive.namelist():
        raise refusal(path, "zip-records", f"there is no {name}", _ADVICE)
    size = archive.getinfo(name).file_size
    if size > MAXIMUM_JSON_BYTES:
        raise refusal(path, "export-json", f"{name} has {size:,} bytes", _ADVICE)
    try:
        return json.loads(archive.read(name).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refusal(path, "export-json", f"{name} is no plain JSON", _ADVICE) from error


def check_payload(path: Path, archive: zipfile.ZipFile, folder: str, config: dict[str, Any]) -> None:
    """Rules `export-pickles` and `record-sizes`: raw tensors alone, each within its record.

    Args:
        path: the submitted file.
        archive: its directory.
        folder: where the records lie, with a slash at its end.
        config: tensor's name -> where it lies, and its type, sizes and strides.
    """
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    reach: dict[str, int] = {}
    for name, entry in config.items():
        if entry["use_pickle"] or entry["tensor_meta"] is None:
            raise refusal(path, "export-pickles", f"{name!r} is a pickled object", _ADVICE)
        record = folder + entry["path_name"]
        if record not in sizes or not _RECORD.fullmatch(record.split("/", 1)[1]):
            raise refusal(path, "record-sizes", f"the record of {name!r} is missing", _ADVICE)
        needed = _needed(path, name, entry["tensor_meta"])
        reach[record] = max(reach.get(record, 0), needed)
    for record, needed in reach.items():
        if needed != sizes[record]:
            raise refusal(
                path,
                "record-sizes",
                f"{record} has {sizes[record]:,} bytes, {needed:,} bytes are declared",
                _ADVICE,
            )


def check_examples(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    """Rule `export-examples`: example inputs keep the rules of a torch.save file of bounded size."""
    if name not in archive.namelist():
        raise refusal(path, "zip-records", f"there is no {name}", _ADVICE)
    size = archive.getinfo(name).file_size
    if size > MAXIMUM_EXAMPLE_BYTES:
        raise refusal(path, "export-examples", f"example inputs of {size:,} bytes", _ADVICE)
    if size:
        admit_torch_zip(path, io.BytesIO(archive.read(name)))


def _needed(path: Path, name: str, meta: dict[str, Any]) -> int:
    """Return the bytes of storage that a tensor reaches into.

    Raises:
        CheckpointError: sizes that are no plain numbers, or another layout or type.
    """
    element = ELEMENT_BYTES.get(meta["dtype"])
    numbers = [meta["storage_offset"], *meta["sizes"], *meta["strides"]]
    plain = [number.get("as_int", -1) for number in numbers]
    offset, sizes, strides = plain[0], plain[1 : 1 + len(meta["sizes"])], plain[1 + len(meta["sizes"]) :]
    if element is None or meta["layout"] != STRIDED or min(plain) < 0 or len(sizes) != len(strides):
        raise refusal(path, "record-sizes", f"{name!r} is no dense tensor of plain numbers", _ADVICE)
    if 0 in sizes:
        return 0
    last: int = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
    return element * (last + 1)
