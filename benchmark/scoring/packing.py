"""Arrays and texts as the bytes of a compressed `.npz`: equal content gives equal bytes, and no pickle."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

SIZE_LIMIT = 2 * 1024**3  # bytes that a file may unpack to
MEMBER_LIMIT = 32  # arrays that a file may hold
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every member, so that equal arrays give equal bytes


def pack(members: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """Return a compressed `.npz` with these arrays, which numpy.load can read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, array in members.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, npt.NDArray[np.generic]]:
    """Return the arrays of an `.npz`, having looked at the sizes it announces first.

    Raises:
        ValueError: not an `.npz`, damaged, holding objects, more than 32 arrays or more than 2 GiB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MEMBER_LIMIT or sum(entry.file_size for entry in entries) > SIZE_LIMIT:
                raise ValueError("the file unpacks to more than 2 GiB or 32 arrays")
            return {entry.filename.removesuffix(".npy"): _array(archive.read(entry)) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, MemoryError) as cause:
        raise ValueError(f"not an .npz file, or a damaged one ({cause})") from cause


def packed_texts(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return texts as UTF-8, each ended by a zero byte; a text must not hold a zero character."""
    if any("\0" in text for text in texts):
        raise ValueError("a text must not hold a zero character")
    return np.frombuffer("".join(f"{text}\0" for text in texts).encode(), dtype=np.uint8)


def unpacked_texts(packed: npt.NDArray[np.generic]) -> tuple[str, ...]:
    """Return the texts that `packed_texts` packed."""
    return tuple(packed.astype(np.uint8).tobytes().decode("utf-8").split("\0")[:-1])


def _array(content: bytes) -> npt.NDArray[np.generic]:
    array: npt.NDArray[np.generic] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    return array
