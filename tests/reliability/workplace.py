"""A folder with a small dataset and a checkpoint whose worker answers at once, without torch.

The host does all that it does for any model: it admits the file, starts the worker in its sandbox, hands it
pictures in shared memory and distrusts its answers. Only the network inside the worker is a stand-in.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from hzbench.benchmark.checkpoints import messages
from hzbench.benchmark.workflows.datasets import build_dataset_from

CLASSES = ("acne", "herpes_zoster", "tinea", "other")

QUICK_WORKER = """
import json, mmap, os, sys
import numpy as np
from hzbench.benchmark.checkpoints.sandbox.confining import reached

requests, replies = os.fdopen(int(sys.argv[1]), "rb"), os.fdopen(int(sys.argv[2]), "w")
opening = json.loads(requests.readline())
slots, classes = opening["slots"], opening["num_classes"]
images = np.frombuffer(mmap.mmap(opening["images"], 0, access=mmap.ACCESS_READ), np.uint8)
images = images.reshape(slots, 32, 224, 224, 3)
logits = np.frombuffer(mmap.mmap(opening["logits"], 0), np.float32).reshape(slots, 32, classes)
weights = np.random.default_rng(0).integers(-9, 10, (14 * 14 * 3, classes))


def say(**message):
    print(json.dumps(message), file=replies, flush=True)


say(kind="ready", architecture="quick", format="", params=4, dtype="float32", input_size=224,
    sandbox=reached(), notes=[])
for line in requests:
    request = json.loads(line)
    if request["do"] == "forward":
        slot, count = request["slot"], request["count"]
        try:
            room = mmap.mmap(-1, 8 << 20)  # as a network would take for its activations
        except OSError:
            say(kind="failed", message="out of memory while the model ran (no room for activations)")
            sys.exit(1)
        sampled = images[slot, :count, ::16, ::16].reshape(count, -1).astype(np.int64)
        logits[slot, :count] = (sampled @ weights / 8192).astype(np.float32)
        say(kind="done", slot=slot, count=count)
    else:
        say(**(UNMEASURED | {"kind": "efficiency", "params": 4, "macs_uncounted": [], "threads": 1}))
"""


class Workplace(NamedTuple):
    """What an evaluation needs.

    Attributes:
        folder: where everything lies.
        data: the dataset: 4 classes x 10 pictures, 8 of them in the test split.
        checkpoint: an admissible file.
        worker: name of the module that stands in for the worker; no other process has it in its command.
    """

    folder: Path
    data: Path
    checkpoint: Path
    worker: str

    @property
    def out(self) -> Path:
        """The document that evaluations here write."""
        return self.folder / "out" / "result.json"

    def enter(self) -> None:
        """Make this process start the quick worker in place of the real one."""
        from hzbench.benchmark.checkpoints import session

        session.WORKER = self.worker
        os.environ["PYTHONPATH"] = os.pathsep.join((str(self.folder), os.environ.get("PYTHONPATH", "")))


def make_workplace(folder: Path) -> Workplace:
    """Make a workplace in an empty folder."""
    random = np.random.default_rng(0)
    for number, name in enumerate(CLASSES):
        (folder / "photographs" / name).mkdir(parents=True)
        for index in range(10):
            picture = random.integers(0, 90, (80, 96, 3), dtype=np.uint8)
            picture[20:60, 30:70, number % 3] += np.uint8(60 + 4 * index)
            Image.fromarray(picture).save(folder / "photographs" / name / f"{index}.png")
    build_dataset_from("folder", folder / "photographs", folder / "data")
    save_file({"weight": np.ones(4, np.float32)}, folder / "quick.safetensors")
    worker = f"quick_worker_{os.getpid()}_{folder.stat().st_ino}"
    unmeasured = f"UNMEASURED = {dict.fromkeys(messages.Efficiency.model_fields)!r}\n"
    (folder / f"{worker}.py").write_text(unmeasured + QUICK_WORKER, encoding="utf-8")
    (folder / "out").mkdir()
    return Workplace(folder, folder / "data", folder / "quick.safetensors", worker)


def comparable(out: Path) -> tuple[dict[str, Any], bytes]:
    """Return what two runs must agree in: document without environment and timings, and predictions."""
    document = json.loads(out.read_bytes())
    for name in ("environment", "created"):
        del document[name]
    for name in ("latency_ms", "latency_ratio"):
        del document["efficiency"][name]
    return document, out.with_suffix(".npz").read_bytes()


def left_behind(out: Path) -> list[str]:
    """Return what an evaluation left beside its two files."""
    return sorted(path.name for path in out.parent.iterdir() if path.stem != out.stem or path.is_dir())
