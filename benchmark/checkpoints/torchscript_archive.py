"""A TorchScript archive: a zip of code text, two pickles and a record a storage. It is a program.

Read by its rules, nothing in it can touch files or processes; still it runs only in a sandbox, since it may
loop, fill memory, or meet a fault in one of the operators that are let through.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints import script_pickles, zip_rules
from hzbench.benchmark.checkpoints.refusal import refusal
from hzbench.benchmark.checkpoints.script_rules import check_code
from hzbench.benchmark.checkpoints.script_text import ScriptError
from hzbench.benchmark.checkpoints.torch_zip import check_pickle_size

MAXIMUM_CODE_BYTES = 4 << 20
"""Of all code text together; EfficientNetV2-S, traced, has 0.4 MB."""

_MODULE = r"code/(?:[A-Za-z0-9_]+/)*[A-Za-z0-9_]+\.py"
_RECORD = re.compile(
    rf"{_MODULE}|{_MODULE}\.debug_pkl|(?:data|constants|traced_inputs)/[0-9]+"
    r"|(?:data|constants|traced_inputs)\.pkl|version|byteorder|\.format_version|\.storage_alignment"
    r"|\.data/(?:version|serialization_id)|extra/[A-Za-z0-9_.-]+"
)
_ADVICE = "Export plain inference code: torch.jit.script or trace a plain classifier, or give its weights."


def admit_torchscript(path: Path, stream: IO[bytes]) -> None:
    """Check the archive, its code text and its pickles, without loading anything.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            zip_rules.check_entries(path, archive, _is_code)
            zip_rules.check_layout(path, archive, stream)
            root = zip_rules.check_root(path, archive, _RECORD, "data.pkl", "torch.jit.save")
            zip_rules.check_checksums(path, archive)
            texts = read_code(path, archive, root)
            check_code(texts)
            for name in ("data", "constants", "traced_inputs"):
                check_values(path, archive, root, name)
    except ScriptError as error:
        raise refusal(path, error.rule, str(error), _ADVICE) from error
    except zip_rules.UNREADABLE as error:
        raise refusal(
            path, "zip-form", f"not a readable zip archive ({error})", zip_rules.DOWNLOAD_AGAIN
        ) from error


def read_code(path: Path, archive: zipfile.ZipFile, root: str) -> dict[str, str]:
    """Rules `script-size` and `script-form`: ASCII-compatible code of bounded size; return it by module."""
    names = [name for name in archive.namelist() if name.endswith(".py")]
    total = sum(archive.getinfo(name).file_size for name in names)
    if total > MAXIMUM_CODE_BYTES:
        raise refusal(path, "script-size", f"{total:,} bytes of code", _ADVICE)
    texts = {}
    for name in names:
        module = name[len(f"{root}/code/") : -len(".py")].replace("/", ".")
        try:
            texts[module] = archive.read(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ScriptError("code that is no UTF-8") from error
    return texts


def check_values(path: Path, archive: zipfile.ZipFile, root: str, name: str) -> None:
    """Check one of the archive's pickles, where it has it, and the records that it names."""
    entry = f"{root}/{name}.pkl"
    if entry not in archive.namelist():
        return
    check_pickle_size(path, archive, entry)
    with archive.open(entry) as stream:
        declared = script_pickles.check_values(path, stream)
    if name != "traced_inputs":  # records of example inputs are left empty, and never read
        zip_rules.check_record_sizes(path, archive, f"{root}/{name}/", declared)


def _is_code(name: str) -> bool:
    return name.endswith((".py", ".debug_pkl"))
