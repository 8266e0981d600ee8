"""Memory that host and worker both see: a file without a name, of fixed size."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile


def create_region(label: str, size: int) -> int:
    """Return the descriptor of a new region of `size` zero bytes.

    On Linux it lives in memory and is sealed: the worker cannot cut it short, which would kill the host at
    its next access (see `man 2 memfd_create`). Elsewhere it is a deleted temporary file.
    """
    if sys.platform == "linux":
        descriptor = os.memfd_create(f"hzbench-{label}", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(descriptor, size)
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        return descriptor
    with tempfile.TemporaryFile(prefix=f"hzbench-{label}-") as stream:
        stream.truncate(size)
        return os.dup(stream.fileno())
