"""Which layers work on this machine, and which rung of the ladder that makes.

| rung | layers | programs (TorchScript, .pt2) |
|---|---|---|
| `bubblewrap` | bubblewrap and seccomp, and Landlock where the kernel has it | with --allow-programs |
| `landlock` | Landlock and seccomp | with --allow-programs |
| `none` | limits, and what single layer there is | refused |

bubblewrap alone is no rung: it leaves programs to be started, memory to be filled through files, and the
kernel's less tried calls.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from hzbench.benchmark.checkpoints.sandbox import bubblewrap, folders, landlock, limits, seccomp
from hzbench.benchmark.checkpoints.sandbox.plan import NONE, Plan
from hzbench.benchmark.errors import CheckpointError, UsageError, closest

VARIABLE = "HZBENCH_SANDBOX"
"""Environment variable that names the rung to use; that rung or an error, never a weaker one."""

RUNGS: dict[str, tuple[str, ...]] = {
    "bubblewrap": ("bubblewrap", "seccomp"),
    "landlock": ("landlock", "seccomp"),
    NONE: (),
}
"""What each rung cannot do without, best first."""


class Layer(NamedTuple):
    """What was found out about one layer.

    Attributes:
        works: it can be applied here.
        found: its version, or why it cannot be applied.
        advice: what would make it work; empty where it works.
    """

    works: bool
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Sandbox:
    """How workers are confined on this machine.

    Attributes:
        layers: the layers to apply.
    """

    layers: tuple[str, ...]

    @property
    def name(self) -> str:
        """The layers in one word, such as `bubblewrap+landlock+seccomp`, or `none`."""
        return Plan(self.layers).name

    @property
    def rung(self) -> str:
        """The best rung whose layers are all here."""
        return next(rung for rung, needed in RUNGS.items() if set(needed) <= set(self.layers))

    @property
    def holds_programs(self) -> bool:
        """Whether a file that is a program may run in it."""
        return self.rung != NONE

    def plan(self, device: str = "cpu", writable: str | None = None) -> Plan:
        """Return what a worker is asked to apply.

        Args:
            device: "cpu", "cuda" or "mps".
            writable: a folder that it may write, or None.
        """
        graphics = device != "cpu"
        if not self.layers:
            return Plan(())
        return Plan(
            layers=self.layers,
            readable=folders.readable(graphics),
            devices=folders.devices(graphics),
            writable=writable,
            graphics=graphics,
            processes=limits.PROCESSES if "bubblewrap" in self.layers and _counts_namespaces() else None,
        )

    def command(self, plan: Plan) -> list[str]:
        """Return what goes before the worker's command line; empty without bubblewrap."""
        if "bubblewrap" not in self.layers:
            return []
        program = bubblewrap.find()
        if program is None:
            raise CheckpointError("bwrap has gone since it was tried. See: hzbench doctor")
        return bubblewrap.wrap(program, plan.readable, plan.devices, plan.writable, plan.graphics)


def choose() -> Sandbox:
    """Return the best sandbox of this machine, or the one that the environment variable asks for.

    Raises:
        UsageError: the variable names no rung, or one that is not reached here.
    """
    wanted = os.environ.get(VARIABLE, "auto")
    layers = probe()
    if wanted == "auto":
        return Sandbox(tuple(name for name, layer in layers.items() if layer.works))
    if wanted not in RUNGS:
        raise UsageError(f"{VARIABLE}={wanted}: no rung of the sandbox.{closest(wanted, ['auto', *RUNGS])}")
    missing = [name for name in RUNGS[wanted] if not layers[name].works]
    if missing:
        raise UsageError(
            f"{VARIABLE}={wanted}: {missing[0]} does not work here: {layers[missing[0]].found}. "
            f"{layers[missing[0]].advice}. See: hzbench doctor"
        )
    if wanted == NONE:
        return Sandbox(())
    return Sandbox(
        tuple(
            name
            for name, layer in layers.items()
            if layer.works and (name != "bubblewrap" or wanted == "bubblewrap")
        )
    )


@functools.cache
def probe() -> dict[str, Layer]:
    """Try each layer once, in a process of its own where it would last, and return what was found."""
    if sys.platform != "linux":
        why = Layer(
            False, f"needs Linux, this is {sys.platform}", "Run hzbench on Linux, be it in a virtual machine"
        )
        return dict.fromkeys(("bubblewrap", "landlock", "seccomp"), why)
    return {"bubblewrap": _bubblewrap(), "landlock": _landlock(), "seccomp": _seccomp()}


def _bubblewrap() -> Layer:
    program = bubblewrap.find()
    if program is None:
        return Layer(False, "bwrap is not installed", bubblewrap.INSTALL)
    failure = bubblewrap.try_out(program)
    if failure is not None:
        return Layer(False, f"{program} fails: {failure}", bubblewrap.advice())
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Layer(True, f"{version.stdout.strip() or 'bubblewrap'} ({program})")


def _landlock() -> Layer:
    return _tried(
        lambda: f"version {landlock.version()} of the kernel's interface",
        landlock.why_not,
        "Use a kernel with Landlock (5.13 or newer), booted with landlock in lsm=, or install bubblewrap",
    )


def _seccomp() -> Layer:
    return _tried(
        lambda: f"filter for {seccomp.check()}",
        lambda error: error.strerror or str(error),
        "Use a kernel with CONFIG_SECCOMP_FILTER on x86_64 or aarch64",
    )


def _tried(look: Callable[[], str], why_not: Callable[[OSError], str], advice: str) -> Layer:
    try:
        return Layer(True, look())
    except OSError as error:
        return Layer(False, why_not(error), advice)


def _counts_namespaces() -> bool:
    """Tell whether the kernel counts processes within a user namespace (Linux 5.14), not of all a user's."""
    release = os.uname().release.split(".")
    return (int(release[0]), int("".join(filter(str.isdigit, release[1]))[:3] or 0)) >= (5, 14)
