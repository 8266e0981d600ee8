"""Run the hostile set through hzbench: its static rules, then its worker; and through the plain loaders."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import forked
import plain_loaders
from hostile_case import ANY_REFUSAL, HARMLESS, Case
from hostile_originals import honest

from hzbench.benchmark.checkpoints.admission import admit
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.errors import CheckpointError

WORKER_LIMIT_S = 40.0
"""A program that loops for ever is stopped after this many seconds, most of which its start takes."""


@dataclass(frozen=True)
class Run:
    """What became of one case.

    Attributes:
        case: the file.
        verdict: the rule that refused it, `HARMLESS`, or what went wrong.
        admission: the outcome of the static rules.
        worker: what an admitted file's worker said; None where none was started.
        executed: the marker was there after admission and worker.
        right: the verdict is the one that the case must meet, and nothing was executed.
    """

    case: Case
    verdict: str
    admission: forked.Outcome
    worker: str | None
    executed: bool

    @property
    def right(self) -> bool:
        """The verdict is the one that the case must meet, and nothing was executed."""
        wanted = self.case.verdict
        is_rule = re.fullmatch(r"[a-z0-9-]+", self.verdict) is not None
        return not self.executed and (self.verdict == wanted or (wanted == ANY_REFUSAL and is_rule))


@contextlib.contextmanager
def folders() -> Iterator[tuple[Path, Path]]:
    """Yield a folder for markers and one to work in, thrown away afterwards."""
    base = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        for name in ("markers", "work"):
            (base / name).mkdir()
        yield base / "markers", base / "work"
    finally:
        shutil.rmtree(base, ignore_errors=True)


def verdict_of(path: Path) -> str:
    """Return the rule by which a file is refused, or `HARMLESS` where it is admitted."""
    try:
        admit(path)
    except CheckpointError as error:
        rule = re.search(r"refused by rule '([a-z0-9-]+)'", str(error))
        return rule[1] if rule else f"refused without a rule: {error}"
    return HARMLESS


def run_hzbench(case: Case, markers: Path, work: Path, with_worker: bool = True) -> Run:
    """Give a file to hzbench: the static rules in a warm child, then the worker where they admit it."""
    path = case.write(work)
    outcome = forked.run(lambda: verdict_of(path), work)
    verdict = outcome.detail if outcome.status == "returned" else f"{outcome.status}: {outcome.detail}"
    worker = _through_worker(path, markers) if verdict == HARMLESS and with_worker else None
    path.unlink()
    executed = any(markers.iterdir())
    _clear(markers)
    return Run(case, verdict, outcome, worker, executed)


def run_plain(case: Case, markers: Path, work: Path, trusting: bool) -> str:
    """Give a file to the plain loader; return executed, crashed, hung, loaded or raised."""
    path = case.write(work)
    outcome = forked.run(lambda: plain_loaders.load(path, case.format, trusting), work, 20.0, 4 << 30)
    executed = any(markers.iterdir())
    _clear(markers)
    _clear(work)
    if executed:
        return "executed"
    return {"returned": "loaded"}.get(outcome.status, outcome.status)


def warm() -> None:
    """Load an honest file of every format here, so that no child has to import anything."""
    with folders() as (_, work):
        for name, (_, data) in honest().items():
            path = work / f"{name}.pt2"
            path.write_bytes(data)
            plain_loaders.load(path, name, trusting=False)
            admit(path)


def _through_worker(path: Path, markers: Path) -> str:
    """Open an admitted file in its worker and run it over two pictures; return what came of it."""
    try:
        session = ModelSession(
            admit(path), None, Preprocessing(), 4, 1, answer_limit_s=WORKER_LIMIT_S, writable=str(markers)
        )
        with session:
            session.submit(0, 2)
            session.collect()
    except CheckpointError as error:
        return str(error)
    return "answered"


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
