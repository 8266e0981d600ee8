"""Evaluations on a disk that fails at a chosen operation, in this process and with an instant model."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple
from unittest import mock

from disturbances import OLD
from instant_model import instant_model
from workplace import Workplace, left_behind

from hzbench.benchmark.errors import HzbenchError
from hzbench.benchmark.workflows.evaluation import evaluate_model


class Operation(NamedTuple):
    """Something that was asked of the disk: create, write, fsync, rename, make folder."""

    what: str
    path: str


class FailingDisk:
    """Stands between Python and the disk for all that lies under one folder.

    Attributes:
        operations: what was asked so far.
    """

    def __init__(self, folder: Path, fail_at: int | None = None, *, full: bool = False) -> None:
        """Watch a folder.

        Args:
            folder: nothing outside it is counted or fails.
            fail_at: number of the operation that fails with EIO; None lets all succeed.
            full: the disk is full from that operation on: whatever needs space fails with ENOSPC.
        """
        self._folder = str(folder)
        self._fail_at = fail_at
        self._full = full
        self.operations: list[Operation] = []

    def asked(self, what: str, path: object) -> None:
        """Count an operation, and fail if its turn has come."""
        name = os.fspath(path) if isinstance(path, str | os.PathLike) else str(path)
        if not name.startswith(self._folder):
            return
        self.operations.append(Operation(what, Path(name).name))
        number = len(self.operations) - 1
        if self._fail_at is None or number < self._fail_at:
            return
        if self._full and what in ("create", "write", "make folder"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
        if number == self._fail_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)

    @contextlib.contextmanager
    def inserted(self) -> Iterator[None]:
        """Insert the disk for the length of the block; fsync is counted, and left out."""
        real = {name: getattr(os, name) for name in ("open", "fdopen", "fsync", "replace", "mkdir")}

        def opened(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            if flags & os.O_CREAT:
                self.asked("create", path)
            descriptor: int = real["open"](path, flags, *rest, **named)
            return descriptor

        def fdopened(descriptor: int, mode: str = "r", *rest: Any, **named: Any) -> Any:
            stream = real["fdopen"](descriptor, mode, *rest, **named)
            return Written(stream, self) if "w" in mode else stream

        def synced(descriptor: int) -> None:
            self.asked("fsync", _name(descriptor))

        def replaced(source: Any, target: Any) -> None:
            self.asked("rename", target)
            real["replace"](source, target)

        def made(path: Any, *rest: Any, **named: Any) -> None:
            self.asked("make folder", path)
            real["mkdir"](path, *rest, **named)

        with mock.patch.multiple(
            os, open=opened, fdopen=fdopened, fsync=synced, replace=replaced, mkdir=made
        ):
            yield


class Written:
    """A file whose writes are counted; one that fails leaves half of its bytes."""

    def __init__(self, stream: IO[bytes], disk: FailingDisk) -> None:
        """Wrap an open file."""
        self._stream = stream
        self._disk = disk

    def write(self, data: bytes) -> int:
        """Write, or half-write and fail."""
        try:
            self._disk.asked("write", _name(self._stream.fileno()))
        except OSError:
            self._stream.write(data[: len(data) // 2])
            raise
        return self._stream.write(data)

    def __enter__(self) -> Written:
        return self

    def __exit__(self, *error: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _name(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


class Trials:
    """Evaluations of one workplace on failing disks.

    Attributes:
        operations: what a sound run asks of the disk.
        endings: how many trials ended with an error, and how many went on since nothing depended on it.
    """

    def __init__(self, place: Workplace) -> None:
        """Evaluate once on a sound disk, and remember what was asked of it and what was written."""
        self._place = place
        self.endings: Counter[str] = Counter()
        disk = FailingDisk(place.folder)
        self._begin()
        self._evaluate(disk)
        self.operations = disk.operations
        self._expected = self._files()

    def problems(self, fail_at: int, *, full: bool) -> list[str]:
        """Evaluate on a disk that fails, then on a sound one with `--resume`; return what is wrong."""
        self._begin()
        found = []
        operation = self.operations[fail_at]
        disk = FailingDisk(self._place.folder, fail_at, full=full)
        try:
            self._evaluate(disk)
            self.endings["went on"] += 1
        except (OSError, HzbenchError):  # what the command line prints in one line
            self.endings["ended"] += 1
        for now, new in zip(self._files(), self._expected, strict=True):
            if now not in (OLD, new):
                found.append(f"{operation}: neither the older file nor the new one")
        kept = len(list(Path(f"{self._place.out}.run", "parts").glob("[!.]*.part")))
        notes = self._evaluate(FailingDisk(self._place.folder), resume=True)
        if kept and not any(note.startswith(f"{kept} of ") for note in notes):
            found.append(f"{operation}: not all of {kept} finished parts were taken up: {notes}")
        if self._files() != self._expected:
            found.append(f"{operation}: another result")
        if left_behind(self._place.out):
            found.append(f"{operation}: left behind {left_behind(self._place.out)}")
        return found

    def _begin(self) -> None:
        for folder in (self._place.out.parent, self._place.folder / "cache"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for path in (self._place.out, self._place.out.with_suffix(".npz")):
            path.write_bytes(OLD)

    def _files(self) -> tuple[bytes, bytes]:
        return self._place.out.read_bytes(), self._place.out.with_suffix(".npz").read_bytes()

    def _evaluate(self, disk: FailingDisk, *, resume: bool = False) -> tuple[str, ...]:
        """Evaluate, and return the notes; scores are computed once, for they are not what is tried."""
        with (
            mock.patch.dict(os.environ, HZBENCH_CACHE=str(self._place.folder / "cache")),
            instant_model(self._place.folder / "scored.json"),
            disk.inserted(),
        ):
            return evaluate_model(
                str(self._place.checkpoint),
                data=str(self._place.data),
                out=self._place.out,
                latency=False,
                resume=resume,
            ).notes
