"""Rules that hold for every zip archive PyTorch writes, whatever it holds.

They follow PyTorch's own layout (caffe2/serialize/inline_container.cc), and leave no room for two readers to
see different archives: PyTorch reads with miniz, these rules with Python's zipfile.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints.refusal import refusal

MAXIMUM_ENTRIES = 100_000
MAXIMUM_EXPANDED = 64 << 20
"""Bytes that all compressed entries of an archive may expand to: the code text of a TorchScript program."""

UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,  # foreign compression
    RuntimeError,  # encryption
    ValueError,  # names that are no UTF-8, offsets before the start
    EOFError,
    OSError,
    struct.error,
    zlib.error,
)
"""What zipfile raises on damaged archives."""

DOWNLOAD_AGAIN = "The file is damaged or was changed after it was saved: copy or download it again."

_END = b"PK\x05\x06"
_END_BYTES = 22
_ZIP64_LOCATOR = b"PK\x06\x07"
_SATURATED = 0xFFFFFFFF


def never(name: str) -> bool:
    """No entry may be compressed."""
    return False


def check_entries(
    path: Path, archive: zipfile.ZipFile, may_be_compressed: Callable[[str], bool] = never
) -> None:
    """Rule `zip-entries`: a bounded number of unencrypted entries with different names, stored as they are.

    Args:
        path: the submitted file.
        archive: its directory.
        may_be_compressed: tells of an entry's name whether it may be deflated.
    """
    entries = archive.infolist()
    if len(entries) > MAXIMUM_ENTRIES:
        raise refusal(path, "zip-entries", f"{len(entries):,} entries, at most {MAXIMUM_ENTRIES:,} are read")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise refusal(path, "zip-entries", "two entries have the same name")
    expanded = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise refusal(path, "zip-entries", f"entry {entry.filename!r} is encrypted")
        if entry.compress_type == zipfile.ZIP_DEFLATED and may_be_compressed(entry.filename):
            expanded += entry.file_size
        elif entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise refusal(path, "zip-entries", f"entry {entry.filename!r} is compressed")
    if expanded > MAXIMUM_EXPANDED:
        raise refusal(
            path,
            "zip-entries",
            f"its compressed entries expand to {expanded:,} bytes, at most {MAXIMUM_EXPANDED:,} are read",
        )


def check_layout(path: Path, archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
    """Rule `zip-layout`: entries start at byte 0, do not overlap, and end before the directory.

    Each entry's own header says what the directory says, and the file ends with the directory's end record.
    """
    end = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise refusal(
                path, "zip-layout", f"entry {entry.filename!r} overlaps another one", DOWNLOAD_AGAIN
            )
        stream.seek(entry.header_offset)
        header = stream.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise refusal(path, "zip-layout", f"entry {entry.filename!r} has no header", DOWNLOAD_AGAIN)
        method, name_length, extra_length = struct.unpack("<8xH16xHH", header)
        name = stream.read(name_length).decode("utf-8" if entry.flag_bits & 0x800 else "cp437")
        if name != entry.orig_filename or method != entry.compress_type:
            raise refusal(
                path,
                "zip-layout",
                f"entry {entry.filename!r} is called or packed otherwise in its own header",
                DOWNLOAD_AGAIN,
            )
        end = entry.header_offset + 30 + name_length + extra_length + entry.compress_size
    if end > archive.start_dir:
        raise refusal(path, "zip-layout", "an entry runs into the archive's directory", DOWNLOAD_AGAIN)
    check_end(path, archive, stream)


def check_end(path: Path, archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
    """Rule `zip-layout`: one end record, the file's last bytes, which points at the one directory."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_BYTES - 20))
    tail = stream.read()
    record = tail[-_END_BYTES:]
    if record[:4] != _END or record[-2:] != b"\0\0":
        raise refusal(path, "zip-layout", "bytes follow the archive's end", DOWNLOAD_AGAIN)
    count, length, start = struct.unpack("<10xHII2x", record)
    large = tail[:4] == _ZIP64_LOCATOR
    same_start = start == archive.start_dir or (large and start == _SATURATED)
    same_count = count == len(archive.infolist()) or (large and count == 0xFFFF)
    ends_there = large or start + length == size - _END_BYTES
    if not (same_start and same_count and ends_there):
        raise refusal(path, "zip-layout", "two readers would find two directories", DOWNLOAD_AGAIN)


def check_root(
    path: Path, archive: zipfile.ZipFile, record: re.Pattern[str], required: str, writer: str
) -> str:
    """Rule `zip-records`: one root folder with what its writer puts there, nothing else; return its name.

    Args:
        path: the submitted file.
        archive: its directory.
        record: the names that entries may have below the root.
        required: the name that must be there.
        writer: the function that writes such archives, as the refusal calls it.
    """
    roots = {name.split("/", 1)[0] for name in archive.namelist()}
    if len(roots) != 1:
        raise refusal(path, "zip-records", f"{len(roots)} top folders instead of one")
    root = roots.pop()
    for name in archive.namelist():
        inner = name[len(root) + 1 :]
        if ".." in inner.split("/") or not record.fullmatch(inner):
            raise refusal(path, "zip-records", f"entry {name!r} is none that {writer} writes")
    if f"{root}/{required}" not in archive.namelist():
        raise refusal(path, "zip-records", f"there is no {required}")
    return root


def check_checksums(path: Path, archive: zipfile.ZipFile) -> None:
    """Rule `zip-checksums`: every entry has the CRC-32 that the directory declares."""
    damaged = archive.testzip()
    if damaged is not None:
        raise refusal(path, "zip-checksums", f"entry {damaged!r} is damaged", DOWNLOAD_AGAIN)


def check_record_sizes(path: Path, archive: zipfile.ZipFile, folder: str, declared: dict[str, int]) -> None:
    """Rule `record-sizes`: each declared storage is a record of exactly the declared size.

    A record cut short would expose the memory beside it.

    Args:
        path: the submitted file.
        archive: its directory.
        folder: where the records lie, with a slash at its end.
        declared: record's name below the folder -> bytes.
    """
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    for key, size in declared.items():
        found = sizes.get(f"{folder}{key}")
        if found != size:
            what = "is missing" if found is None else f"has {found:,} bytes"
            raise refusal(
                path, "record-sizes", f"storage {key!r} {what}, {size:,} bytes are declared", DOWNLOAD_AGAIN
            )
