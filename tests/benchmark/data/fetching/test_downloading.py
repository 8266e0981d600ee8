"""One file over HTTP: resumed, checked, given up on with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hzbench.benchmark.data.fetching.downloading import (
    CHUNK,
    AbsentError,
    Local,
    Sums,
    UnreachableError,
    download,
    measure,
    stated_sums,
)
from hzbench.benchmark.errors import DataError

CONTENT = bytes(range(256)) * 1024  # 256 KiB


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A connection."""
    with requests.Session() as opened:
        yield opened


def get(session: requests.Session, bucket: Any, target: Path, name: str = "a.bin") -> tuple[Local, Sums]:
    """Download without waiting between attempts."""
    return download(session, f"{bucket.url}/{name}", target, pause_s=0)


def test_a_file_comes_whole_and_is_checked(session: requests.Session, bucket: Any, tmp_path: Path) -> None:
    """Against MD5; nothing else is left beside it."""
    bucket.files["a.bin"] = CONTENT
    local, stated = get(session, bucket, tmp_path / "deep/a.bin")
    assert (tmp_path / "deep/a.bin").read_bytes() == CONTENT
    assert local.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert stated.kind() == "md5"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.bin"]


def test_a_cut_download_goes_on_where_it_stopped(
    session: requests.Session, bucket: Any, tmp_path: Path
) -> None:
    """Three cuts, and each time only the rest is asked for."""
    bucket.files["a.bin"] = CONTENT
    bucket.cut["a.bin"] = [100_000, 50_000, 20_000]
    get(session, bucket, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    starts = [int(wanted[6:-1] or 0) if wanted else 0 for wanted in bucket.gets("a.bin")]
    assert starts == sorted(set(starts))
    assert len(starts) == 4
    assert starts[-1] > 170_000 - 3 * CHUNK


def test_what_an_earlier_run_left_is_kept(session: requests.Session, bucket: Any, tmp_path: Path) -> None:
    """Only the rest is asked for."""
    bucket.files["a.bin"] = CONTENT
    (tmp_path / ".a.bin.part").write_bytes(CONTENT[:200_000])
    get(session, bucket, tmp_path / "a.bin")
    assert bucket.gets("a.bin") == ["bytes=200000-"]
    assert (tmp_path / "a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("left", "asked"),
    [
        (b"x" * 200_000, ["bytes=200000-", ""]),  # of other bytes
        (CONTENT + b"more", [f"bytes={len(CONTENT) + 4}-", ""]),  # of a longer file
        (CONTENT, [f"bytes={len(CONTENT)}-"]),  # whole already
    ],
)
def test_what_is_left_of_another_file_is_thrown_away(
    session: requests.Session, bucket: Any, tmp_path: Path, left: bytes, asked: list[str]
) -> None:
    """The sums tell."""
    bucket.files["a.bin"] = CONTENT
    (tmp_path / ".a.bin.part").write_bytes(left)
    get(session, bucket, tmp_path / "a.bin")
    assert bucket.gets("a.bin") == asked
    assert (tmp_path / "a.bin").read_bytes() == CONTENT


def test_a_server_without_ranges_sends_all_again(
    session: requests.Session, bucket: Any, tmp_path: Path
) -> None:
    """And the file is right."""
    bucket.files["a.bin"] = CONTENT
    bucket.ranges = False
    bucket.cut["a.bin"] = [100_000]
    get(session, bucket, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("hashes", [("md5",), ("crc32c",), ("crc32c", "md5")])
def test_a_corrupted_body_is_fetched_again(
    session: requests.Session, bucket: Any, tmp_path: Path, hashes: tuple[str, ...]
) -> None:
    """Whichever sum the server states: composite objects have CRC32C alone."""
    bucket.files["a.bin"] = CONTENT
    bucket.hashes = hashes
    bucket.corrupt["a.bin"] = 1
    get(session, bucket, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == CONTENT
    assert bucket.gets("a.bin") == ["", ""]


def test_a_body_that_is_corrupted_twice_is_refused(
    session: requests.Session, bucket: Any, tmp_path: Path
) -> None:
    """Nothing takes the file's name."""
    bucket.files["a.bin"] = CONTENT
    bucket.corrupt["a.bin"] = 9
    with pytest.raises(
        DataError, match=r"arrived twice is not what the server states: md5 [0-9a-f]{32}, and"
    ):
        get(session, bucket, tmp_path / "a.bin")
    assert list(tmp_path.iterdir()) == []


def test_passing_troubles_are_waited_out(session: requests.Session, bucket: Any, tmp_path: Path) -> None:
    """Busy, then a server error, then the file."""
    bucket.files["a.bin"] = CONTENT
    bucket.refuse["a.bin"] = [429, 503]
    get(session, bucket, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("statuses", "error", "said"),
    [
        ([404], AbsentError, "no such file"),
        ([403], DataError, r"refused \(status 403\)"),
        ([503] * 9, DataError, r"gave up after 6 attempts \(status 503\); run the same command again"),
    ],
)
def test_a_refusal_is_named(
    session: requests.Session, bucket: Any, tmp_path: Path, statuses: list[int], error: type, said: str
) -> None:
    """With the address and the status."""
    bucket.files["a.bin"] = CONTENT
    bucket.refuse["a.bin"] = statuses
    with pytest.raises(error, match=said) as caught:
        get(session, bucket, tmp_path / "a.bin")
    assert bucket.url in str(caught.value)


def test_a_server_that_always_cuts_is_given_up_on_and_the_part_kept(
    session: requests.Session, bucket: Any, tmp_path: Path
) -> None:
    """Attempts that bring nothing count, and those that bring something do not."""
    bucket.files["a.bin"] = CONTENT
    bucket.cut["a.bin"] = [100_000, *[0] * 20]
    with pytest.raises(DataError, match=r"gave up after 6 attempts \(broken off"):
        get(session, bucket, tmp_path / "a.bin")
    assert 0 < (tmp_path / ".a.bin.part").stat().st_size <= 100_000


def test_an_unreachable_server_is_named_at_once(
    session: requests.Session, nowhere: str, tmp_path: Path
) -> None:
    """Being offline is not a fault of a file."""
    with pytest.raises(UnreachableError, match="cannot be reached"):
        download(session, f"{nowhere}/a.bin", tmp_path / "a.bin", pause_s=0)
    with pytest.raises(UnreachableError, match="cannot be reached"):
        stated_sums(session, f"{nowhere}/a.bin")


def test_sums_of_compressed_bytes_are_not_compared(
    session: requests.Session, bucket: Any, tmp_path: Path
) -> None:
    """The bucket may hold a file compressed and send it plain."""
    bucket.files["a.bin"] = CONTENT
    bucket.encoding = "gzip"
    assert get(session, bucket, tmp_path / "a.bin")[1].kind() == "none"


def test_the_sums_of_a_file_are_those_of_the_bucket(tmp_path: Path) -> None:
    """The check value of CRC32C, and MD5."""
    (tmp_path / "a").write_bytes(b"123456789")
    assert measure(tmp_path / "a").sums == Sums("25f9e794323b453885f5181f1b624d0b", "e3069283")
