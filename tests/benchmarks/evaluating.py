"""Print what evaluating costs beside its parts: python tests/benchmarks/evaluating.py --data DATA.

Three ratios, on one and on two cores, all in turn in every round so that they see the same machine:

- to the parts: evaluating / (the pure forward passes + the corruptions), for the same 76 x n pictures;
- to the forward passes alone;
- of a straightforward script, imagecorruptions-imaug in a DataLoader, to evaluating. It runs
  in an environment of its own with torch, torchvision and imagecorruptions-imaug, whose Python is named by
  HZBENCH_PEER_PYTHON; skipped without.

Compared is CPU time (user and system, of the process and its workers), which does not count what other
processes take: on an idle machine with as many workers as cores its ratio is that of the wall time to the
parts' time divided by the cores. Wall time stands beside it. What a run costs once (starting workers, the
preflight, the statistics) is left out. Workers are confined by Landlock and seccomp, since bubblewrap stands
between them and their CPU time; sandbox.py measures what each kind of sandbox costs.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import hzbench.submissions
from hzbench.benchmark.checkpoints.sandbox.ladder import VARIABLE
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.checkpoints.worker_process import clean_environment
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.data.dataset import Split
from hzbench.benchmark.engines.local import compute
from hzbench.benchmark.engines.pictures import Pictures
from hzbench.benchmark.engines.plan import batches_of
from hzbench.benchmark.scoring.cells import ALL_CELLS
from hzbench.benchmark.workflows.answering import limited
from hzbench.benchmark.workflows.models import Candidate, find_model
from hzbench.benchmark.workflows.workers import SLOTS

TIMED = """
import resource, time
def seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used), time.perf_counter()
def report(start):
    print(*(now - then for now, then in zip(seconds(), start)))
"""
FORWARD = """
import sys, numpy as np, torch
from pathlib import Path
from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.torch_runner import TorchRunner
torch.set_num_threads(1)
file = admit(Path(sys.argv[1]))
runner = TorchRunner(file.path.read_bytes(), file.format, None, Preprocessing(), 4)
batch = int(sys.argv[2])
images = np.random.default_rng(0).integers(0, 256, (batch, 224, 224, 3), dtype=np.uint8)
runner.forward(images)
start = seconds()
for _ in range(int(sys.argv[3])):
    runner.forward(images)
