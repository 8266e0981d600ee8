"""Files that are either the old ones or the new ones, never half of each; and where hzbench keeps its own.

A durable write goes to a temporary file in the same folder, is flushed to the disk, renamed over the
target, and the folder itself is flushed (see `man 2 fsync`, notes on directories).
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

_NO_FOLDER_FLUSH = (errno.EACCES, errno.EBADF, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM)

Progress = Callable[[str, int, int], None]
"""How long work reports itself: (what is being done, units done, units in all)."""


def cache_folder() -> Path:
    """Return the folder for what hzbench can make again: `$HZBENCH_CACHE`, else the platform's user cache."""
    given = os.environ.get("HZBENCH_CACHE")
    if given:
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("hzbench", appauthor=False))


@contextlib.contextmanager
def replacing(path: Path, *, flushed: bool = True) -> Iterator[IO[bytes]]:
    """Open a binary file that replaces `path` when the block ends well, and leaves no trace when it fails.

    Args:
        path: the target; missing parent folders are made.
        flushed: wait until the disk has it. Without that a power cut may leave a damaged file, which suits
            what carries a digest of its own and can be made again.

    Raises:
        OSError: the disk is full, the folder is read-only, and so on; the old file is then intact.
    """
    descriptor, temporary = _temporary_beside(path)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            if flushed:
                stream.flush()
                os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException as error:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk is otherwise reported without the file
        raise
    if flushed:
        _flush_folder(path.parent)


def _temporary_beside(path: Path) -> tuple[int, str]:
    """Make a temporary file in the folder of `path`, which is made where it is missing."""
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".part")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".part")


def write_bytes(path: Path, data: bytes, *, flushed: bool = True) -> None:
    """Replace `path` by `data`, durably unless `flushed` is off; see `replacing`."""
    with replacing(path, flushed=flushed) as stream:
        stream.write(data)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text`, UTF-8 with `\\n` line ends, durably."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, document: Any) -> None:
    """Replace `path` by an indented JSON document; NaN and infinity are refused with ValueError."""
    write_bytes(path, json_bytes(document))


def json_bytes(document: Any) -> bytes:
    """Return an indented JSON document as UTF-8; NaN and infinity are refused with ValueError."""
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _flush_folder(folder: Path) -> None:
    """Flush a folder's entries; some network file systems refuse, and then the rename alone must do.

    Raises:
        OSError: the disk failed; the file has its new name, but may lose it in a power cut.
    """
    descriptor = -1
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_FLUSH:
            error.filename = error.filename or str(folder)
            raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)
