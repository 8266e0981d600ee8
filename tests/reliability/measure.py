"""Disturb evaluations many times, and put what came of it into docs/reliability.md.

`tox -e reliability` disturbs as often as docs/reliability.md says; `--share 0.1` a tenth of that. The exit
code is 1 where anything was lost, doubled, left behind or unsaid.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from disk_errors import Trials
from disturbances import KINDS, Sequel, Tally
from workplace import make_workplace

from hzbench.benchmark.durable import write_text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
SIGNALS = {"SIGKILL": 100, "SIGTERM": 50, "SIGINT": 50}
"""To processes with an instant model, whose time goes into reading and writing."""

WHOLE = {"SIGKILL": 10, "SIGTERM": 5, "SIGINT": 5, "worker killed": 25, "worker out of memory": 25}
"""To processes with a sandboxed worker, pictures that are corrupted, and scores."""

ROUND = 5  # disturbances of all kinds, in random order, after which a run is completed
ENDS = 40  # operations at the beginning and at the end of a run, each of which always fails once
MEMORY_DISK = Path("/dev/shm")  # what is flushed to it costs nothing


def main() -> int:
    """Measure, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the signals to an instant model")
    parser.add_argument("--whole-share", type=float, default=1.0, help="of the disturbances of a whole run")
    parser.add_argument("--disk-share", type=float, default=1.0, help="of the disk operations in mid-run")
    parser.add_argument("--minutes", type=float, default=1e6, help="disturb no more processes after so long")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    options = parser.parse_args()
    base = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="hzbench-reliability-", dir=base) as folder:
        place = make_workplace(Path(folder))
        rows, problems = [], []
        end = time.monotonic() + 60 * options.minutes
        for counts, instant, share in ((SIGNALS, True, options.share), (WHOLE, False, options.whole_share)):
            if share:
                wanted = {name: max(1, round(times * share)) for name, times in counts.items()}
                sequel = Sequel(place, options.seed, instant=instant)
                found = _disturbed(sequel, wanted, options.seed, end, "instant" if instant else "sandboxed")
                rows += found[0]
                problems += found[1]
                print(_table(found[0]), *found[1], sep="\n", flush=True)
        if options.disk_share:
            found = _disk_errors(Trials(place), options.disk_share)
            rows += found[0]
            problems += found[1]
    table = _table(rows)
    print(table, end="")
    for problem in problems:
        print(f"PROBLEM {problem}")
    if options.write:
        _write(table)
    return 1 if problems else 0


def _disturbed(
    sequel: Sequel, counts: dict[str, int], seed: int, end: float, model: str
) -> tuple[list[list[str]], list[str]]:
    """Disturb processes until `end` on the monotonic clock; return rows of the table, and problems."""
    waiting = [KINDS[name] for name, times in counts.items() for _ in range(times)]
    random.Random(seed).shuffle(waiting)
    tallies = {name: Tally() for name in counts}
    completed = Tally()
    for start in range(0, len(waiting), ROUND):
        if time.monotonic() > end:
            break
        chain = [(kind, tallies[kind.name]) for kind in waiting[start : start + ROUND]]
        sequel.disturb(chain, completed, cache=start // ROUND % 2 == 1)
        times = ", ".join(f"{name} {tally.disturbed}" for name, tally in tallies.items())
        _say(f"{model} model: {times}; {completed.runs} runs completed")
    rows = [
        [f"{KINDS[name].title}, {model} model", str(tally.disturbed), "continued", str(len(tally.problems))]
        for name, tally in tallies.items()
    ]
    rows.append(
        [f"runs of these, {model} model", "", f"{completed.runs} completed", str(len(completed.problems))]
    )
    return rows, [problem for tally in (*tallies.values(), completed) for problem in tally.problems]


def _disk_errors(trials: Trials, share: float) -> tuple[list[list[str]], list[str]]:
    """Fail at every operation; return rows of the table, and problems."""
    rows, problems = [], []
    count = len(trials.operations)
    chosen = sorted({*range(0, count, max(1, round(1 / share))), *range(ENDS), *range(count - ENDS, count)})
    kinds = Counter(trials.operations[number].what for number in chosen)
    said = ", ".join(f"{count} x {what}" for what, count in kinds.items())
    for title, full in (("disk full (ENOSPC) from an operation on", True), ("disk error (EIO) once", False)):
        found: list[str] = []
        before = Counter(trials.endings)
        for number in chosen:
            found += trials.problems(number, full=full)
            if number % 50 == 0:
                _say(f"{title}: operation {number} of {len(trials.operations)}, {len(found)} problems")
        endings = trials.endings - before
        outcome = f"{endings['ended']} ended and were continued, {endings['went on']} went on"
        rows.append([f"{title}: {said}", str(len(chosen)), outcome, str(len(found))])
        problems += [f"{title}: {problem}" for problem in found]
    return rows, problems


def _table(rows: list[list[str]]) -> str:
    """Return the table in Markdown, with where and when it was measured."""
    head = ["disturbance", "times", "what came of it", "lost, doubled, left behind or unsaid"]
    lines = [head, ["---"] * len(head), *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return f"{table}\nMeasured {day}, {platform.system()}, Python {platform.python_version()}.\n"


def _write(table: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    write_text(PAGE, f"{before}{BEGIN}{table}{END}{after}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
