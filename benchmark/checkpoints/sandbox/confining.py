"""The two steps of a worker's confinement: before anything is loaded, and before the checkpoint is opened."""

from __future__ import annotations

import tempfile

from hzbench.benchmark.checkpoints.sandbox import landlock, limits, seccomp
from hzbench.benchmark.checkpoints.sandbox.plan import NONE, Plan

_applied: list[Plan] = []


def confine(plan: Plan) -> None:
    """Apply the layers of a plan that a process applies to itself, while it has one thread and no libraries.

    Libraries are loaded inside; some make temporary files while they are, in the worker's private folder.

    Raises:
        OSError: the kernel refuses a layer; nothing may run then.
        RuntimeError: other threads run already.
    """
    private = tempfile.gettempdir()  # looked for and kept now, while one can be written
    limits.limit(plan.processes)
    if plan.die_with_parent:
        limits.die_with_parent()
    if "landlock" in plan.layers:
        landlock.restrict(plan.readable, plan.devices, [private, *filter(None, [plan.writable])])
    if "seccomp" in plan.layers:
        seccomp.restrict(plan.graphics)
    _applied.append(plan)


def seal(memory: int | None = None) -> None:
    """Take back what only loading libraries needed: no file can be made, written or removed from now on.

    Args:
        memory: bytes of address space that may be taken beyond what is mapped by now; None for no limit.

    Raises:
        OSError: the kernel refuses.
    """
    if memory is not None:
        limits.limit_memory(memory)
    for plan in _applied:
        if "seccomp" in plan.layers and plan.writable is None and not plan.graphics:
            seccomp.forbid_writing()


def reached() -> str:
    """Return the layers that confine this process, or `none`."""
    return _applied[-1].name if _applied else NONE
