"""An opened dataset: what it says, what it gives, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.data.building.writing import Description, write_documents
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.index import IndexRow, condition_problem, root_digest, split_digest
from hzbench.benchmark.errors import DataError
from hzbench.corruptions import pixel_digest


def test_pictures_are_those_of_their_digests(tiny: Dataset) -> None:
    """One by one and several at once, in any order."""
    split = tiny.split("train")
    images = split.images([2, 0])
    assert images.shape == (2, 224, 224, 3)
    assert images.dtype == np.uint8
    assert np.array_equal(images[1], split.image(0))
    assert [pixel_digest(image) for image in images] == [split.digests[2], split.digests[0]]


def test_labels_count_into_the_classes(tiny: Dataset) -> None:
    """And the folder of each picture is its class."""
    split = tiny.split("test")
    assert split.labels.dtype == np.int64
    for path, label in zip(split.paths, split.labels, strict=True):
        assert path.split("/")[1] == tiny.classes[label]


def test_a_split_digest_is_a_plain_hash(tiny: Dataset) -> None:
    """SHA-256 over the lines `digest,label`, as sha256sum would give it."""
    split = tiny.split("test")
    names = [tiny.classes[label] for label in split.labels]
    text = "".join(f"{digest},{name}\n" for digest, name in zip(split.digests, names, strict=True))
    assert split.digest == hashlib.sha256(text.encode()).hexdigest()
    assert tiny.document.split_digests["test"] == split.digest


def test_every_picture_stands_in_a_group(tiny: Dataset) -> None:
    """Of its own, where the source names none."""
    groups = [group for split in tiny.splits.values() for group in split.groups]
    assert len(set(groups)) == len(groups) == 24


def test_an_unknown_split_lists_those_there_are(tiny: Dataset) -> None:
    """With the closest one."""
    with pytest.raises(DataError, match=r"no split 'tests'. Did you mean 'test'\? Valid names"):
        tiny.split("tests")


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    """With the command that makes one; an absent folder too."""
    with pytest.raises(DataError, match="hzbench data build folder"):
        open_dataset(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        open_dataset(tmp_path / "nowhere")


def edit(folder: Path, **changes: Any) -> None:
    """Change fields of dataset.json."""
    file = folder / "dataset.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**document, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "hzbench.dataset/9"}, "schema"),
        ({"classes": ["acne"]}, "classes"),
        ({"classes": "acne"}, "classes"),
        ({"focus_class": "measles"}, "focus_class 'measles' is not one of the classes"),
        ({"colour": "blue"}, "colour"),
        ({"name": "a|b"}, "name"),
        ({"root_digest": "0" * 64}, "root digest"),
        ({"counts": {}}, "counts"),
        ({"framing": "pad"}, "root digest"),
        ({"split_digests": {}}, "rows of split 'test'"),
    ],
)
def test_an_edited_document_is_refused(own_dataset: Path, changes: dict[str, Any], said: str) -> None:
    """In one line that names the file and the field."""
    edit(own_dataset, **changes)
    with pytest.raises(DataError, match=said) as caught:
        open_dataset(own_dataset)
    assert str(caught.value).startswith(str(own_dataset))
    assert "\n" not in str(caught.value)


def test_a_document_that_is_no_json_is_refused(own_dataset: Path) -> None:
    """Whatever stands in it."""
    (own_dataset / "dataset.json").write_bytes(b"\xff\x00 nonsense")
    with pytest.raises(DataError, match=r"dataset\.json"):
        open_dataset(own_dataset)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(",test,", ",train,", 1), "rows of split"),
        (lambda text: text.replace("acne,train", "tinea,train", 1), "rows of split 'train'"),
        (lambda text: text.replace("acne,train", "measles,train", 1), "label 'measles' is not one of"),
        (lambda text: text.replace("train/acne/", "../acne/", 1), "leaves the dataset's folder"),
        (lambda text: text.replace("train/acne/", "/etc/", 1), "leaves the dataset's folder"),
        (lambda text: text.replace(",train,", ",a b,", 1), "not the name of a split"),
        (lambda text: text.replace("path,label", "file,label", 1), "expected path,label,split"),
        (lambda text: text.replace(",folder,,", ",folder,9,", 1), "skin type '9'"),
        (lambda text: text.replace(",folder,,", ",elsewhere,,", 1), "root digest"),
        (lambda text: text.replace(",folder,,", ",folder,,,", 1), "has 10 fields"),
        (lambda text: re.sub(",[0-9a-f]{64},", ",abc,", text, count=1), "not 64 hex digits"),
        (lambda text: text + text.splitlines()[-1] + "\n", "path appears twice"),
        (lambda text: "\n".join(text.splitlines()[:-1]) + "\n", "rows of split"),
        (lambda text: "", "expected path,label,split"),
        (lambda text: text[:-1] + "dim\n", "only additional test sets have"),
    ],
)
def test_an_edited_index_is_refused(own_dataset: Path, change: Callable[[str], str], said: str) -> None:
    """No row can change its class, its split or its place unnoticed."""
    file = own_dataset / "index.csv"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=said) as caught:
        open_dataset(own_dataset)
    assert str(caught.value).startswith(str(file))


def test_an_index_without_the_later_columns_still_opens(own_dataset: Path) -> None:
    """Datasets that were built before the columns came keep their digests."""
    file = own_dataset / "index.csv"
    before = open_dataset(own_dataset)
    rows = [row._replace(skin_type="", skin_type_source="") for row in before.rows]
    write_documents(own_dataset, rows, Description("own", "1", before.classes, before.focus_class))
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("".join(line.rsplit(",", 2)[0] + "\n" for line in lines), encoding="utf-8")
    dataset = open_dataset(own_dataset)
    assert set(dataset.split("test").conditions) == {""}
    assert dataset.extra_tests == ()


ROW = IndexRow("hz-w/1.png", "acne", "hz-w", "p1", "hospital", "II", "0" * 64, condition="dim/long shot")


@pytest.mark.parametrize(
    "change", [{"condition": "dim/close-up"}, {"label": "tinea"}, {"group": "p2"}, {"skin_type": "V"}]
)
def test_the_digest_of_an_additional_test_set_covers_what_its_numbers_depend_on(
    change: dict[str, str],
) -> None:
    """Conditions, groups and skin types included; the dataset's root digest is not touched by it."""
    assert split_digest([ROW]) != split_digest([ROW._replace(**change)])
    assert root_digest([ROW], ("header",)) == root_digest([], ("header",))


@pytest.mark.parametrize("condition", ["", "dim", "dim/long shot", "Ü 3"])
def test_a_condition_is_one_factor_or_two(condition: str) -> None:
    """Or nothing."""
    assert condition_problem(condition) == ""


@pytest.mark.parametrize("condition", ["a/b/c", "/b", "a/", " a", "a\n", "a,b", "a/*", "x" * 101])
def test_what_is_no_condition_is_named(condition: str) -> None:
    """Before it can confuse a table or an index."""
    assert "expected" in condition_problem(condition)


def test_a_missing_picture_is_named_when_it_is_read(own_dataset: Path) -> None:
    """Opening looks at no picture; reading does."""
    split = open_dataset(own_dataset).split("val")
    (own_dataset / split.paths[0]).unlink()
    with pytest.raises(DataError, match=split.paths[0]):
        split.image(0)


def test_a_replaced_picture_is_named_when_it_is_read(own_dataset: Path) -> None:
    """A sound PNG of other pixels is not the picture of the index."""
    split = open_dataset(own_dataset).split("train")
    (own_dataset / split.paths[0]).write_bytes((own_dataset / split.paths[1]).read_bytes())
    with pytest.raises(DataError, match="pixel digest"):
        split.image(0)
