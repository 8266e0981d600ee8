"""The README of an export tells a stranger how to read it, and its lines do what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hzbench.benchmark.data.corrupted.corrupted import generate_corrupted
from hzbench.benchmark.data.corrupted.corrupted_verification import verify_corrupted
from hzbench.benchmark.data.corrupted.manifest import load_manifest
from hzbench.benchmark.data.dataset import open_dataset
from hzbench.benchmark.data.metadata import CARD_NAME, CROISSANT_NAME
from hzbench.corruptions import corrupt_cell

NEEDS = {"webdataset": "webdataset", "imagefolder": "torchvision", "png": "PIL", "npy": "pandas"}


def test_the_lines_of_code_read_the_first_picture(
    export: Path, built_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they stand in the README, in the export's folder, without hzbench."""
    pytest.importorskip(NEEDS[export.name])
    code = re.search(r"```python\n(.*?)```", (export / CARD_NAME).read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    monkeypatch.chdir(export)
    names: dict[str, Any] = {}
    exec(code[1], names)
    found = {
        "png": lambda: (names["picture"], "acne"),
        "imagefolder": lambda: (names["picture"], names["number"]),
        "npy": lambda: (names["cell"][0], names["labels"][0]),
        "webdataset": lambda: next(iter(names["cell"].to_tuple("png", "cls"))),
    }
    picture, label = found[export.name]()
    split = open_dataset(built_once).split("test")
    assert np.array_equal(np.asarray(picture), corrupt_cell(split.image(0), "fog", 3, 0))
    assert label in ("acne", 0)


def test_it_names_classes_digests_and_licence(export: Path) -> None:
    """Everything that a stranger needs beside the pictures."""
    text = (export / CARD_NAME).read_text(encoding="utf-8")
    manifest = load_manifest(export / "manifest.json")
    assert "Classes by number: 0 acne, 1 herpes_zoster, 2 tinea, 3 other." in text
    assert manifest.root_digest in text
    assert manifest.split_digest in text
    assert "specification 1" in text
    assert (
        f"| contrast |  | {manifest.cells['contrast:2'][:8]} |  | {manifest.cells['contrast:4'][:8]} |  |"
        in text
    )
    assert "assume that nothing is allowed" in text


def test_imagefolder_gives_the_numbers_of_hzbench(exports: dict[str, Path], built_once: Path) -> None:
    """Numbered class folders sort in the order of a model's outputs, which alphabetical ones do not."""
    folders = pytest.importorskip("torchvision.datasets")
    cell = folders.ImageFolder(exports["imagefolder"] / "contrast" / "2")
    split = open_dataset(built_once).split("test")
    assert len(cell) == len(split)
    for (file, number), (picture, _) in zip(cell.samples, cell, strict=True):
        position = int(Path(file).name.split("-")[0])
        assert number == split.labels[position]
        assert np.array_equal(np.asarray(picture), corrupt_cell(split.image(position), "contrast", 2, 0))


def test_webdataset_gives_every_picture_in_order(exports: dict[str, Path], built_once: Path) -> None:
    """Read by the library itself."""
    webdataset = pytest.importorskip("webdataset")
    file = exports["webdataset"] / "contrast" / "2.tar"
    cell = webdataset.WebDataset(str(file), shardshuffle=False).decode("rgb8")
    records = list(cell.to_tuple("__key__", "png", "cls"))
    split = open_dataset(built_once).split("test")
    assert [number for _, _, number in records] == list(split.labels)
    for position, (key, picture, _) in enumerate(records):
        assert key == f"{position:05d}-{split.digests[position][:12]}"
        assert np.array_equal(picture, corrupt_cell(split.image(position), "contrast", 2, 0))


@pytest.mark.parametrize("name", [CARD_NAME, CROISSANT_NAME])
def test_a_changed_document_is_found(export: Path, tmp_path: Path, name: str) -> None:
    """A flipped letter or a lost file, by name; generating again mends both."""
    out = Path(shutil.copytree(export, tmp_path / "copy"))
    file = out / name
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"SD-HZ-C", b"SD-HZ-D", 1))
    assert verify_corrupted(out) == [f"{file}: not the document that manifest.json names; it was changed"]
    file.unlink()
    assert [problem.split(": ")[:2] for problem in verify_corrupted(out)] == [
        [str(file), "cannot be read (No such file or directory)"]
    ]


def test_generating_again_mends_a_document(built_once: Path, tmp_path: Path) -> None:
    """Without touching a cell."""
    dataset = open_dataset(built_once)
    generate_corrupted(dataset, tmp_path / "c", cells=["contrast:2"])
    (tmp_path / "c" / CARD_NAME).unlink()
    generate_corrupted(dataset, tmp_path / "c", cells=["contrast:2"])
    assert verify_corrupted(tmp_path / "c", dataset=dataset) == []


def test_a_class_without_pictures_shifts_no_number(built_once: Path) -> None:
    """`ImageFolder` counts the folders that are there, so the number comes from the folder's name."""
    from hzbench.benchmark.data.exports.entry import Entry
    from hzbench.benchmark.data.exports.imagefolder import ImageFolderFormat

    entries = [Entry("00000-a", "acne", 0), Entry("00001-b", "other", 3)]
    assert ImageFolderFormat().places(entries) == ["00_acne/00000-a.png", "03_other/00001-b.png"]
    assert 'int(cell.classes[number].split("_")[0])' in "\n".join(
        ImageFolderFormat().example("fog/1", entries)
    )
