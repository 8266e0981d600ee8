"""A collection: fetched once, checked on every later run, recorded in a manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hzbench.benchmark.data.fetching.fetching import FetchResult, fetch_files, load_manifest
from hzbench.benchmark.errors import DataError

NAMES = [f"dataset/images/{number}.png" for number in range(7)]


def fill(bucket: Any) -> None:
    """Put small files into the bucket."""
    bucket.files.update({name: f"picture {name}".encode() * 50 for name in NAMES})


def fetch(bucket: Any, out: Path, names: list[str] = NAMES, **options: Any) -> FetchResult:
    """Fetch without waiting between attempts."""
    return fetch_files(names, out, source="scin", url=bucket.url, pause_s=0, connections=3, **options)


def test_all_files_come_and_are_recorded(bucket: Any, tmp_path: Path) -> None:
    """With their sums and against what they were checked."""
    fill(bucket)
    stages: list[tuple[int, int]] = []
    result = fetch(bucket, tmp_path, progress=lambda _, done, total: stages.append((done, total)))
    assert list(result.fetched) == NAMES
    assert stages == [(number, 7) for number in range(1, 8)]
    manifest = json.loads((tmp_path / "fetch_manifest.json").read_text())
    assert list(manifest["files"]) == NAMES
    assert manifest["schema"] == "hzbench.fetch/1"
    assert {entry["checked"] for entry in manifest["files"].values()} == {"md5"}
    assert all((tmp_path / name).read_bytes() == bucket.files[name] for name in NAMES)


def test_a_second_run_checks_and_asks_for_nothing(bucket: Any, tmp_path: Path) -> None:
    """What the manifest knows needs no server."""
    fill(bucket)
    fetch(bucket, tmp_path)
    bucket.asked.clear()
    assert sorted(fetch(bucket, tmp_path).kept) == NAMES
    assert bucket.asked == []


def test_a_damaged_file_is_found_and_fetched_again(bucket: Any, tmp_path: Path) -> None:
    """And a deleted one is fetched."""
    fill(bucket)
    fetch(bucket, tmp_path)
    (tmp_path / NAMES[2]).write_bytes(b"damaged")
    (tmp_path / NAMES[4]).unlink()
    result = fetch(bucket, tmp_path)
    assert (result.again, result.fetched, len(result.kept)) == ((NAMES[2],), (NAMES[4],), 5)
    assert (tmp_path / NAMES[2]).read_bytes() == bucket.files[NAMES[2]]


def test_files_that_somebody_copied_there_are_checked_against_the_server(bucket: Any, tmp_path: Path) -> None:
    """By their sums, without being sent again."""
    fill(bucket)
    for name in NAMES[:3]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bucket.files[name])
    (tmp_path / NAMES[1]).write_bytes(b"of another release")
    result = fetch(bucket, tmp_path)
    assert sorted(result.kept) == [NAMES[0], NAMES[2]]
    assert result.again == (NAMES[1],)
    assert bucket.gets(NAMES[0]) == []


def test_absent_files_are_named_and_the_others_come(bucket: Any, tmp_path: Path) -> None:
    """They are recorded, and no longer once they are there."""
    fill(bucket)
    gone = bucket.files.pop(NAMES[3])
    result = fetch(bucket, tmp_path)
    assert (result.absent, len(result.fetched)) == ((NAMES[3],), 6)
    assert load_manifest(tmp_path, "scin", "").absent == (NAMES[3],)
    bucket.files[NAMES[3]] = gone
    assert fetch(bucket, tmp_path).fetched == (NAMES[3],)
    assert load_manifest(tmp_path, "scin", "").absent == ()


def test_an_error_keeps_what_came(bucket: Any, tmp_path: Path) -> None:
    """The next run goes on."""
    fill(bucket)
    bucket.refuse[NAMES[5]] = [403]
    with pytest.raises(DataError, match="refused"):
        fetch(bucket, tmp_path)
    assert load_manifest(tmp_path, "scin", "").files
    result = fetch(bucket, tmp_path)
    assert len(result.kept) + len(result.fetched) == 7
    assert result.again == ()


def test_a_server_without_sums_is_said_to_have_none(bucket: Any, tmp_path: Path) -> None:
    """A copy of the bucket may not state any; a later run still finds damage by the recorded SHA-256."""
    fill(bucket)
    bucket.hashes = ()
    assert sorted(fetch(bucket, tmp_path).unchecked) == NAMES
    (tmp_path / NAMES[0]).write_bytes(b"damaged")
    assert fetch(bucket, tmp_path).again == (NAMES[0],)


@pytest.mark.parametrize("name", ["../x.png", "/etc/x.png", "a\\b.png", "a\nb.png", ""])
def test_a_name_that_leaves_the_folder_is_refused(bucket: Any, tmp_path: Path, name: str) -> None:
    """Before anything is asked for."""
    with pytest.raises(DataError, match="no path below the folder"):
        fetch(bucket, tmp_path / "out", [*NAMES, name])
    assert bucket.asked == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ('{"schema": "hzbench.fetch/1", "source": "other", "url": ""}', "holds files of other"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(bucket: Any, tmp_path: Path, text: str, said: str) -> None:
    """And what to do is said."""
    (tmp_path / "fetch_manifest.json").write_text(text)
    with pytest.raises(DataError, match=said):
        fetch(bucket, tmp_path)
