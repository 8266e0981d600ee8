"""Limits that hold on every rung: core dumps, sizes and numbers of files, processor time, memory, rights."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from pathlib import Path

FILE_SIZE = 1 << 20
"""Bytes that the worker may write to any one file: it has nothing to write."""

OPEN_FILES = 1024

PROCESSOR_S = 14 * 24 * 3600
"""Seconds of processor time: ends what nobody waits for any more; the host ends silence much earlier."""

PROCESSES = 512
"""Processes and threads in a worker's own user namespace."""

SPARE = 6 << 30
FOR_ACTIVATIONS = 2 << 30
"""Bytes for a batch of 32 pictures of 224 pixels; of the paper's networks VGG-16 takes most, 0.8 GiB."""

BYTES_A_FILE_BYTE = 6

NEAR = 0.75
"""Share of the limit of address space from which on failures may be due to it."""

_SET_PDEATHSIG = 1
_CAPABILITIES_VERSION_3 = 0x20080522
_READ_ANY = 1 << 2  # CAP_DAC_READ_SEARCH


def memory_budget(checkpoint_bytes: int, input_size: int = 224) -> int:
    """Return the bytes of address space that a worker may take beyond its libraries when nobody says.

    Args:
        checkpoint_bytes: size of the submitted file: it is held as read, as tensors and as the network, and
            float16 weights double.
        input_size: pixels on each side of the model's input.
    """
    activations = FOR_ACTIVATIONS * max(1.0, (input_size / 224) ** 2)
    return SPARE + int(activations) + BYTES_A_FILE_BYTE * checkpoint_bytes


def limit_memory(budget: int) -> None:
    """Allow `budget` bytes of address space beyond what is mapped by now (torch alone maps several GB)."""
    if sys.platform != "linux":  # elsewhere the limit does not hold, and what is mapped cannot be read
        return
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + budget)


def near_memory_limit() -> bool:
    """Tell whether this process has come near its limit of address space, which may be why it failed."""
    if sys.platform != "linux":
        return False
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    peak = next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmPeak:")), 0)
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return limit != resource.RLIM_INFINITY and peak > NEAR * limit


def limit(processes: int | None = None) -> None:
    """Set the limits that need no measure of the libraries, and give up all special rights.

    Args:
        processes: how many processes and threads this user may have; None for no limit.
    """
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, FILE_SIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing too much is then an error like any other
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    _lower(resource.RLIMIT_CPU, PROCESSOR_S)
    if processes is not None:
        _lower(resource.RLIMIT_NPROC, processes)
    if sys.platform == "linux":
        _drop_capabilities()


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, where the kernel can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL)


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError):  # macOS takes no limit below what is in use
        resource.setrlimit(what, (value, value))


def _drop_capabilities() -> None:
    """Give up what root may do beyond others, so that limits cannot be lifted again.

    Reading other users' files is kept: libraries may lie in a folder of someone else's, and which files may
    be read at all is Landlock's and bubblewrap's to say.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("<Ii", _CAPABILITIES_VERSION_3, 0)
    held = ctypes.create_string_buffer(24)  # effective, permitted, inheritable; then their upper halves
    if libc.capget(header, held) == 0:
        effective, permitted = struct.unpack_from("<2I", held.raw)
        kept = struct.pack("<6I", effective & _READ_ANY, permitted & _READ_ANY, 0, 0, 0, 0)
        if libc.capset(header, kept) == 0:
            return
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "capabilities")
