"""The folder of a run: what it is of, and the journal of what is done, so that a kill loses next to nothing.

`OUT.run/` lies beside the document OUT that the run will write, and exists as long as the run is unfinished:

- `run.json`: what the run is of; a run of something else never mixes with it.
- `parts/`: one file for each finished part, written durably before the part counts as done.
- `progress.json`: how far the run is, for others to read; a hint that nothing depends on.
- `lock`: held while a process works on the run, free again when that process dies.
"""

from __future__ import annotations

import contextlib
import glob
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.durable import json_bytes, write_bytes
from hzbench.benchmark.errors import DataError, UsageError
from hzbench.benchmark.runs.differences import differences
from hzbench.benchmark.runs.parts import Facts, Part, sealed, unsealed

SCHEMA = "hzbench.run/1"
State = Literal["running", "interrupted", "failed"]

_DOCUMENT, _PARTS, _PROGRESS, _LOCK, _FINISHED = "run.json", "parts", "progress.json", "lock", "finished"


def run_folder(out: Path) -> Path:
    """Return the folder of the run that writes the document `out`: its name with `.run` appended."""
    return out.with_name(f"{out.name}.run")


class RunFolder:
    """The folder of a run that this process holds.

    Attributes:
        title: as a store of parts.
        folder: where it lies.
        total: parts of the whole run.
        resumed: parts that were done when it was opened.
    """

    title = "the interrupted run"

    def __init__(self, folder: Path, total: int) -> None:
        """Use a folder that is locked and holds a run document; see `open_run`.

        Args:
            folder: of the run.
            total: parts of the whole run.
        """
        self.folder = folder
        self.total = total
        self._done: set[str] = set()
        self.resumed = len(_finished_parts(folder))

    def get(self, part: Part) -> bytes | None:
        """Return a finished part; what is absent or damaged is computed again."""
        try:
            return unsealed(part, self._path(part).read_bytes())
        except (OSError, ValueError):
            return None

    def put(self, part: Part, content: bytes) -> None:
        """Write a part durably.

        Raises:
            OSError: the disk is full or fails; what was written before is intact.
        """
        write_bytes(self._path(part), sealed(part, content))

    def finished(self, part: Part) -> None:
        """Count a part as done, and tell those who look into the folder."""
        self._done.add(part.key)
        self._tell("running")

    def leave(self, error: BaseException) -> None:
        """Say in the folder and on the error how the run is continued; remove a run with nothing done."""
        if not _finished_parts(self.folder):
            self.remove()
            return
        interrupted = isinstance(error, KeyboardInterrupt)
        self._tell("interrupted" if interrupted else "failed", "" if interrupted else str(error))
        done = max(len(self._done), self.resumed)
        kept = f"{done} of {self.total} parts are kept in {self.folder}"
        error.add_note(f"{kept}; to continue, add --resume to the command.")

    def remove(self) -> None:
        """Remove all but the lock; where that fails half-way, the next run knows that this one is over."""
        with contextlib.suppress(OSError):
            (self.folder / _FINISHED).touch()
            _clear(self.folder)

    def _path(self, part: Part) -> Path:
        return self.folder / _PARTS / part.file_name

    def _tell(self, state: State, reason: str = "") -> None:
        told = {"state": state, "parts_done": len(self._done), "parts": self.total, "reason": reason}
        with contextlib.suppress(OSError):  # a hint; on a full disk the next part says so
            write_bytes(self.folder / _PROGRESS, json_bytes(told), flushed=False)


@contextlib.contextmanager
def open_run(out: Path, of: Facts, total: int, *, resume: bool) -> Iterator[RunFolder]:
    """Hold the folder of a run for the length of the block, and remove it when the block ends well.

    Args:
        out: the document that the run will write.
        of: what the run is of.
        total: parts of the whole run.
        resume: continue an interrupted run; with none there, a new one is started.

    Raises:
        UsageError: another process works on the run; an interrupted run is there and `resume` is not set; or
            what is there is of something else. Nothing is changed then.
        OSError: the folder cannot be written.
    """
    folder = run_folder(out)
    with contextlib.ExitStack() as stack:
        try:
            stack.callback(_remove_empty, folder)
            stack.enter_context(exclusive(folder / _LOCK))
        except DataError as cause:
            raise UsageError(
                f"{out}: another hzbench process is writing this result (it holds {folder / _LOCK}); "
                "wait until it is done, or give --out another name"
            ) from cause
        for name in (out.name, out.with_suffix(".npz").name):  # of a process that was killed while it wrote
            for leftover in out.parent.glob(f".{glob.escape(name[:80])}.*.part"):
                leftover.unlink(missing_ok=True)
        _begin(folder, of, resume)
        run = RunFolder(folder, total)
        try:
            yield run
        except BaseException as error:
            run.leave(error)
            raise
        run.remove()


def _begin(folder: Path, of: Facts, resume: bool) -> None:
    """Take an interrupted run of the same up, or start a new one in an empty folder."""
    if (folder / _FINISHED).exists():
        _clear(folder)
    _remove_leftovers(folder)
    done = _finished_parts(folder)
    if not done:
        _refuse_foreign(folder)
        write_bytes(folder / _DOCUMENT, json_bytes({"schema": SCHEMA, "of": dict(of)}))
        return
    found = differences(_read_document(folder), json.loads(json_bytes(dict(of))))
    if found:
        raise UsageError(
            f"{folder}: an interrupted run of something else ({found}). Nothing in it was changed; "
            "give --out another name, or delete that folder"
        )
    if not resume:
        raise UsageError(
            f"{folder}: an interrupted run of the same, {len(done)} parts done. Continue it with --resume, "
            "or delete that folder to start afresh"
        )


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything but what a run writes before its first part.

    Raises:
        UsageError: names the first foreign entry.
    """
    own = {_LOCK, _DOCUMENT, _PROGRESS}
    foreign = sorted(path.name for path in folder.iterdir() if path.name not in own and path.name != _PARTS)
    foreign += sorted(f"{_PARTS}/{path.name}" for path in (folder / _PARTS).glob("*"))
    if foreign:
        raise UsageError(
            f"{folder}: no run of hzbench, for it holds {foreign[0]}. Nothing in it was changed; move it "
            "away, or give --out another name"
        )


def _read_document(folder: Path) -> dict[str, Any]:
    """Return what a run is of.

    Raises:
        UsageError: the run document is damaged or of another version.
    """
    path = folder / _DOCUMENT
    try:
        document = json.loads(path.read_bytes())
        if document["schema"] != SCHEMA:
            raise ValueError(f"its schema is not {SCHEMA}")
        return dict(document["of"])
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise UsageError(
            f"{path}: absent, damaged, or of another version of hzbench. Nothing in the folder was changed; "
            "delete it to start afresh, or give --out another name"
        ) from cause


def _finished_parts(folder: Path) -> list[Path]:
    return list((folder / _PARTS).glob("[!.]*.part"))


def _remove_leftovers(folder: Path) -> None:
    """Remove temporary files of a process that was killed while it wrote."""
    for place in (folder, folder / _PARTS):
        for path in place.glob(".*.part"):
            path.unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    """Remove what this module writes into a folder, the sign that it was finished last; keep the lock."""
    _remove_leftovers(folder)
    for path in (*_finished_parts(folder), folder / _PROGRESS, folder / _DOCUMENT):
        path.unlink(missing_ok=True)
    if (folder / _PARTS).is_dir():
        (folder / _PARTS).rmdir()
    (folder / _FINISHED).unlink(missing_ok=True)


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not empty: a run that can be continued, or one of another process
        folder.rmdir()