report(start)
"""
CORRUPTING = """
import sys, numpy as np
from hzbench.corruptions import corrupt_all
base = np.random.default_rng(0).integers(0, 256, (14, 14, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
for _ in corrupt_all(base):
    pass
start = seconds()
for number in range(int(sys.argv[1])):
    picture = base.copy()
    picture[0, :4, 0] = np.frombuffer(np.int32(number).tobytes(), np.uint8)
    for _ in corrupt_all(picture):
        pass
report(start)
"""
PEER = """
import sys, numpy as np, torch, torchvision
from imagecorruptions import corrupt, get_corruption_names
cells = [(name, severity) for name in get_corruption_names("common") for severity in range(1, 6)]
class Pictures(torch.utils.data.Dataset):
    def __len__(self): return int(sys.argv[1]) * 76
    def __getitem__(self, i):
        number, cell = divmod(i, 76)
        picture = np.random.default_rng(number).integers(0, 256, (14, 14, 3), dtype=np.uint8)
        picture = picture.repeat(16, 0).repeat(16, 1)
        if cell: picture = corrupt(picture, cells[cell - 1][1], cells[cell - 1][0])
        return (torch.from_numpy(picture).permute(2, 0, 1).float() / 255 - 0.45) / 0.225
torch.set_num_threads(1)
model = torchvision.models.mobilenet_v3_small(num_classes=4).eval()
start = seconds()
with torch.inference_mode():
    for batch in torch.utils.data.DataLoader(Pictures(), 32, num_workers=int(sys.argv[2])):
        model(batch)
report(start)
"""
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """Seconds of one picture in all 76 cells, of CPU and of the clock."""

    cpu: float
    wall: float


def script(python: str, code: str, *arguments: object, pictures: int, env: dict[str, str]) -> Cost:
    """Run a script that reports its seconds, and return those of one picture."""
    command = [python, "-c", TIMED + code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode:
        raise SystemExit(f"{python}: {done.stderr[-2000:]}")
    cpu, wall = map(float, done.stdout.split())
    return Cost(cpu / pictures, wall / pictures)


def evaluating(candidate: Candidate, split: Split, cores: int) -> Cost:
    """Return what `hzbench evaluate` takes for a picture once its workers are up."""
    batches = [
        batch
        for row, cell in enumerate(ALL_CELLS)
        for batch in batches_of(row, cell, split.digests, split.digest)
    ]
    with ExitStack() as stack:
        sessions = [
            stack.enter_context(
                ModelSession(candidate.checkpoint, None, candidate.preprocessing, len(split.classes), SLOTS)
            )
            for _ in range(cores)
        ]
        pictures = Pictures(split)
        compute(sessions, batches[: 2 * cores], pictures, lambda batch, logits: None)  # warm
        start, clock = spent(sessions), time.perf_counter()
        compute(sessions, batches, pictures, lambda batch, logits: None)
        return Cost((spent(sessions) - start) / len(split), (time.perf_counter() - clock) / len(split))


def spent(sessions: list[ModelSession]) -> float:
    """Return the CPU seconds of this process and of the workers so far."""
    total = time.process_time()
    for session in sessions:
        fields = Path(f"/proc/{session.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
    return total


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--data", default="sdhz-synth")
    options.add_argument("--model", default="mobilenet_v3_small-baseline", help="a shipped submission")
    options.add_argument("--pictures", type=int, default=16)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--cores", type=int, nargs="+", default=(1, 2))
    chosen = options.parse_args()
    os.environ.setdefault(VARIABLE, "landlock")
    split = limited(resolve_dataset(chosen.data, ("test",)).split("test"), chosen.pictures)
    n = len(split)
    candidate = find_model(chosen.model)
    weights = (
        Path(next(iter(hzbench.submissions.__path__))) / "students" / chosen.model / "weights.safetensors"
    )
    peer = os.environ.get("HZBENCH_PEER_PYTHON")
    ratios: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        worker = clean_environment(folder, 1)
        plain = os.environ | {"OMP_NUM_THREADS": "1"}
        for number in range(chosen.rounds):
            batch = min(n, 32)
            forward = script(sys.executable, FORWARD, weights, batch, 76 * n // batch, pictures=n, env=worker)
            corrupting = script(sys.executable, CORRUPTING, n, pictures=n, env=plain)
            parts = forward.cpu + corrupting.cpu
            print(
                f"round {number + 1}, ms of CPU for a picture in all 76 cells: forward "
                f"{1000 * forward.cpu:.0f}, corruptions {1000 * corrupting.cpu:.0f}",
                flush=True,
            )
            for cores in chosen.cores:
                each = evaluating(candidate, split, cores)
                wall = each.wall / ((forward.wall + corrupting.wall) / cores)
                found = {
                    "evaluating : forward + corruptions, CPU": each.cpu / parts,
                    "evaluating : forward, CPU": each.cpu / forward.cpu,
                    "evaluating : (forward + corruptions) / cores, wall": wall,
                }
                if peer:
                    other = script(peer, PEER, max(1, n // 8), cores, pictures=max(1, n // 8), env=plain)
                    found["straightforward script : evaluating, CPU"] = other.cpu / each.cpu
                for name, value in found.items():
                    title = f"{cores} core{'s' if cores > 1 else ''}, {name}"
                    ratios.setdefault(title, []).append(value)
                    print(f"  {title}: {value:.2f}", flush=True)
    print("\nMedian (and range) over the rounds:")
    for name, values in ratios.items():
        print(f"{name}: {statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})")
    if not peer:
        print("straightforward script: skipped, HZBENCH_PEER_PYTHON names no Python")


if __name__ == "__main__":
    main()
