"""torch.save archives that are damaged, ambiguous, oversized or lie about their records."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_case import HARMLESS, Case
from hostile_originals import changed, network, packed, replaced, saved, torchscript, unpacked

Change = Callable[[bytearray], None]


def cases(folder: Path, choose: random.Random) -> Iterator[Case]:
    """Yield the archives."""
    good = saved(dict(network().state_dict()))
    entries = unpacked(good)
    root = next(iter(entries)).split("/")[0]

    def case(name: str, data: bytes, verdict: str) -> Case:
        return Case(f"zip-{name}", "state_dict", data, verdict)

    yield case("deflated", packed(entries, zipfile.ZIP_DEFLATED), "zip-entries")
    yield case("bzip2", packed(entries, zipfile.ZIP_BZIP2), "zip-entries")
    yield case("bomb", _bomb(entries, root), "zip-entries")
    yield case("two-of-one-name", _appended(good, f"{root}/data.pkl", b"\x80\x02}."), "zip-entries")
    yield case("two-by-case", _appended(good, f"{root}/DATA.PKL", b"\x80\x02}."), "zip-entries")
    yield case("climbing", _appended(good, f"{root}/../../escape", b"x"), "zip-records")
    yield case("absolute", _appended(good, "/etc/escape", b"x"), "zip-records")
    yield case("two-roots", _appended(good, "other/data.pkl", b"\x80\x02}."), "zip-records")
    yield case("foreign-entry", _appended(good, f"{root}/setup.py", b"raise SystemExit"), "zip-records")
    yield case("native-code", _appended(good, f"{root}/lib.so", b"\x7fELF"), "zip-records")
    yield case("folder-entry", _appended(good, f"{root}/data/", b""), "zip-records")
    yield case("backslash", _appended(good, f"{root}\\data.pkl", b"x"), "zip-records")
    yield case("no-pickle", changed(good, lambda n, d: None if n == "data.pkl" else d), "format")
    yield case("encrypted", _flagged(good, 0x1), "zip-entries")
    yield case("other-name-inside", _renamed_inside(good), "zip-layout")
    yield case("before", b"PK\x05\x05 before" + good, "zip-layout")
    yield case("behind", good + b"behind the end", "zip-layout")
    yield case("comment", _commented(good), "zip-layout")
    yield case("second-directory", good + packed({"evil/data.pkl": b"\x80\x02}."}), "zip-layout")
    yield case("moved-directory", _directory_at(good, 5), "zip-layout")
    yield case("overlap", _overlapping(good), "zip-layout")
    yield case("checksum", _flipped(good), "zip-checksums")
    yield case("many-entries", packed({f"m/data/{k}": b"" for k in range(100_001)}), "format")
    for share in (10, 50, 90, 99):
        yield case(f"cut-{share}", good[: len(good) * share // 100], "truncated-zip")
    for size in (0, 4, 400):
        short = changed(good, lambda n, d, size=size: d[:size] if n == "data/0" else d)
        yield case(f"record-of-{size}", short, "record-sizes")
    yield case("record-long", changed(good, lambda n, d: d * 100 if n == "data/0" else d), "record-sizes")
    yield case("record-missing", changed(good, lambda n, d: None if n == "data/1" else d), "record-sizes")
    yield from _views(good)
    yield case("big-endian", replaced(good, "byteorder", b"big"), HARMLESS)
    for k in range(6):
        noisy = bytearray(good)
        start = good.index(b"\x80\x02}")
        noisy[start + choose.randrange(150)] ^= 1 << choose.randrange(8)
        yield case(f"noise-{k}", bytes(noisy), "zip-checksums")
    yield from _mixed(good)


def _bomb(entries: dict[str, bytes], root: str) -> bytes:
    """An entry of 60 MB of zeros in 60 kB."""
    return packed({**entries, f"{root}/data/9": bytes(60 << 20)}, zipfile.ZIP_DEFLATED)


def _appended(archive: bytes, name: str, data: bytes) -> bytes:
    """Add an entry of any name, also one that is there."""
    stream = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(io.BytesIO(archive)) as reader,
        zipfile.ZipFile(stream, "w") as writer,
    ):
        warnings.simplefilter("ignore")
        for entry, content in [*((entry, reader.read(entry)) for entry in reader.namelist()), (name, data)]:
            info = zipfile.ZipInfo("placeholder")
            info.filename = entry  # as it is: the constructor would mend it
            writer.writestr(info, content)
    return stream.getvalue()


def _flagged(archive: bytes, flag: int) -> bytes:
    """Set a flag of the first entry in the directory and in its own header."""
    data = bytearray(archive)
    data[6] |= flag
    data[data.index(b"PK\x01\x02") + 8] |= flag
    return bytes(data)


def _renamed_inside(archive: bytes) -> bytes:
    """The first entry's own header calls it by another name than the directory."""
    data = bytearray(archive)
    length = struct.unpack_from("<H", data, 26)[0]
    data[30 + length - 1] ^= 1
    return bytes(data)


def _commented(archive: bytes) -> bytes:
    return archive[:-2] + struct.pack("<H", 8) + b"comments"


def _directory_at(archive: bytes, shift: int) -> bytes:
    """The end record places the directory elsewhere, so that readers search for it."""
    data = bytearray(archive)
    struct.pack_into("<I", data, len(data) - 6, struct.unpack_from("<I", data, len(data) - 6)[0] - shift)
    return bytes(data)


def _overlapping(archive: bytes) -> bytes:
    """The second entry of the directory points at the first one's bytes."""
    data = bytearray(archive)
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def _flipped(archive: bytes) -> bytes:
    """One bit of the first storage."""
    data = bytearray(archive)
    stored = unpacked(archive)
    record = next(entry for name, entry in stored.items() if name.endswith("data/0"))
    data[data.index(record) + 9] ^= 1
    return bytes(data)


def _views(good: bytes) -> Iterator[Case]:
    """Tensors that reach beyond the storage they name, by their sizes, strides or offset."""
    pickle = next(data for name, data in unpacked(good).items() if name.endswith("data.pkl"))
    sizes, strides = b"(K\x04K\x03K\x03K\x03t", b"(K\x1bK\x09K\x03K\x01t"
    for name, old, new in (
        ("sizes", sizes, b"(K\x05K\x03K\x03K\x03t"),
        ("strides", strides, b"(K\x1bK\x09K\x03K\xfft"),
        ("offset", b"QK\x00", b"QK\x01"),
        ("huge", sizes, b"(J\xff\xff\xff\x7fJ\xff\xff\xff\x7fK\x03K\x03t"),
        ("negative", strides, b"(J\xff\xff\xff\xffK\x09K\x03K\x01t"),
    ):
        assert old in pickle, name
        altered = replaced(good, "data.pkl", pickle.replace(old, new, 1))
        yield Case(f"zip-view-{name}", "state_dict", altered, "tensor-views")


def _mixed(good: bytes) -> Iterator[Case]:
    """One archive in the clothes of another format."""
    program = unpacked(torchscript())
    root = next(iter(program)).split("/")[0]
    code = {name: data for name, data in program.items() if "/code/" in name}
    inner = {name.replace("archive/", f"{root}/", 1): data for name, data in unpacked(good).items()}
    yield Case("mixed-weights-with-code", "torchscript", packed({**inner, **code}), HARMLESS)
    yield Case(
        "mixed-weights-with-format", "pt2", packed({**inner, f"{root}/archive_format": b"pt2"}), "zip-records"
    )
    yield Case("mixed-program-as-weights", "state_dict", torchscript(), HARMLESS)
