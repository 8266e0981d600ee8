"""What the sandbox costs: a batch of MobileNetV3-Small in each kind of worker and in this process, in turn.

`python tests/benchmarks/sandbox.py [--rounds 40] [--starts 5]` prints medians. Milliseconds depend on the
machine and on what else it does; ratios are of times taken in turn. Processor time is of both sides.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.architectures import build
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.sandbox import ladder
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.checkpoints.torch_runner import TorchRunner
from hzbench.benchmark.checkpoints.worker_process import clean_environment

PLAIN = "this process"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def as_in_a_worker() -> None:
    """Start again with the settings of memory and threads that workers have, which make networks faster."""
    settings = {
        k: v for k, v in clean_environment("/", 1).items() if k.startswith(("MALLOC", "GLIBC", "OMP"))
    }
    if any(os.environ.get(name) != value for name, value in settings.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **settings})


def innermost(pid: int) -> int:
    """Return the worker inside the process that holds its sandbox."""
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        pid = int(children[0])
    return pid


def processor_s(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def all_processor_s() -> float:
    """Return the seconds of processor time of this process and of all children that have ended."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def rungs() -> list[str]:
    """Return the rungs of this machine, lowest first."""
    found = ladder.probe()
    return [rung for rung, needed in reversed(ladder.RUNGS.items()) if all(found[n].works for n in needed)]


def opened(path: Path, rung: str) -> ModelSession:
    """Return a session of the model on a rung, not yet started."""
    os.environ[ladder.VARIABLE] = rung
    return ModelSession(admit(path), None, Preprocessing(), 4, 1)


def starts(path: Path, count: int) -> None:
    """Print how long a worker takes until the model is open."""
    seconds: dict[str, list[float]] = {rung: [] for rung in rungs()}
    processor = dict.fromkeys(seconds, 0.0)
    for _ in range(count):
        for rung, times in seconds.items():
            session = opened(path, rung)
            used, begin = all_processor_s(), time.perf_counter()
            with session:
                _ = session.description
                times.append(time.perf_counter() - begin)
            processor[rung] += all_processor_s() - used
    print(f"start until the model is open, median of {count}, in turn")
    base = seconds["none"]
    for rung, times in seconds.items():
        difference = statistics.median(t - b for t, b in zip(times, base, strict=True))
        print(
            f"  {rung:<14} {statistics.median(times):7.2f} s, {difference:+.3f} s against none; "
            f"processor time {processor[rung] / count:6.2f} s"
        )


def batches(path: Path, rounds: int) -> None:
    """Print what a batch of 32 pictures takes."""
    images = np.random.default_rng(0).integers(0, 256, (32, 224, 224, 3), dtype=np.uint8)
    runner = TorchRunner(path.read_bytes(), "torch-zip", None, Preprocessing(), 4)
    wall: dict[str, list[float]] = {PLAIN: []}
    processor = {PLAIN: 0.0}
    with ExitStack() as stack:
        sessions = {rung: stack.enter_context(opened(path, rung)) for rung in rungs()}
        pids = {rung: innermost(session.pid) for rung, session in sessions.items() if session.description}
        for round_ in range(rounds + 3):  # the first three warm up
            for kind in (PLAIN, *sessions):
                own, others = time.process_time(), processor_s(pids[kind]) if kind in pids else 0.0
                begin = time.perf_counter()
                if kind == PLAIN:
                    runner.forward(images)
                else:
                    session = sessions[kind]
                    session.images[0] = images
                    session.submit(0, len(images))
                    session.collect()
                end = time.perf_counter()
                used = time.process_time() - own + (processor_s(pids[kind]) - others if kind in pids else 0)
                if round_ >= 3:
                    wall.setdefault(kind, []).append(end - begin)
                    processor[kind] = processor.get(kind, 0.0) + used
    print(f"a batch of 32 pictures, {rounds} rounds in turn, one thread")
    for kind, times in wall.items():
        ratio = statistics.median(t / p for t, p in zip(times, wall[PLAIN], strict=True))
        print(
            f"  {kind:<14} {1000 * statistics.median(times):7.1f} ms, ratio {ratio:.3f}; "
            f"processor time {1000 * processor[kind] / rounds:7.1f} ms, "
            f"ratio {processor[kind] / processor[PLAIN]:.3f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    as_in_a_worker()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        torch.save(build("mobilenet_v3_small", 4).state_dict(), path)
        batches(path, options.rounds)
        starts(path, options.starts)


if __name__ == "__main__":
    main()
