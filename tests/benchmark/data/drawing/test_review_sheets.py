"""Sheets and a CSV for reviewers, and a build that does what they say."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.building.building import build_dataset
from hzbench.benchmark.data.building.extra_tests import read_extra_test
from hzbench.benchmark.data.building.report import BuildReport
from hzbench.benchmark.data.building.review import REVIEW_COLUMNS
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.drawing.review_sheets import write_review
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.errors import DataError


@pytest.fixture
def photographs(tmp_path: Path, picture: Callable[..., np.ndarray]) -> Path:
    """A folder of a few small pictures in class folders."""
    folder = tmp_path / "photographs"
    for label, count in {"acne": 4, "herpes_zoster": 3, "other": 3}.items():
        (folder / label).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(picture(f"{label}{number}")).save(folder / label / f"picture{number}.png")
    return folder


def build(source: Path, out: Path, **options: Any) -> BuildReport:
    """Build a folder source in this process."""
    return build_dataset(SOURCES["folder"].read(source, {}), out, **{"workers": 0, **options})


def rows_of(file: Path) -> list[dict[str, str]]:
    """The lines of a review."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def fill_in(file: Path, verdicts: dict[str, str], reviewer: str = "AB") -> None:
    """Write verdicts by pixel digest into a review."""
    rows = rows_of(file)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, REVIEW_COLUMNS)
        writer.writeheader()
        for row in rows:
            verdict = verdicts.get(row["pixel_digest"], "")
            writer.writerow({**row, "reviewer": reviewer, "verdict": verdict})


def test_every_picture_has_one_line_and_one_place_on_a_sheet(tiny: Dataset, tmp_path: Path) -> None:
    """Sheets are JPEGs of the classes, 30 pictures each."""
    written = write_review(tiny, tmp_path / "review", reviewer="AB")
    rows = rows_of(written.csv)
    assert tuple(rows[0]) == REVIEW_COLUMNS
    assert sorted(row["pixel_digest"] for row in rows) == sorted(row.pixel_digest for row in tiny.rows)
    assert {row["reviewer"] for row in rows} == {"AB"}
    assert [sheet.name for sheet in written.sheets] == [f"{name}-001.jpg" for name in tiny.classes]
    with Image.open(written.sheets[0]) as sheet:
        assert sheet.size[0] == 1460
        found = np.asarray(sheet)[138 : 138 + 224, 28 : 28 + 224].astype(int)
    assert rows[0]["path"].split("/")[1] == "acne"
    first = next(row for row in tiny.rows if row.pixel_digest == rows[0]["pixel_digest"])
    with Image.open(tiny.root / first.path) as image:
        assert np.abs(found - np.asarray(image).astype(int)).mean() < 4  # JPEG


def test_only_the_classes_that_were_asked_for(tiny: Dataset, tmp_path: Path) -> None:
    """An unknown one is refused."""
    written = write_review(tiny, tmp_path / "review", labels=["tinea"])
    assert {row["label"] for row in rows_of(written.csv)} == {"tinea"}
    with pytest.raises(DataError, match="no class 'measles'"):
        write_review(tiny, tmp_path / "other", labels=["measles"])


def test_a_review_that_is_there_is_not_overwritten(tiny: Dataset, tmp_path: Path) -> None:
    """It may hold hours of work."""
    write_review(tiny, tmp_path / "review", labels=["tinea"])
    with pytest.raises(DataError, match="may hold verdicts"):
        write_review(tiny, tmp_path / "review")


def test_the_next_build_does_what_reviewers_said(photographs: Path, tmp_path: Path) -> None:
    """Also after every file was renamed."""
    build(photographs, tmp_path / "one")
    written = write_review(open_dataset(tmp_path / "one"), tmp_path / "review")
    rows = rows_of(written.csv)
    acne = [row["pixel_digest"] for row in rows if row["label"] == "acne"]
    fill_in(written.csv, {acne[0]: "drop", acne[1]: "relabel:other", acne[2]: "keep"})
    for file in sorted(photographs.rglob("*.png")):
        file.rename(file.with_name(f"renamed-{file.name}"))
    report = build(photographs, tmp_path / "two", reviews=[written.csv], strict=True)
    labels = {row.pixel_digest: row.label for row in open_dataset(tmp_path / "two").rows}
    assert acne[0] not in labels
    assert labels[acne[1]] == "other"
    assert labels[acne[2]] == "acne"
    assert report.dropped_by_reason() == {"review": 1}
    assert (
        "note: review: 3 verdicts of 1 reviewer on 3 pictures (1 drop, 1 keep, 1 relabel)" in report.lines()
    )


def test_reviewers_settle_a_picture_with_two_labels(photographs: Path, tmp_path: Path) -> None:
    """It is not in the dataset, but has a line in the review."""
    shutil.copy(photographs / "acne/picture1.png", photographs / "other/contradiction.png")
    with pytest.raises(
        DataError, match=r"1 unresolved, and the build is strict: one picture with two labels"
    ):
        build(photographs, tmp_path / "strict", strict=True)
    assert not (tmp_path / "strict").exists()
    build(photographs, tmp_path / "one")
    written = write_review(open_dataset(tmp_path / "one"), tmp_path / "review")
    line = rows_of(written.csv)[-1]
    assert line["path"] == "acne/picture1.png other/contradiction.png"
    assert line["label"] == "acne or other"
    fill_in(written.csv, {line["pixel_digest"]: "relabel:acne"})
    report = build(photographs, tmp_path / "two", reviews=[written.csv], strict=True)
    assert report.dropped_by_reason() == {"duplicate": 1}
    labels = {row.pixel_digest: row.label for row in open_dataset(tmp_path / "two").rows}
    assert labels[line["pixel_digest"]] == "acne"


def test_reviewers_who_differ_fail_a_strict_build(photographs: Path, tmp_path: Path) -> None:
    """Two files, two opinions."""
    build(photographs, tmp_path / "one")
    dataset = open_dataset(tmp_path / "one")
    files = []
    for reviewer, verdict in (("AB", "keep"), ("CD", "drop")):
        written = write_review(dataset, tmp_path / reviewer)
        fill_in(written.csv, {dataset.rows[0].pixel_digest: verdict}, reviewer)
        files.append(written.csv)
    with pytest.raises(DataError, match="AB says keep, CD says drop; it is left out"):
        build(photographs, tmp_path / "two", reviews=files, strict=True)
    assert build(photographs, tmp_path / "two", reviews=files).dropped_by_reason() == {"review": 1}


def test_verdicts_reach_an_additional_test_set(
    photographs: Path, tmp_path: Path, picture: Callable[..., np.ndarray]
) -> None:
    """Its pictures are in the review too, and their verdicts are no verdicts on nothing."""
    for number in range(3):
        file = tmp_path / f"w/herpes_zoster/dim/{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture(f"w{number}")).save(file)
    extra = [read_extra_test(f"hz-w={tmp_path / 'w'}")]
    build(photographs, tmp_path / "one", extra_tests=extra)
    written = write_review(open_dataset(tmp_path / "one"), tmp_path / "review")
    line = next(row for row in rows_of(written.csv) if row["path"].startswith("hz-w/"))
    fill_in(written.csv, {line["pixel_digest"]: "drop"})
    report = build(photographs, tmp_path / "two", extra_tests=extra, reviews=[written.csv])
    assert len(open_dataset(tmp_path / "two").split("hz-w")) == 2
    assert [drop.file[:4] for drop in report.dropped] == ["hz-w"]
    assert not any("verdicts on pictures" in warning for warning in report.warnings)
    assert any(note.startswith("hz-w: review: 1 verdicts") for note in report.notes)
