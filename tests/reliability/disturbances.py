"""Disturb evaluations at random moments, continue them, and say what was lost."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attempts import Attempt, Ended, workers_end, workers_running
from workplace import Workplace, comparable, left_behind

OLD = b"an older result\n"
PARTS = 81  # of a run here; how many, only the moments depend on


def send(number: int) -> Callable[[Attempt, Workplace, random.Random], bool]:
    """Return a disturbance that sends a signal to the host."""

    def disturb(attempt: Attempt, place: Workplace, chance: random.Random) -> bool:
        attempt.send(number)
        return True

    return disturb


def kill_worker(attempt: Attempt, place: Workplace, chance: random.Random) -> bool:
    """Kill one of the processes that the worker consists of, as the kernel does when memory runs out."""
    running = workers_running(place)
    if running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(running), signal.SIGKILL)
    return bool(running)


def starve_worker(attempt: Attempt, place: Workplace, chance: random.Random) -> bool:
    """Leave the worker no address space, so that its next allocation fails."""
    running = workers_running(place)
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, 1 << 20))
    return bool(running)


@dataclass(frozen=True)
class Kind:
    """A kind of disturbance.

    Attributes:
        name: key of `KINDS`.
        title: for tables.
        disturb: does it; False where there was nothing to disturb.
        code: exit code that it must end in.
        silent: whether the process cannot say anything any more.
        share: of a run's duration, in which it falls.
    """

    name: str
    title: str
    disturb: Callable[[Attempt, Workplace, random.Random], bool]
    code: int
    silent: bool = False
    share: float = 1.0


KINDS = {
    kind.name: kind
    for kind in (
        Kind("SIGKILL", "SIGKILL", send(signal.SIGKILL), -signal.SIGKILL, silent=True),
        Kind("SIGTERM", "SIGTERM", send(signal.SIGTERM), 143),
        Kind("SIGINT", "SIGINT (Ctrl-C)", send(signal.SIGINT), 130),
        Kind("worker killed", "worker killed", kill_worker, 4, share=0.6),
        Kind("worker out of memory", "worker out of memory", starve_worker, 4, share=0.6),
    )
}


@dataclass
class Tally:
    """What came of disturbances.

    Attributes:
        disturbed: attempts that were ended.
        runs: runs that were completed, byte-identical to an undisturbed one.
        problems: everything that was not as promised.
    """

    disturbed: int = 0
    runs: int = 0
    problems: list[str] = field(default_factory=list)


class Sequel:
    """Attempts at one run after the other, in one workplace."""

    def __init__(self, place: Workplace, seed: int, *, instant: bool = False) -> None:
        """Run once without disturbance, and remember what that writes and how long it takes.

        Args:
            place: where to evaluate.
            seed: of the random moments.
            instant: with a model that answers in no time, without a worker.
        """
        self._place = place
        self._instant = instant
        self._chance = random.Random(seed)
        for _ in range(
            2 if instant else 1
        ):  # the first one of an instant model is scored, later ones are not
            attempt = Attempt(place, "--no-cache", instant=instant)
            ended = attempt.wait()
        assert ended.code == 0, ended.lines
        self._span_s = time.monotonic() - attempt.started
        self._expected = comparable(place.out)

    def disturb(self, kinds: Sequence[tuple[Kind, Tally]], completed: Tally, *, cache: bool = False) -> None:
        """Disturb one attempt after the other, each continuing the last, and complete the run in the end.

        Args:
            kinds: how, in this order, each with a tally of what came of it.
            completed: tally of the runs that were completed.
            cache: use a cache of finished cells, empty when a run begins.
        """
        options = ("--resume",) if cache else ("--resume", "--no-cache")
        environment = {"HZBENCH_CACHE": str(self._place.folder / "cache")}
        self._begin()
        parts = 0
        waiting = list(kinds)
        while waiting:
            kind, tally = waiting[0]
            attempt = Attempt(self._place, *options, environment=environment, instant=self._instant)
            rest = self._span_s * (1 - 0.8 * parts / PARTS)  # about what is left with so many parts done
            time.sleep(self._chance.uniform(0, kind.share * rest))
            found = kind.disturb(attempt, self._place, self._chance)
            ended = attempt.wait()
            if ended.code == 0:
                self._check_complete(ended, completed)
                self._begin()
                parts = 0
                continue
            if not found:
                tally.problems.append(f"ended by itself with {ended.code}: {ended.lines[-1:]}")
                break
            waiting.pop(0)
            tally.disturbed += 1
            now = len(self._parts())
            tally.problems += self._problems(kind, ended, parts, now)
            parts = now
        last = Attempt(self._place, *options, environment=environment, instant=self._instant)
        self._check_complete(last.wait(), completed)

    def _begin(self) -> None:
        """Put an older result in the place of the new one, and empty the cache."""
        for folder in (self._place.out.parent, self._place.folder / "cache"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for path in (self._place.out, self._place.out.with_suffix(".npz")):
            path.write_bytes(OLD)

    def _parts(self) -> list[Path]:
        return list(Path(f"{self._place.out}.run", "parts").glob("[!.]*.part"))

    def _problems(self, kind: Kind, ended: Ended, before: int, now: int) -> list[str]:
        """Return what is wrong after a disturbance."""
        found = []
        if ended.code != kind.code:
            found.append(f"exit code {ended.code} instead of {kind.code}: {ended.lines[-3:]}")
        elif not kind.silent:
            # each attempt has --resume in its command; one that ends before it opens the run may say so
            advice = ["add --resume to the command"]
            if now == before:
                advice += ["run the same command again", self._place.checkpoint.name]
            if not any(words in ended.verdict for words in advice):
                found.append(f"no single line that says one of {advice}: {ended.lines[-3:]}")
        if now < before:
            found.append(f"{before - now} finished parts were lost")
        if kind.code == 4 and now and self._told()["state"] != "failed":
            found.append("the run folder does not say that the run failed")
        if not self._older_or_new():
            found.append("the older result is damaged")
        if not workers_end(self._place):
            found.append("a worker went on")
        return found

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(Path(f"{self._place.out}.run", "progress.json").read_bytes())
        return told

    def _older_or_new(self) -> bool:
        """Return whether each file is whole: the older one, or the new one."""
        out, beside = self._place.out, self._place.out.with_suffix(".npz")
        document = out.read_bytes() == OLD or comparable(out)[0] == self._expected[0]
        return document and beside.read_bytes() in (OLD, self._expected[1])

    def _check_complete(self, ended: Ended, tally: Tally) -> None:
        """Count a run that ended well and wrote what an undisturbed one does."""
        if ended.code != 0:
            tally.problems.append(f"not continued: exit code {ended.code}: {ended.lines[-1:]}")
        elif comparable(self._place.out) != self._expected:
            tally.problems.append("another result than that of an undisturbed run")
        elif left_behind(self._place.out):
            tally.problems.append(f"left behind: {left_behind(self._place.out)}")
        else:
            tally.runs += 1
