"""Run the whole hostile set: `python tests/hostile/report.py`; `--write` puts its table into the page.

Exit code 1 where a payload was executed, the host crashed or hung, or a verdict was wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

import set_run
from hostile_case import HARMLESS
from hostile_originals import honest
from hostile_set import SEED, cases

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security-hostile.md"
BEGIN, END = "<!-- hostile: begin -->", "<!-- hostile: end -->"
TITLES = {
    "state_dict": "state_dict (.pt)",
    "legacy": "state_dict (.pt before PyTorch 1.6)",
    "safetensors": "safetensors",
    "onnx": "ONNX",
    "torchscript": "TorchScript",
    "pt2": "torch.export (.pt2)",
    "other": "other files under a checkpoint's name",
}
CONTROL = ("executed", "crashed", "hung", "loaded")


def main() -> int:
    """Run everything, print one line a wrong case, write the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    parser.add_argument("--no-control", action="store_true", help="leave the plain loaders out")
    options = parser.parse_args()
    set_run.warm()
    start = time.monotonic()
    runs: list[set_run.Run] = []
    plain: dict[bool, Counter[tuple[str, str]]] = {False: Counter(), True: Counter()}
    with set_run.folders() as (markers, work):
        wrong_controls = check_honest(markers, work)
        for case in cases(markers, options.seed):
            run = set_run.run_hzbench(case, markers, work)
            runs.append(run)
            if not run.right:
                print(f"WRONG {case.name}: {run.verdict}, wanted {case.verdict}; executed: {run.executed}")
            if run.worker is not None:
                print(f"worker: {case.name}: {run.worker}", flush=True)
            for trusting in () if options.no_control else (False, True):
                outcome = set_run.run_plain(case, markers, work, trusting)
                plain[trusting][case.format, outcome] += 1
                if outcome in {"crashed", "hung"}:
                    print(f"plain: {case.name}: {outcome}", flush=True)
    table = render(runs, plain, time.monotonic() - start)
    print(table)
    if options.write:
        write(table)
    broken = [run for run in runs if not run.right or run.admission.status != "returned"]
    return 1 if broken or wrong_controls else 0


def check_honest(markers: Path, work: Path) -> int:
    """Give hzbench the honest files that the set was made from; return how many it does not admit."""
    refused = 0
    for name, (form, data) in honest().items():
        path = work / name
        path.write_bytes(data)
        verdict = set_run.verdict_of(path)
        path.unlink()
        if verdict != HARMLESS:
            refused += 1
            print(f"WRONG honest {name} ({form}): {verdict}")
    return refused


def render(runs: list[set_run.Run], plain: dict[bool, Counter[tuple[str, str]]], seconds: float) -> str:
    """Return the tables as Markdown."""
    lines = [
        "| files | made | refused by a rule | admitted, harmless | executed | host crashed or hung | wrong |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for form in [*TITLES, ""]:
        chosen = [run for run in runs if form in (run.case.format, "")]
        admitted = sum(run.verdict == HARMLESS for run in chosen)
        host = sum(run.admission.status in {"crashed", "hung"} for run in chosen)
        counts = (
            len(chosen),
            len(chosen) - admitted - host,
            admitted,
            sum(run.executed for run in chosen),
            host,
            sum(not run.right for run in chosen),
        )
        lines.append(_row(TITLES.get(form, "all"), counts))
    lines += ["", *_control(runs, plain)] if any(plain.values()) else []
    slowest = max(runs, key=lambda run: run.admission.seconds)
    rules = Counter(run.verdict for run in runs if run.verdict != HARMLESS)
    named = ", ".join(f"`{rule}` {count}" for rule, count in sorted(rules.items()))
    lines += [
        "",
        f"Rules that refused, and how many files: {named}.",
        "",
        f"Slowest check: {slowest.case.name}, {slowest.admission.seconds:.1f} s. "
        f"All: {seconds / 60:.0f} minutes.",
    ]
    return "\n".join(lines)


def _control(runs: list[set_run.Run], plain: dict[bool, Counter[tuple[str, str]]]) -> list[str]:
    """The same files and the plain loaders."""
    lines = [
        "| the same files, loaded plainly | executed | crashed | hung | loaded without a word |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for trusting, title in ((False, "defaults"), (True, "`weights_only=False`")):
        for form in [*TITLES, ""]:
            if trusting and form not in {"state_dict", "legacy", "other", ""}:
                continue
            counts = [
                sum(
                    count
                    for (of, outcome), count in plain[trusting].items()
                    if of == (form or of) and outcome == kind
                )
                for kind in CONTROL
            ]
            lines.append(_row(f"{TITLES.get(form, 'all')}, {title}", counts))
    return lines


def _row(title: str, counts: tuple[int, ...] | list[int]) -> str:
    cells = [f"{count:,}" for count in counts]
    if title.startswith("all"):
        title, cells = f"**{title}**", [f"**{cell}**" for cell in cells]
    return f"| {title} | {' | '.join(cells)} |"


def write(table: str) -> None:
    """Put the table between the page's markers."""
    text = PAGE.read_text(encoding="utf-8")
    block = f"{BEGIN}\n{table}\n{END}"
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: block, text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
