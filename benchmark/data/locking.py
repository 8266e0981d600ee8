"""One writer at a time: an advisory lock on a file, free again when its holder dies (`man 2 flock`)."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from hzbench.benchmark.errors import DataError


@contextlib.contextmanager
def exclusive(file: Path, *, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock `file` for the length of the block, and remove the file afterwards.

    Args:
        file: the lock; its folder is made if absent.
        waiting: called once when another process holds the lock, before waiting for it. Without it a held
            lock is an error.

    Raises:
        DataError: another process holds the lock and `waiting` is None.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _acquire(file, waiting)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(file: Path, waiting: Callable[[], None] | None) -> int:
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if waiting is None:
                    raise DataError(
                        f"{file.parent}: another hzbench process is writing here (lock {file.name}); "
                        "wait until it is done"
                    ) from None
                waiting()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _still_named(file, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the last holder removed the file that we waited for


def _still_named(file: Path, descriptor: int) -> bool:
    try:
        named = file.stat()
    except FileNotFoundError:
        return False
    held = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)
