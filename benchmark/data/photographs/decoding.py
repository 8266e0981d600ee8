"""Many photographs become canonical PNGs, on all cores and in constant memory.

Decoders of foreign files run in worker processes: Pillow holds Python's global lock while it decodes, and a
decoder that crashes on a malformed file then costs that one picture, by name, and not the build.
A worker is `python -m hzbench.benchmark.data.photographs.decoding`: one JSON line in, one JSON line out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.dataset import read_picture
from hzbench.benchmark.data.photographs.canonical import Framing, read_canonical
from hzbench.benchmark.data.photographs.decoding_workers import Crash, Request, WorkerPool
from hzbench.benchmark.data.photographs.likeness import likeness
from hzbench.benchmark.data.photographs.lossless import encode_png
from hzbench.benchmark.data.photographs.skin_tone import estimated_skin_type
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


def inspect_picture(file: Path, digest: str) -> Decoded:
    """Look at a picture of a dataset: its likeness and skin type; the size is not known any more."""
    try:
        pixels = read_picture(file, digest)
    except DataError as error:
        return Decoded(str(error))
    return Decoded(
        problem="", digest=digest, likeness=likeness(pixels), skin_type=estimated_skin_type(pixels)
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
    target = str(folder.absolute())

    def request(index: int) -> Request:
        return {"file": str(files[index].absolute()), "framing": framing, "folder": target}

    def here(index: int) -> Decoded:
        return decode_picture(files[index], framing, folder)

    return _all(len(files), request, here, workers, "reading pictures", progress)


def inspect_pictures(
    files: Sequence[Path],
    digests: Sequence[str],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Decoded]:
    """Look at all pictures of a dataset, see `inspect_picture`.

    Args:
        files: the PNGs.
        digests: their pixel digests.
        workers: as for `decode_pictures`.
        progress: called after each picture.
    """

    def request(index: int) -> Request:
        return {"file": str(files[index].absolute()), "digest": digests[index]}

    def here(index: int) -> Decoded:
        return inspect_picture(files[index], digests[index])

    return _all(len(files), request, here, workers, "looking at pictures", progress)


def _all(
    count: int,
    request: Callable[[int], Request],
    here: Callable[[int], Decoded],
    workers: int | None,
    stage: str,
    progress: Progress | None,
) -> list[Decoded]:
    if workers is None:
        workers = min(usable_cores(), count // PICTURES_A_WORKER)
    results: dict[int, Decoded] = {}
    stream = _elsewhere(count, request, workers) if workers > 0 else ((k, here(k)) for k in range(count))
    for done, (index, result) in enumerate(stream, start=1):
        results[index] = result
        if progress is not None:
            progress(stage, done, count)
    return [results[index] for index in range(count)]


def _elsewhere(count: int, request: Callable[[int], Request], workers: int) -> Iterator[tuple[int, Decoded]]:
    for index, answer in WorkerPool("hzbench.benchmark.data.photographs.decoding", count, request, workers):
        if isinstance(answer, Crash):
            yield index, Decoded(f"the decoder crashed on it ({answer.cause})")
            continue
        width, height = answer["size"]
        yield index, Decoded(**{**answer, "notes": tuple(answer["notes"]), "size": (width, height)})


def main() -> None:
    """Serve requests from standard input until it ends."""
    for line in sys.stdin:
        request = json.loads(line)
        file = Path(request["file"])
        try:
            if "framing" in request:
                result = decode_picture(file, request["framing"], Path(request["folder"]))
            else:
                result = inspect_picture(file, request["digest"])
            answer = json.dumps(result._asdict())
        except OSError as error:  # the disk is full, the target folder is gone: no fault of the picture
            answer = json.dumps({"failure": str(error)})
        print(answer, flush=True)


if __name__ == "__main__":
    main()
