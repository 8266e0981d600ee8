"""Print what a build of many pictures takes in memory and time: python tests/benchmarks/building.py.

Small JPEGs are invented in a temporary folder, and built in processes of their own: a tenth of them by one
worker and by two, taking turns, then a tenth and all of them by as many as the machine has cores.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CLASSES = ("acne", "herpes_zoster", "tinea", "other")
ROUNDS = 3

BUILD = """
import json, resource, sys, time
from pathlib import Path
from hzbench.benchmark.data.building.building import build_dataset
from hzbench.benchmark.data.sources import SOURCES
source, out, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) or None
started = time.perf_counter()
report = build_dataset(SOURCES["folder"].read(source, {}), out, name="many", workers=workers)
wall = time.perf_counter() - started
mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({
    "read": report.read, "kept": len(report.kept), "near": len(report.near_duplicates), "wall": wall,
    "cpu_parent": mine.ru_utime + mine.ru_stime, "cpu_workers": theirs.ru_utime + theirs.ru_stime,
    "mb_parent": mine.ru_maxrss / 1024, "mb_worker": theirs.ru_maxrss / 1024,
}))
"""


def invent(folder: str, first: int, last: int) -> None:
    """Write JPEGs of 240 x 180 smooth random colours, a few kilobytes each."""
    for number in range(first, last):
        coarse = np.random.default_rng(number).integers(0, 256, (9, 12, 3), dtype=np.uint8)
        file = Path(folder) / CLASSES[number % 4] / f"{number}.jpg"
        Image.fromarray(coarse).resize((240, 180), Image.Resampling.BICUBIC).save(file, quality=85)


def source(folder: Path, pictures: int) -> Path:
    """Return a folder of that many pictures."""
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
    step = max(1, pictures // 20)
    with ProcessPoolExecutor(2) as pool:
        jobs = [
            pool.submit(invent, str(folder), first, min(first + step, pictures))
            for first in range(0, pictures, step)
        ]
        for job in jobs:
            job.result()
    return folder


def build(folder: Path, out: Path, workers: int = 0) -> dict[str, Any]:
    """Build in a fresh process and return what it took; 0 workers: as many as there are cores."""
    command = [sys.executable, "-c", BUILD, str(folder), str(out), str(workers)]
    answer: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    subprocess.run(["rm", "-rf", str(out)], check=True)
    return answer


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=20_000)
    pictures = parser.parse_args().pictures
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        few, many = source(root / "few", pictures // 10), source(root / "many", pictures)
        build(few, root / "out")  # kernels compiled, files in the machine's cache
        ratios = []
        for _ in range(ROUNDS):
            one, two = (build(few, root / "out", workers)["wall"] for workers in (1, 2))
            ratios.append(one / two)
        print(f"two workers: {statistics.median(ratios):.2f} x one ({min(ratios):.2f} to {max(ratios):.2f})")
        for folder in (few, many):
            took = build(folder, root / "out")
            print(
                f"{took['read']:>6,} pictures: {took['wall']:.0f} s, "
                f"CPU {took['cpu_workers']:.0f} s in workers and {took['cpu_parent']:.0f} s in the parent; "
                f"at most {took['mb_worker']:.0f} MB a worker and "
                f"{took['mb_parent']:.0f} MB in the parent; {took['near']} near duplicates"
            )


if __name__ == "__main__":
    main()
