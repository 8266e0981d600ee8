"""Write SD-HZ-C twice, once killed half-way and resumed, compare the trees byte by byte, and flip a bit.

One tree is written by one worker in one go. The other is written by one worker that is killed (SIGKILL) when
half of the cells are done, and finished by two workers. Both must be equal in every byte, manifest included.
Then one bit of one file is flipped, and `hzbench verify` must name that file and no other.

    python tests/benchmark/data/compare_exports.py --data sdhz-synth --format png --folder /scratch/sdhz-c

Both trees are deleted at the end. Exit 1 where anything is not as it must be.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

HZBENCH = [sys.executable, "-c", "from hzbench.benchmark.cli import main; main()"]
WORK_FOLDER = ".generating"


def tree(folder: Path) -> dict[str, str]:
    """Return {relative path: SHA-256} of every file."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def tree_digest(files: dict[str, str]) -> str:
    """Return the SHA-256 over a tree: a line `digest  path` for each file, sorted by path."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def generate(out: Path, options: argparse.Namespace, workers: int) -> subprocess.Popen[str]:
    """Start `hzbench generate`."""
    chosen = ["--cells", options.cells] if options.cells else []
    words = ["generate", "--data", options.data, "--out", str(out), "--format", options.format, *chosen]
    return subprocess.Popen(
        [*HZBENCH, *words, "--workers", str(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def finish(out: Path, options: argparse.Namespace, workers: int) -> str:
    """Run `hzbench generate` to its end and return what it prints."""
    process = generate(out, options, workers)
    line, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit(f"hzbench generate ended with exit code {process.returncode}")
    return line.strip()


def kill_half_way(out: Path, options: argparse.Namespace, cells: int) -> int:
    """Start `hzbench generate`, kill it when half of the cells are done, and return how many were.

    A small export can be finished before the kill arrives; then again, after fewer cells.
    """
    wanted = cells // 2
    while wanted > 0:
        process = generate(out, options, 1)
        while len(list(out.glob(f"{WORK_FOLDER}/*.sha256"))) < wanted and process.poll() is None:
            time.sleep(0.002)
        process.kill()
        process.communicate()
        if (out / WORK_FOLDER).is_dir() and not (out / "manifest.json").exists():
            return len(list(out.glob(f"{WORK_FOLDER}/*.sha256")))
        shutil.rmtree(out)
        wanted //= 2
    raise SystemExit("the run ended before it could be killed; take more pictures or cells")


def verify(out: Path) -> tuple[int, str]:
    """Return the exit code of `hzbench verify` and what it says."""
    run = subprocess.run([*HZBENCH, "verify", str(out)], capture_output=True, text=True, check=False)
    progress = (line for line in run.stderr.splitlines() if line.startswith("hzbench:"))
    return run.returncode, run.stdout.strip() or " ".join(progress)


def flip_a_bit(file: Path) -> None:
    """Flip bit 3 of the byte in the middle of a file."""
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        byte = stream.read(1)[0]
        stream.seek(-1, 1)
        stream.write(bytes([byte ^ 8]))


def main() -> None:
    """Compare, say what came of it, and exit with 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default="sdhz-synth", help="dataset: name or folder")
    parser.add_argument("--format", default="png", help="of the export")
    parser.add_argument("--cells", help="as hzbench generate --cells; default: all 75")
    parser.add_argument("--folder", type=Path, required=True, help="scratch folder for both trees")
    options = parser.parse_args()
    whole, resumed = options.folder / "whole", options.folder / "resumed"
    print(f"one worker, not killed: {finish(whole, options, 1)}", flush=True)
    cells = len(json.loads((whole / "manifest.json").read_bytes())["cells"])
    done = kill_half_way(resumed, options, cells)
    print(f"killed after {done} of {cells} cells", flush=True)
    print(f"resumed with two workers: {finish(resumed, options, 2)}", flush=True)
    first, second = tree(whole), tree(resumed)
    differing = [path for path in sorted({*first, *second}) if first.get(path) != second.get(path)]
    size = sum((whole / path).stat().st_size for path in first)
    print(
        f"{len(first):,} files, {size:,} bytes; tree digests {tree_digest(first)} and {tree_digest(second)}"
    )
    print(f"files that differ: {len(differing)} {differing[:5]}", flush=True)
    code, line = verify(resumed)
    print(f"verify, exit {code}: {line}", flush=True)
    pictures = sorted(path for path in second if "/" in path)
    victim = resumed / pictures[len(pictures) // 3]
    flip_a_bit(victim)
    flipped_code, flipped_line = verify(resumed)
    print(f"one bit of {victim} flipped; verify, exit {flipped_code}: {flipped_line}")
    shutil.rmtree(whole)
    shutil.rmtree(resumed)
    if differing or code != 0 or flipped_code != 1 or f": 1 differ: {victim}" not in flipped_line:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
