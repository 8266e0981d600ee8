"""Many photographs become canonical PNGs, on all cores and in constant memory.

Decoders of foreign files run in worker processes: Pillow holds Python's global lock while it decodes, and a
decoder that crashes on a malformed file then costs that one picture, by name, and not the build.
A worker is `python -m hzbench.benchmark.data.decoding`: one JSON line in, one JSON line out.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.canonical import Framing, read_canonical
from hzbench.benchmark.data.likeness import likeness
from hzbench.benchmark.data.lossless import encode_png
from hzbench.benchmark.data.skin_tone import estimated_skin_type
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import DataError
from hzbench.corruptions.image import pixel_digest

PICTURES_A_WORKER = 24  # fewer are decoded sooner than another process starts


class Decoded(NamedTuple):
    """What became of one file.

    Attributes:
        problem: why it has no pixels; the fields below are empty then.
        digest: pixel digest.
        notes: what had to be done to it.
        size: width and height of the upright original.
        likeness: see `likeness`.
        skin_type: the estimate, `I` to `VI`, or empty where too little looks like skin.
    """

    problem: str
    digest: str = ""
    notes: tuple[str, ...] = ()
    size: tuple[int, int] = (0, 0)
    likeness: str = ""
    skin_type: str = ""


def staged_picture(folder: Path, digest: str) -> Path:
    """Return where `folder` keeps the PNG of a pixel digest."""
    return folder / digest[:2] / f"{digest}.png"


def decode_picture(file: Path, framing: Framing, folder: Path) -> Decoded:
    """Make one file canonical and keep its PNG in `folder` under its digest."""
    try:
        canonical = read_canonical(file, framing)
    except DataError as error:
        return Decoded(str(error).removeprefix(f"{file}: "))
    digest = pixel_digest(canonical.pixels)
    target = staged_picture(folder, digest)
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(encode_png(canonical.pixels))
    part.replace(target)
    return Decoded(
        problem="",
        digest=digest,
        notes=canonical.notes,
        size=canonical.size,
        likeness=likeness(canonical.pixels),
        skin_type=estimated_skin_type(canonical.pixels),
    )


def decode_pictures(
    files: Sequence[Path],
    framing: Framing,
    folder: Path,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Decoded]:
    """Decode all files into `folder`.

    Args:
        files: the pictures.
        framing: see `canonical`.
        folder: where the PNGs go.
        workers: processes; 0 decodes in this one; None takes what the machine and the files ask for.
        progress: called after each picture.

    Returns:
        One `Decoded` a file, in the order of `files`.
    """
    if workers is None:
        workers = min(usable_cores(), len(files) // PICTURES_A_WORKER)
    stream: Iterable[tuple[int, Decoded]] = (
        _Pool(files, framing, folder, workers) if workers > 0 else _decode_in_process(files, framing, folder)
    )
    results: dict[int, Decoded] = {}
    for done, (index, result) in enumerate(stream, start=1):
        results[index] = result
        if progress is not None:
            progress("reading pictures", done, len(files))
    return [results[index] for index in range(len(files))]


def _decode_in_process(
    files: Sequence[Path], framing: Framing, folder: Path
) -> Iterator[tuple[int, Decoded]]:
    for index, file in enumerate(files):
        yield index, decode_picture(file, framing, folder)


class _Pool:
    """Worker processes, each with a thread that hands it one file after the other."""

    def __init__(self, files: Sequence[Path], framing: Framing, folder: Path, workers: int) -> None:
        self._files = files
        self._request = {"framing": framing, "folder": str(folder.absolute())}
        self._workers = workers
        self._next = iter(range(len(files)))
        self._lock = threading.Condition()
        self._ready: list[tuple[int, Decoded]] = []
        self._failure: BaseException | None = None
        self._stop = False

    def __iter__(self) -> Iterator[tuple[int, Decoded]]:
        threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(self._workers)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(len(self._files)):
                with self._lock:
                    self._lock.wait_for(lambda: self._ready or self._failure is not None)
                    if self._failure is not None:
                        raise self._failure
                    result = self._ready.pop()
                yield result
        finally:
            self._stop = True
            for thread in threads:
                thread.join()

    def _serve(self) -> None:
        worker = None
        try:
            while not self._stop:
                with self._lock:
                    index = next(self._next, None)
                if index is None:
                    break
                worker = worker or _Worker()
                result = worker.decode({**self._request, "file": str(self._files[index].absolute())})
                if result is None:
                    result = Decoded(f"the decoder crashed on it ({worker.cause()})")
                    worker.close()
                    worker = None
                with self._lock:
                    self._ready.append((index, result))
                    self._lock.notify_all()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits, and raised there
            with self._lock:
                self._failure = error
                self._lock.notify_all()
        finally:
            if worker is not None:
                worker.close()


class _Worker:
    """One process that decodes; its own session, so that an interrupt reaches the parent alone."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hzbench.benchmark.data.decoding"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )

    def decode(self, request: dict[str, str]) -> Decoded | None:
        """Return what became of one file, or None when the process died."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            return None
        line = stdout.readline()
        if not line:
            return None
        answer = json.loads(line)
        if "failure" in answer:
            raise OSError(answer["failure"])
        width, height = answer.pop("size")
        return Decoded(**{**answer, "notes": tuple(answer["notes"]), "size": (width, height)})

    def cause(self) -> str:
        """Say how the process ended."""
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def main() -> None:
    """Serve requests from standard input until it ends."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = decode_picture(Path(request["file"]), request["framing"], Path(request["folder"]))
            answer = json.dumps(result._asdict())
        except OSError as error:  # the disk is full, the target folder is gone: no fault of the picture
            answer = json.dumps({"failure": str(error)})
        print(answer, flush=True)


if __name__ == "__main__":
    main()
