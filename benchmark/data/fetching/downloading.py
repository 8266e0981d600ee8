"""Downloads one file over HTTP: goes on where it stopped, and checks the sum that the server states.

Google Cloud Storage states MD5 and CRC32C in the header `x-goog-hash` (composite objects have CRC32C alone):
https://cloud.google.com/storage/docs/hashes-etags
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hzbench.benchmark.errors import DataError

if TYPE_CHECKING:
    import requests

TIMEOUT_S = (15.0, 60.0)  # to connect; between two pieces of a file
IDLE_ATTEMPTS = 6  # without a further byte, each after a pause of twice the last one
BLIND_ATTEMPTS = 3  # without any answer
CHUNK = 1 << 14  # bytes; what is lost at most when a connection breaks off
PASSING = frozenset({408, 429, 500, 502, 503, 504})  # statuses that another attempt may not meet


class UnreachableError(DataError):
    """The server cannot be reached at all."""


class AbsentError(DataError):
    """The server has no such file."""


class Sums(NamedTuple):
    """Checksums of a file as lower-case hex digits; None where they are not known."""

    md5: str | None = None
    crc32c: str | None = None

    def kind(self) -> str:
        """Return the one that a file is checked against: `md5`, `crc32c`, or `none`."""
        return "md5" if self.md5 else "crc32c" if self.crc32c else "none"


class Local(NamedTuple):
    """A file on disk.

    Attributes:
        size: bytes.
        sha256: 64 hex digits.
        sums: what a server may state.
    """

    size: int
    sha256: str
    sums: Sums

    def differs_from(self, stated: Sums) -> str:
        """Return what differs from what a server states, as text; empty where all agrees."""
        for name in ("md5", "crc32c"):
            wanted, found = getattr(stated, name), getattr(self.sums, name)
            if wanted and found and wanted != found:
                return f"{name} {found}, and the server says {wanted}"
        return ""


def download(
    session: requests.Session, url: str, target: Path, *, pause_s: float = 1.0
) -> tuple[Local, Sums]:
    """Download a file and return (what is on disk, what the server stated).

    Bytes go to `.<name>.part` beside the target; what an earlier run left there is kept, and only the rest is
    asked for. The file takes its name when all of it is there and agrees with the server's sums.

    Args:
        session: for the connection.
        url: of the file.
        target: where it goes; parents are made.
        pause_s: before the second attempt, in seconds.

    Raises:
        AbsentError: the server has no such file.
        UnreachableError: no attempt reached the server.
        DataError: the server refused, broke off each time, or sent other bytes than it states, twice.
    """
    import requests

    part = target.with_name(f".{target.name}.part")
    reached, wrong, idle, most = False, 0, 0, _size(part)
    while True:
        try:
            answer = _receive(session, url, part)
        except requests.RequestException as error:
            answer = _Answer(_short(error))
            if not reached and idle + 1 == BLIND_ATTEMPTS:
                raise UnreachableError(f"{url}: the server cannot be reached ({answer.problem})") from error
        else:
            reached = True
        if not answer.problem:
            local = measure(part)
            problem = local.differs_from(answer.stated) or _wrong_size(local.size, answer.size)
            if not problem:
                part.replace(target)
                return local, answer.stated
            part.unlink()
            wrong += 1
            if wrong == 2:
                raise DataError(f"{url}: what arrived twice is not what the server states: {problem}")
        idle = 0 if _size(part) > most else idle + 1
        most = max(most, _size(part))
        if idle == IDLE_ATTEMPTS:
            raise DataError(
                f"{url}: gave up after {idle} attempts ({answer.problem}); "
                "run the same command again to go on"
            )
        time.sleep(pause_s * 2 ** max(idle - 1, 0))


def stated_sums(session: requests.Session, url: str) -> Sums:
    """Ask a server for a file's sums alone.

    Raises:
        AbsentError: it has no such file.
        UnreachableError: it cannot be reached.
        DataError: it refused.
    """
    import requests

    try:
        response = session.head(url, timeout=TIMEOUT_S, headers={"Accept-Encoding": "identity"})
    except requests.RequestException as error:
        raise UnreachableError(f"{url}: the server cannot be reached ({_short(error)})") from error
    _check_status(url, response.status_code)
    return _sums(response.headers)


def measure(file: Path) -> Local:
    """Return a file's size and sums."""
    import google_crc32c

    sha256, md5, crc32c = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    size = 0
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK):
            size += len(piece)
            sha256.update(piece)
            md5.update(piece)
            crc32c = google_crc32c.extend(crc32c, piece)
    return Local(size, sha256.hexdigest(), Sums(md5.hexdigest(), f"{crc32c:08x}"))


class _Answer(NamedTuple):
    """What one attempt gave: what to say of its failure, or the sums and the size that the server states."""

    problem: str = ""
    stated: Sums = Sums()
    size: int | None = None


def _receive(session: requests.Session, url: str, part: Path) -> _Answer:
    """Append what is missing to `part`."""
    import requests

    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with session.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as response:
        if response.status_code == 416:  # nothing after `have`: it is whole, or of another file
            whole = _number(r"bytes \*/(\d+)", response.headers.get("Content-Range", ""))
            if whole != have:
                part.unlink()
                return _Answer("what an earlier run left is of another file")
            return _Answer("", stated_sums(session, url), whole)
        if response.status_code in PASSING:
            return _Answer(f"status {response.status_code}")
        _check_status(url, response.status_code)
        goes_on = response.status_code == 206
        if goes_on and _number(r"bytes (\d+)-", response.headers.get("Content-Range", "")) != have:
            part.unlink(missing_ok=True)
            return _Answer("the server sent another part than it was asked for")
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab" if goes_on else "wb") as stream:
            try:
                for piece in response.iter_content(CHUNK):
                    stream.write(piece)
            except requests.RequestException as error:
                return _Answer(f"broken off: {_short(error)}")
        pattern = r"/(\d+)$" if goes_on else r"^(\d+)$"
        header = "Content-Range" if goes_on else "Content-Length"
        size = _number(pattern, response.headers.get(header, ""))
        if size is not None and _size(part) < size:
            return _Answer(f"broken off after {_size(part)} of {size} bytes")
        return _Answer("", _sums(response.headers), size)


def _check_status(url: str, status: int) -> None:
    if status in (404, 410):
        raise AbsentError(f"{url}: the server has no such file (status {status})")
    if status not in (200, 206):
        raise DataError(f"{url}: the server refused (status {status})")


def _sums(headers: Mapping[str, str]) -> Sums:
    """Return the sums in `x-goog-hash: crc32c=4gcgLQ==,md5=CS9tHYTtyFntzj7B9nkkJQ==`."""
    if headers.get("x-goog-stored-content-encoding", "identity") != "identity":
        return Sums()  # they are of the compressed bytes
    found: dict[str, str] = {}
    for name, value in re.findall(r"(crc32c|md5)=([A-Za-z0-9+/]+=*)", headers.get("x-goog-hash", "")):
        try:
            found[name] = base64.b64decode(value, validate=True).hex()
        except binascii.Error:
            continue
    return Sums(**found)


def _number(pattern: str, text: str) -> int | None:
    match = re.search(pattern, text)
    return int(match[1]) if match else None


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _wrong_size(found: int, wanted: int | None) -> str:
    return f"{found} bytes, and the server says {wanted}" if wanted is not None and found != wanted else ""


def _short(error: Exception) -> str:
    """Return the innermost cause of a connection's failure in a few words."""
    text = str(error)
    match = re.search(r"\[Errno -?\d+\] [^')\]]+|timed out|refused|Name or service not known", text)
    return match[0] if match else type(error).__name__
