"""Give hzbench many honest models and write how many it refused: `python tests/hostile/honest_report.py`.

Exit code 1 where an honest file was refused, or its worker could not run it.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import time
from collections import Counter
from pathlib import Path

import honest_models
import set_run
from hostile_case import HARMLESS
from report import PAGE

from hzbench.benchmark.checkpoints.admission import FORMATS, admit
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.errors import CheckpointError

BEGIN, END = "<!-- honest: begin -->", "<!-- honest: end -->"


def main() -> int:
    """Make, admit and run every file; print what failed; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    parser.add_argument("--networks", type=int, default=None, help="only so many")
    parser.add_argument(
        "--made", type=Path, help="a folder of whole networks made before, instead of making some"
    )
    parser.add_argument("--no-worker", action="store_true", help="static rules alone")
    options = parser.parse_args()
    networks = honest_models.NETWORKS[: options.networks]
    made, refused, ran, failed = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    start = time.monotonic()
    with set_run.folders() as (_, work):
        made_before = [honest_models.HonestFile(path.name, path, "") for path in _files_in(options.made)]
        made_now = honest_models.files(work, networks, whole=options.made is None)
        for file in itertools.chain(made_before, made_now):
            verdict = set_run.verdict_of(file.path)
            form = admit(file.path).format if verdict == HARMLESS else "refused"
            made[form] += 1
            print(f"{sum(made.values())} {file.title}: {verdict}", file=sys.stderr, flush=True)
            if verdict != HARMLESS:
                refused[form] += 1
                print(f"REFUSED {file.title}: {verdict}", flush=True)
            elif not options.no_worker:
                problem = in_worker(file)
                ran[form] += not problem
                failed[form] += bool(problem)
                if problem:
                    print(f"FAILED {file.title}: {problem}", flush=True)
            if file not in made_before:
                file.path.unlink()
    lines = [
        "| format | honest files | refused by a rule | ran in the worker | did not run |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for form in [*FORMATS, "refused"]:
        if made[form]:
            title = FORMATS[form].title if form in FORMATS else "any"
            lines.append(f"| {title} | {made[form]} | {refused[form]} | {ran[form]} | {failed[form]} |")
    totals = (sum(counter.values()) for counter in (made, refused, ran, failed))
    lines.append("| " + " | ".join(["**all**", *(f"**{total}**" for total in totals)]) + " |")
    minutes = (time.monotonic() - start) / 60
    lines += ["", f"Networks of torchvision and timm with random weights, {minutes:.0f} minutes."]
    print("\n".join(lines))
    if options.write:
        write("\n".join(lines))
    return 1 if sum(refused.values()) + sum(failed.values()) else 0


def _files_in(folder: Path | None) -> list[Path]:
    return [] if folder is None else sorted(path for path in folder.iterdir() if path.is_file())


def in_worker(file: honest_models.HonestFile) -> str:
    """Run an admitted file over two pictures in its worker; return what went wrong, or nothing."""
    checkpoint = admit(file.path)
    weights = checkpoint.format in {"torch-zip", "torch-legacy", "safetensors"}
    size = 299 if file.architecture == "inception_v3" else 224
    architecture = file.architecture if weights else None
    try:
        with ModelSession(checkpoint, architecture, Preprocessing(input_size=size), 4, 1) as session:
            session.submit(0, 2)
            _, logits = session.collect()
    except CheckpointError as error:
        return str(error)
    return "" if logits.shape == (2, 4) else f"logits of shape {logits.shape}"


def write(table: str) -> None:
    """Put the table between its markers on the page."""
    text = PAGE.read_text(encoding="utf-8")
    block = f"{BEGIN}\n{table}\n{END}"
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: block, text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
