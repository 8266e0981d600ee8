"""How many cores this process may use: of the machine, of its affinity mask, and of its container."""

from __future__ import annotations

import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container with control groups v2: "<microseconds|max> <period>"


def usable_cores(quota: Path = QUOTA) -> int:
    """Return the number of cores that this process may use, at least 1.

    A container that may use two cores' time sees all of its host's; a worker for each of those would fill the
    memory and gain nothing.

    Args:
        quota: file that holds the container's share of processor time; ignored where it cannot be read.
    """
    # the mask exists on Linux alone
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        time, period = quota.read_text(encoding="ascii").split()
        return max(1, min(cores, round(int(time) / int(period))))
    except (OSError, ValueError, ZeroDivisionError):  # no such container, or "max"
        return cores
