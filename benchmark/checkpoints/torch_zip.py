"""The file that `torch.save` writes since PyTorch 1.6: a zip archive of one pickle and a record a storage.

The rules follow PyTorch's own layout (caffe2/serialize/inline_container.cc): stored entries, no overlaps, one
root folder.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints.pickle_rules import check_pickle, storages
from hzbench.benchmark.checkpoints.refusal import refusal

MAXIMUM_ENTRIES = 100_000
MAXIMUM_PICKLE_BYTES = 64 << 20
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

_RECORD = re.compile(
    r"data\.pkl|byteorder|version|\.format_version|\.storage_alignment|\.data/serialization_id|data/[0-9]+"
)
_DOWNLOAD_AGAIN = "The file is damaged or was changed after torch.save: copy or download it again."


def admit_torch_zip(path: Path, stream: IO[bytes]) -> None:
    """Check the archive and its pickle, without loading anything.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            check_entries(path, archive)
            check_layout(path, archive, stream)
            root = check_root(path, archive)
            check_checksums(path, archive)
            with archive.open(f"{root}/data.pkl") as pickle_stream:
                pickle = check_pickle(path, pickle_stream)
            declared = storages(path, pickle)
            check_record_sizes(path, archive, root, declared)
    except UNREADABLE as error:
        raise refusal(path, "zip-form", f"not a readable zip archive ({error})", _DOWNLOAD_AGAIN) from error


def check_entries(path: Path, archive: zipfile.ZipFile) -> None:
    """Rule `zip-entries`: a bounded number of stored, unencrypted entries with different names."""
    entries = archive.infolist()
    if len(entries) > MAXIMUM_ENTRIES:
        raise refusal(path, "zip-entries", f"{len(entries):,} entries, at most {MAXIMUM_ENTRIES:,} are read")
    if len({entry.filename for entry in entries}) != len(entries):
        raise refusal(path, "zip-entries", "two entries have the same name")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise refusal(path, "zip-entries", f"entry {entry.filename!r} is compressed")
        if entry.flag_bits & 0x1:
            raise refusal(path, "zip-entries", f"entry {entry.filename!r} is encrypted")


def check_layout(path: Path, archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
    """Rule `zip-layout`: entries start at byte 0, do not overlap, and end before the directory."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise refusal(
                path, "zip-layout", f"entry {entry.filename!r} overlaps another one", _DOWNLOAD_AGAIN
            )
        stream.seek(entry.header_offset)
        header = stream.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise refusal(path, "zip-layout", f"entry {entry.filename!r} has no header", _DOWNLOAD_AGAIN)
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        end = entry.header_offset + 30 + names + entry.compress_size
    if end > archive.start_dir:
        raise refusal(path, "zip-layout", "an entry runs into the archive's directory", _DOWNLOAD_AGAIN)


def check_root(path: Path, archive: zipfile.ZipFile) -> str:
    """Rule `zip-records`: one root folder with what torch.save writes, nothing else; return its name."""
    roots = {name.split("/", 1)[0] for name in archive.namelist()}
    if len(roots) != 1:
        raise refusal(path, "zip-records", f"{len(roots)} top folders instead of one")
    root = roots.pop()
    for name in archive.namelist():
        if not _RECORD.fullmatch(name[len(root) + 1 :]):
            raise refusal(path, "zip-records", f"entry {name!r} is none that torch.save writes")
    if f"{root}/data.pkl" not in archive.namelist():
        raise refusal(path, "zip-records", "there is no data.pkl")
    if archive.getinfo(f"{root}/data.pkl").file_size > MAXIMUM_PICKLE_BYTES:
        raise refusal(path, "zip-records", f"data.pkl is larger than {MAXIMUM_PICKLE_BYTES >> 20} MiB")
    return root


def check_checksums(path: Path, archive: zipfile.ZipFile) -> None:
    """Rule `zip-checksums`: every entry has the CRC-32 that the directory declares."""
    damaged = archive.testzip()
    if damaged is not None:
        raise refusal(path, "zip-checksums", f"entry {damaged!r} is damaged", _DOWNLOAD_AGAIN)


def check_record_sizes(path: Path, archive: zipfile.ZipFile, root: str, declared: dict[str, int]) -> None:
    """Rule `record-sizes`: each storage that the pickle names is a record of exactly the declared size."""
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    for key, size in declared.items():
        found = sizes.get(f"{root}/data/{key}")
        if found != size:
            what = "is missing" if found is None else f"has {found:,} bytes"
            raise refusal(
                path, "record-sizes", f"storage {key!r} {what}, {size:,} bytes are declared", _DOWNLOAD_AGAIN
            )
