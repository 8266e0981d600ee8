"""`hzbench data fetch scin` against a bucket on this machine."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.workflows import fetching
from hzbench.benchmark.workflows.fetching import fetch_source


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def fill(bucket: Any, cases: int = 4) -> None:
    """Put a small SCIN into the bucket."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["case_id", "image_1_path", "image_2_path", "image_3_path"])
    for number in range(cases):
        paths = [f"dataset/images/{number}{letter}.png" for letter in "ab"]
        writer.writerow([-number, *paths, ""])
        bucket.files.update({path: path.encode() for path in paths})
    bucket.files["dataset/scin_cases.csv"] = table.getvalue().encode()
    bucket.files["dataset/scin_labels.csv"] = b"case_id,weighted_skin_condition_label\n"


def test_the_tables_and_their_pictures_come(bucket: Any, tmp_path: Path) -> None:
    """Laid out as in the bucket; a second run finds all of it there."""
    fill(bucket)
    first = run("data", "fetch", "scin", "--out", tmp_path / "scin", "--url", bucket.url)
    assert first.exit_code == 0, first.output
    assert "10 files of SCIN: 10 fetched, 0 already there" in first.stdout
    assert f"hzbench data build scin {tmp_path / 'scin'}" in first.stderr
    assert (tmp_path / "scin/dataset/images/3b.png").read_bytes() == b"dataset/images/3b.png"
    second = run("data", "fetch", "scin", "--out", tmp_path / "scin", "--url", f"{bucket.url}/")
    assert "10 files of SCIN: 0 fetched, 10 already there" in second.stdout


def test_pictures_that_the_bucket_lacks_are_named(bucket: Any, tmp_path: Path) -> None:
    """The others are of use all the same."""
    fill(bucket)
    del bucket.files["dataset/images/2a.png"]
    lines = fetch_source("scin", tmp_path, url=bucket.url, pause_s=0)
    assert "not in the bucket: dataset/images/2a.png" in lines


def test_offline_it_says_how_to_fetch_by_other_means(
    nowhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line: the commands, and where the files go."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    result = run("data", "fetch", "scin", "--out", tmp_path / "scin", "--url", nowhere)
    assert result.exit_code == 5
    line = next(line for line in result.stderr.splitlines() if line.startswith("hzbench: "))
    for part in ("cannot be reached", "gcloud storage cp", "gsutil -m cp", "curl", "dataset/scin_cases.csv"):
        assert part in line
    assert f"hzbench data build scin {tmp_path / 'scin'} --out D" in line
    assert not (tmp_path / "scin").exists()


def test_offline_what_is_there_is_still_checked(
    bucket: Any, nowhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole folder needs no server; a damaged file does."""
    fill(bucket)
    fetch_source("scin", tmp_path, url=bucket.url)
    assert "10 already there" in fetch_source("scin", tmp_path, url=nowhere)[0]
    (tmp_path / "dataset/images/1a.png").write_bytes(b"damaged")
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert run("data", "fetch", "scin", "--out", tmp_path, "--url", nowhere).exit_code == 5


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("sd198",), 2, "sd198 cannot be fetched: its authors give it on request"),
        (("dermnet",), 2, "neither ships nor fetches"),
        (("scan",), 2, "Did you mean 'scin'?"),
        (("scin", "--url", "ftp://x"), 2, "expected an address that starts with https://"),
    ],
)
def test_what_cannot_be_fetched_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """And how to come by it is said."""
    result = run("data", "fetch", *arguments, "--out", tmp_path / "scin")
    assert result.exit_code == code
    assert said in result.stderr
    assert not (tmp_path / "scin").exists()


def test_an_address_that_is_no_copy_of_the_bucket_is_refused(bucket: Any, tmp_path: Path) -> None:
    """With the table that it lacks."""
    result = run("data", "fetch", "scin", "--out", tmp_path, "--url", bucket.url)
    assert result.exit_code == 5
    assert "has no dataset/scin_cases.csv; expected a copy of the bucket" in result.stderr


def test_the_public_address_is_the_one_of_the_dataset() -> None:
    """As its own documentation has it."""
    assert fetching.SCIN_URL == "https://storage.googleapis.com/dx-scin-public-data"
