"""Run the hostile worker in each kind of sandbox, aimed at bait that this file lays out.

`python tests/benchmark/checkpoints/sandbox/rungs.py` prints the table of docs/security.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.sandbox import ladder
from hzbench.benchmark.checkpoints.worker_process import WorkerProcess

MEMORY = 2 << 30
KINDS = {
    "all three": ("bubblewrap", "landlock", "seccomp"),
    "bubblewrap+seccomp": ("bubblewrap", "seccomp"),
    "landlock+seccomp": ("landlock", "seccomp"),
    "none": (),
}
"""Columns of the table: layers."""


def missing(kind: str) -> str:
    """Return why a kind of sandbox cannot be tested here; empty where it can."""
    layers = ladder.probe()
    return "; ".join(f"{name}: {layers[name].found}" for name in KINDS[kind] if not layers[name].works)


@contextlib.contextmanager
def laid_out(folder: Path) -> Iterator[dict[str, object]]:
    """Lay out bait in a folder: a home with a secret, labels, servers; yield where it lies."""
    home = folder / "home"
    home.mkdir()
    for name in ("secret", "removed", "renamed"):
        (home / name).write_text(name)
    (folder / "labels.csv").write_text("digest,label\n")
    address = ctypes.create_string_buffer(b"secret!!")
    made_in_tmp = Path(tempfile.gettempdir()) / f"hzbench-made-{os.getpid()}"
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        path = Path(tempfile.mkdtemp(prefix="hzbench-socket-")) / "s"  # a short name, which sockets need
        stack.callback(shutil.rmtree, path.parent)
        unix.bind(str(path))
        unix.listen()
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0hzbench-{os.getpid()}")
        abstract.listen()
        stack.callback(made_in_tmp.unlink, missing_ok=True)
        yield {
            "checkpoint": str(folder / "model.pt"),
            "host": os.getpid(),
            "home": str(home),
            "secret": str(home / "secret"),
            "labels": str(folder / "labels.csv"),
            "made_in_tmp": str(made_in_tmp),
            "port": tcp.getsockname()[1],
            "socket": str(path),
            "abstract": f"hzbench-{os.getpid()}",
            "address": ctypes.addressof(address),
        }
        assert bytes(address) == b"secret!!\0"


def report_of(kind: str, folder: Path, device: str = "cpu") -> dict[str, str]:
    """Return what stopped each attack in a sandbox: {attack: error}; an empty text where it succeeded.

    Args:
        kind: a key of `KINDS`.
        folder: empty, for bait and the worker's code.
        device: what the sandbox leaves room for: "cpu" or "cuda".
    """
    code = folder / "code"
    code.mkdir()
    shutil.copy(Path(__file__).with_name("hostile_worker.py"), code)
    checkpoint = folder / "model.pt"
    checkpoint.write_bytes(b"weights")
    with pytest.MonkeyPatch.context() as patch, laid_out(folder) as targets, checkpoint.open("rb") as stream:
        (code / "targets.json").write_text(json.dumps(targets))
        patch.setenv("PYTHONPATH", str(code))
        sandbox = ladder.Sandbox(KINDS[kind])
        worker = WorkerProcess((stream.fileno(),), 1, "hostile_worker", sandbox, device=device)
        opening = messages.Open(
            checkpoint=stream.fileno(),
            images=0,
            logits=0,
            format="torch-zip",
            sha256="",
            bytes=7,
            architecture=None,
            preprocessing=Preprocessing(),
            num_classes=4,
            slots=1,
            threads=1,
            device=device,
            memory_limit=MEMORY,
        )
        try:
            os.write(worker.requests, opening.model_dump_json().encode() + b"\n")
            said = _until_end(worker.replies)
            ended = worker.death()
        finally:
            worker.close()
    report: dict[str, str] = {}
    for line in said.splitlines():
        report |= json.loads(json.loads(line)["message"])
    assert report, f"the hostile worker said nothing: {ended}"
    return report


def _until_end(descriptor: int, limit_s: float = 120) -> bytes:
    said = b""
    while select.select([descriptor], [], [], limit_s)[0] and (chunk := os.read(descriptor, 65536)):
        said += chunk
    return said


def main() -> None:
    """Print the table, one row an attack, one column a kind of sandbox that this machine has."""
    kinds = [kind for kind in KINDS if not missing(kind)]
    with tempfile.TemporaryDirectory() as folder:
        reports = {}
        for kind in kinds:
            place = Path(folder) / kind
            place.mkdir()
            reports[kind] = report_of(kind, place)
    print("| attempt | " + " | ".join(kinds) + " |")
    print("|---|" + "---|" * len(kinds))
    for attack in reports[kinds[0]]:
        print(f"| {attack} | " + " | ".join(reports[kind][attack] or "**succeeds**" for kind in kinds) + " |")


if __name__ == "__main__":
    main()
