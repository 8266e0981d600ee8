"""Fetches a collection file by file and records what came; a later run checks it and gets what is missing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hzbench.benchmark.data.fetching.downloading import (
    AbsentError,
    Local,
    Sums,
    download,
    measure,
    stated_sums,
)
from hzbench.benchmark.durable import Progress, write_json
from hzbench.benchmark.errors import DataError

if TYPE_CHECKING:
    import requests

MANIFEST_NAME = "fetch_manifest.json"
SAVE_EVERY = 250  # files between two writings of the manifest


class FetchedFile(BaseModel):
    """One file that was fetched or found.

    Attributes:
        size: bytes.
        sha256: 64 hex digits.
        checked: against which sum of the server: `md5`, `crc32c`, or `none` where it states none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    sha256: str
    checked: Literal["md5", "crc32c", "none"]


class FetchManifest(BaseModel):
    """What fetch_manifest.json says.

    Attributes:
        source: the kind of source.
        url: where the files came from.
        files: {path below the folder: what came}.
        absent: files that are named and that the server does not have.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    document_schema: Literal["hzbench.fetch/1"] = Field(default="hzbench.fetch/1", alias="schema")
    source: str
    url: str
    files: dict[str, FetchedFile] = {}
    absent: tuple[str, ...] = ()


class FetchResult(NamedTuple):
    """What a fetch did.

    Attributes:
        fetched: files that came now.
        kept: files that were there already and are what they should be.
        again: files that were there and damaged, fetched again.
        absent: files that the server does not have.
        unchecked: files for which the server states no sum.
    """

    fetched: tuple[str, ...]
    kept: tuple[str, ...]
    again: tuple[str, ...]
    absent: tuple[str, ...]
    unchecked: tuple[str, ...]


def fetch_files(
    names: Sequence[str],
    out: Path,
    *,
    source: str,
    url: str,
    connections: int = 8,
    pause_s: float = 1.0,
    progress: Progress | None = None,
) -> FetchResult:
    """Fetch `<url>/<name>` to `<out>/<name>` for each name.

    A file that is there is measured and compared with the manifest, or, where the manifest does not know it
    (somebody copied it there), with the sums that the server states.

    Args:
        names: relative paths with forward slashes.
        out: the folder; fetch_manifest.json lies in it.
        source: the kind of source, for the manifest.
        url: without a slash at the end.
        connections: files fetched at once.
        pause_s: before a second attempt, in seconds.
        progress: called after each file.

    Raises:
        DataError: a name that leaves the folder, or a file that could not be fetched; what came is kept and
            recorded.
    """
    check_names(names)
    manifest = load_manifest(out, source, url)
    found: dict[str, list[str]] = {"fetched": [], "kept": [], "again": []}
    absent: list[str] = []
    sessions = _Sessions()

    def one(name: str) -> tuple[str, FetchedFile]:
        return _bring(sessions.mine(), f"{url}/{name}", out / name, manifest.files.get(name), pause_s)

    def done(name: str, outcome: tuple[str, FetchedFile] | None, count: int) -> None:
        if outcome is None:
            absent.append(name)
        else:
            found[outcome[0]].append(name)
            manifest.files[name] = outcome[1]
        if count % SAVE_EVERY == 0:
            save_manifest(out, manifest)
        if progress is not None:
            progress(f"fetching: {PurePosixPath(name).name}", count, len(names))

    try:
        _in_parallel(names, one, done, connections)
    finally:
        sessions.close()
        manifest.absent = tuple(sorted({*manifest.absent, *absent} - manifest.files.keys()))
        if manifest.files:
            save_manifest(out, manifest)
    unchecked = [name for name in names if name in manifest.files and manifest.files[name].checked == "none"]
    fetched, kept, again = (tuple(filter(set(found[key]).__contains__, names)) for key in found)
    return FetchResult(fetched, kept, again, tuple(filter(set(absent).__contains__, names)), tuple(unchecked))


def load_manifest(out: Path, source: str, url: str) -> FetchManifest:
    """Read a folder's manifest; an empty one where there is none.

    Raises:
        DataError: it is malformed, or of another source.
    """
    file = out / MANIFEST_NAME
    if not file.exists():
        return FetchManifest(source=source, url=url)
    try:
        manifest = FetchManifest.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise DataError(
            f"{file}: cannot be read ({type(error).__name__}); delete it, and the files are checked against "
            "the server"
        ) from error
    if manifest.source != source:
        raise DataError(f"{out}: holds files of {manifest.source}; choose another --out for {source}")
    return manifest.model_copy(update={"url": url})


def save_manifest(out: Path, manifest: FetchManifest) -> None:
    """Write a folder's manifest, files sorted by name."""
    document = manifest.model_dump(mode="json", by_alias=True)
    document["files"] = dict(sorted(document["files"].items()))
    write_json(out / MANIFEST_NAME, document)


def check_names(names: Iterable[str]) -> None:
    """Refuse names that would lie outside the folder, with DataError."""
    for name in names:
        path = PurePosixPath(name)
        if (
            path.is_absolute()
            or ".." in path.parts
            or "\\" in name
            or not name.isprintable()
            or not path.parts
        ):
            raise DataError(
                f"{name!r} is no path below the folder; the table that names it is not to be trusted"
            )


def _bring(
    session: requests.Session, url: str, target: Path, known: FetchedFile | None, pause_s: float
) -> tuple[str, FetchedFile]:
    how = "fetched"
    if target.is_file():
        local = measure(target)
        if known is None:
            stated = stated_sums(session, url)
            if stated.kind() != "none" and not local.differs_from(stated):
                return "kept", _record(local, stated)
        elif local.sha256 == known.sha256:
            return "kept", known
        how = "again"
    local, stated = download(session, url, target, pause_s=pause_s)
    return how, _record(local, stated)


def _record(local: Local, stated: Sums) -> FetchedFile:
    return FetchedFile(size=local.size, sha256=local.sha256, checked=stated.kind())  # type: ignore[arg-type]  # one of the three


def _in_parallel(
    names: Sequence[str],
    one: Callable[[str], tuple[str, FetchedFile]],
    done: Callable[[str, tuple[str, FetchedFile] | None, int], None],
    connections: int,
) -> None:
    """Run `one` for each name, a few at once; stop at the first error, with those under way finished."""
    todo = iter(names)
    count = 0
    with ThreadPoolExecutor(connections) as pool:
        running: dict[Future[tuple[str, FetchedFile]], str] = {}
        try:
            while True:
                while len(running) < 2 * connections and (name := next(todo, None)) is not None:
                    running[pool.submit(one, name)] = name
                if not running:
                    return
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    count += 1
                    name = running.pop(future)
                    try:
                        outcome = future.result()
                    except AbsentError:
                        done(name, None, count)
                    else:
                        done(name, outcome, count)
        finally:
            for future in running:
                future.cancel()


class _Sessions:
    """One connection for each thread, as `requests` wants it."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[requests.Session] = []

    def mine(self) -> requests.Session:
        """Return this thread's session."""
        import requests

        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.headers["User-Agent"] = "hzbench"
            self._all.append(self._local.session)
        session: requests.Session = self._local.session
        return session

    def close(self) -> None:
        """Close all of them."""
        for session in self._all:
            session.close()
