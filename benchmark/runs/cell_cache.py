"""Finished parts of all runs, in the cache folder: the same cell is never computed twice.

A file is found by the key of its part, in which everything stands that can move one of its bits, and counts
only when its content agrees with its digest. So a wrong hit is impossible, and a damaged file is a part that
is computed again. Nothing depends on the cache: where it cannot be written, a run goes on without it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from hzbench.benchmark.durable import cache_folder, write_bytes
from hzbench.benchmark.runs.parts import Part, sealed, unsealed

FOLDER = "cells"  # in the cache folder
LIMIT_BYTES = 512 * 2**20  # on the disk; a cell of 480 pictures and 4 classes takes 8 kB, a run 0.6 MB
_KEPT_SHARE = 0.8  # of the limit, once it is passed


class CellCache:
    """The cache of finished parts.

    Attributes:
        title: as a store of parts.
        problem: why parts could not be written; None as long as they could.
    """

    title = "the cache"

    def __init__(self, folder: Path | None = None, limit_bytes: int = LIMIT_BYTES) -> None:
        """Use a folder, by default `cells` in hzbench's cache folder; nothing is made yet.

        Args:
            folder: where the files lie.
            limit_bytes: what `prune` leaves at most.
        """
        self._folder = cache_folder() / FOLDER if folder is None else folder
        self._limit_bytes = limit_bytes
        self._written = False
        self.problem: str | None = None

    def get(self, part: Part) -> bytes | None:
        """Return a part, None where there is none; a damaged file is removed."""
        path = self._path(part)
        try:
            content = unsealed(part, path.read_bytes())
        except OSError:  # absent, or of another user
            return None
        except ValueError:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):  # a cache that can only be read
            os.utime(path)  # the oldest are pruned first, by their last use
        return content

    def put(self, part: Part, content: bytes) -> None:
        """Write a part, whole or not at all; a failure is remembered and ends the writing."""
        if self.problem is not None:
            return
        try:
            write_bytes(self._path(part), sealed(part, content), flushed=False)
            self._written = True
        except OSError as error:
            self.problem = str(error)

    def prune(self) -> None:
        """Remove the parts that were not used for the longest time, once all take more than the limit."""
        if not self._written:
            return
        files = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):  # another process prunes too
                status = path.stat()
                files.append((status.st_mtime, status.st_blocks * 512, path))
        total = sum(size for _, size, _ in files)
        if total <= self._limit_bytes:
            return
        for _, size, path in sorted(files):
            if total <= _KEPT_SHARE * self._limit_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size

    def _path(self, part: Part) -> Path:
        return self._folder / part.key[:2] / f"{part.key}.part"
