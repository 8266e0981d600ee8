"""Print what two threads, and two processes, gain over one: python tests/benchmarks/scaling.py.

Each round gives every worker the same number of fresh pictures, all 75 cells each; one and two workers take
turns, so that both see the same machine. Printed is the median ratio of pictures a second.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import numpy as np

from hzbench.corruptions import corrupt_all

PICTURES = 6  # a worker and round
ROUNDS = 7


def work(first: int) -> int:
    """Corrupt some pictures that nobody has corrupted before, in all 75 ways."""
    base = np.random.default_rng(0).integers(0, 256, (14, 14, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    cells = 0
    for number in range(first, first + PICTURES):
        picture = base.copy()
        picture[0, :4, 0] = np.frombuffer(np.int32(number).tobytes(), np.uint8)
        cells += sum(1 for _ in corrupt_all(picture))
    return cells


def seconds(pool: Executor, workers: int, first: int) -> float:
    """Return the time in which `workers` of a pool do the work side by side."""
    started = time.perf_counter()
    list(pool.map(work, [first + 1000 * worker for worker in range(workers)]))
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    kinds: dict[str, Callable[[], Executor]] = {
        "threads": partial(ThreadPoolExecutor, 2),
        "processes": partial(ProcessPoolExecutor, 2),
    }
    for kind, make in kinds.items():
        with make() as pool:
            seconds(pool, 2, 10**6)  # kernels compiled and loaded
            ratios = []
            for number in range(ROUNDS):
                one = seconds(pool, 1, 10_000 * number)
                two = seconds(pool, 2, 10_000 * number + 5_000)
                ratios.append(2 * one / two)
        print(
            f"2 {kind}: {statistics.median(ratios):.2f} x one (from {min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()
