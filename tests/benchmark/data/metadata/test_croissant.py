"""The Croissant document is what mlcroissant would write, and gives others the pictures hzbench reads."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.exports import EXPORT_FORMATS
from hzbench.benchmark.data.metadata import CROISSANT_NAME
from hzbench.corruptions import corrupt_cell

mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
REMARK = "datePublished"  # nobody published the test's data


def text(value: bytes | str | None) -> str:
    """Return a field as text: mlcroissant gives bytes, and None for an empty one."""
    return value.decode() if isinstance(value, bytes) else value or ""


@pytest.fixture(params=["tiny", "odd"])
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """A plain dataset, and one with odd class names."""
    return request.getfixturevalue(request.param)


def load(folder: Path) -> Any:
    """Open the document of a folder with mlcroissant."""
    return mlcroissant.Dataset(str(folder / CROISSANT_NAME))


def test_mlcroissant_accepts_it(dataset: Dataset) -> None:
    """Without an error, and with one recommendation that only a publisher can follow."""
    issues = load(dataset.root).metadata.ctx.issues
    assert not issues.errors
    assert [warning for warning in issues.warnings if REMARK not in warning] == []


def test_it_is_what_mlcroissant_would_write(dataset: Dataset) -> None:
    """Reading it and writing it again with the library gives the same document."""
    ours = json.loads((dataset.root / CROISSANT_NAME).read_text(encoding="utf-8"))
    assert load(dataset.root).metadata.to_json() == ours
    assert ours["conformsTo"][0] == "http://mlcommons.org/croissant/1.1"


def test_every_picture_comes_back_as_hzbench_reads_it(dataset: Dataset) -> None:
    """The same pixels under the same label and split, streamed file by file."""
    expected = {row.path: row for row in dataset.rows}
    seen = 0
    for record in load(dataset.root).records("pictures"):
        row = expected.pop(text(record["pictures/path"]))
        assert text(record["pictures/label"]) == row.label
        assert text(record["pictures/split"]) == row.split
        split = dataset.split(row.split)
        pixels = np.asarray(record["pictures/image"])
        assert np.array_equal(pixels, split.image(split.paths.index(row.path)))
        seen += 1
    assert expected == {}
    assert seen == len(dataset.rows)


def test_one_split_can_be_asked_for(dataset: Dataset) -> None:
    """The filter of Croissant readers gives the test pictures and no others."""
    records = load(dataset.root).records("pictures", filters={"pictures/split": "test"})
    assert {text(record["pictures/path"]) for record in records} == set(dataset.split("test").paths)


def test_the_index_comes_back_row_by_row(dataset: Dataset) -> None:
    """In order, with every column."""
    records = list(load(dataset.root).records("index"))
    assert len(records) == len(dataset.rows)
    for record, row in zip(records, dataset.rows, strict=True):
        assert {name: text(record[f"index/{name}"]) for name in row._fields} == row._asdict()


def test_classes_and_splits_come_back(dataset: Dataset) -> None:
    """With the class that must not be missed, and a digest for each split."""
    classes = list(load(dataset.root).records("classes"))
    assert [record["classes/name"] for record in classes] == list(dataset.classes)
    assert [record["classes/name"] for record in classes if record["classes/focus"]] == [dataset.focus_class]
    splits = {record["splits/name"]: record for record in load(dataset.root).records("splits")}
    assert {name: record["splits/digest"] for name, record in splits.items()} == {
        name: split.digest for name, split in dataset.splits.items()
    }


def test_the_index_is_named_by_its_digest(dataset: Dataset) -> None:
    """A reader that checks files finds the one that was described."""
    ours = json.loads((dataset.root / CROISSANT_NAME).read_text(encoding="utf-8"))
    found = hashlib.sha256((dataset.root / "index.csv").read_bytes()).hexdigest()
    assert [one["sha256"] for one in ours["distribution"] if one["@id"] == "index.csv"] == [found]


def test_responsible_ai_terms_are_there(odd: Dataset) -> None:
    """Where the pictures come from, what is wrong with them, what they are for, and whose they are."""
    ours = json.loads((odd.root / CROISSANT_NAME).read_text(encoding="utf-8"))
    assert any("enlarged" in limit for limit in ours["rai:dataLimitations"])
    assert "health data" in ours["rai:personalSensitiveInformation"]
    assert "Not for diagnosis" in ours["rai:dataUseCases"]
    assert ours["license"] == "CC BY 4.0"
    assert odd.root_digest in ours["citeAs"]


def test_building_needs_no_mlcroissant() -> None:
    """The data layer never imports it, so that the document is written with the core alone."""
    code = (
        "import sys, hzbench.benchmark.data.building.building, hzbench.benchmark.data.corrupted.corrupted\n"
        "assert not {'mlcroissant', 'torch', 'rdflib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_export_is_accepted_and_is_what_mlcroissant_would_write(export: Path) -> None:
    """In every format."""
    opened = load(export)
    assert not opened.metadata.ctx.issues.errors
    assert [warning for warning in opened.metadata.ctx.issues.warnings if REMARK not in warning] == []
    ours = json.loads((export / CROISSANT_NAME).read_text(encoding="utf-8"))
    assert opened.metadata.to_json() == ours


def test_an_exports_cells_and_index_come_back(export: Path, tiny: Dataset) -> None:
    """The digests of the manifest, and the rows of the index."""
    manifest = json.loads((export / "manifest.json").read_text(encoding="utf-8"))
    cells = {record["cells/name"]: record for record in load(export).records("cells")}
    assert {name: record["cells/digest"] for name, record in cells.items()} == manifest["cells"]
    assert all((export / record["cells/path"]).exists() for record in cells.values())
    rows = list(load(export).records("index"))
    assert tuple(text(row["index/pixel_digest"]) for row in rows) == tiny.split("test").digests


@pytest.mark.parametrize("name", [name for name, one in EXPORT_FORMATS.items() if one.label_pattern])
def test_an_exports_pictures_come_back(exports: dict[str, Path], built_once: Path, name: str) -> None:
    """Of one corruption, where a picture is a file of its own."""
    split = open_dataset(built_once).split("test")
    records = list(load(exports[name]).records("pictures", filters={"pictures/corruption": "contrast"}))
    assert len(records) == 2 * len(split)
    for record in records:
        position = int(Path(text(record["pictures/path"])).name.split("-")[0])
        expected = corrupt_cell(split.image(position), "contrast", record["pictures/severity"], 0)
        assert np.array_equal(np.asarray(record["pictures/image"]), expected)
        assert text(record["pictures/label"]) == split.classes[split.labels[position]]
