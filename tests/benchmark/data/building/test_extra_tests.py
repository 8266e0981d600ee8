"""Additional test sets: read, built into a dataset, and kept apart from what a model learns from."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from hzbench.benchmark.data.building.building import build_dataset
from hzbench.benchmark.data.building.extra_tests import read_extra_test
from hzbench.benchmark.data.building.report import BuildReport, load_report
from hzbench.benchmark.data.checking.verification import verify_dataset
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.errors import DataError, UsageError

Pixels = npt.NDArray[np.uint8]
Picture = Callable[..., Pixels]


def noise(name: int) -> Pixels:
    """A picture that is like no other one."""
    coarse = np.random.default_rng(name).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((96, 96), Image.Resampling.BICUBIC))


def write(file: Path, pixels: Pixels) -> None:
    """Write a PNG and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file)


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """A source with two classes of ten pictures, one person each."""
    rows = []
    for number in range(20):
        label = ("acne", "herpes_zoster")[number % 2]
        write(tmp_path / "main" / f"{number}.png", noise(number))
        rows.append((f"{number}.png", label, f"p{number}"))
    with (tmp_path / "main" / "main.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "label", "group"), *rows])
    return tmp_path / "main" / "main.csv"


def build(main: Path, *extra: str, strict: bool = False) -> tuple[Dataset, BuildReport]:
    """Build a dataset with additional test sets beside its source."""
    out = main.parent.parent / "dataset"
    report = build_dataset(
        SOURCES["folder"].read(main, {}),
        out,
        extra_tests=[read_extra_test(text) for text in extra],
        strict=strict,
        force=True,
        workers=0,
    )
    return open_dataset(out), report


def split_of(dataset: Dataset, report: BuildReport, file: str) -> str:
    """The split that a file of the source went into."""
    return next(path for path, name in report.kept.items() if name == file).split("/")[0]


def test_the_folders_below_a_class_name_the_condition(main: Path, tmp_path: Path) -> None:
    """Light and distance, in natural order; no picture is in any other split."""
    for number, distance in enumerate(("10 cm", "9 cm", "100 cm")):
        write(tmp_path / "w" / "herpes_zoster" / "dim" / distance / "a.png", noise(100 + number))
    dataset, report = build(main, f"hz-w={tmp_path / 'w'}")
    split = dataset.split("hz-w")
    assert split.conditions == ("dim/9 cm", "dim/10 cm", "dim/100 cm")
    assert dataset.extra_tests == ("hz-w",)
    assert set(split.paths) <= set(report.kept)
    assert report.kept[split.paths[0]] == "hz-w: herpes_zoster/dim/9 cm/a.png"
    assert report.counts["hz-w"] == {"acne": 0, "herpes_zoster": 3}
    assert report.read == 23
    assert load_report(dataset.root) == report
    assert verify_dataset(dataset) == []


def test_a_csv_has_a_column_for_the_condition(main: Path, tmp_path: Path) -> None:
    """With groups and skin types as ever."""
    write(tmp_path / "w" / "a.png", noise(100))
    file = tmp_path / "w" / "w.csv"
    file.write_text("path,label,condition,group,skin_type\na.png,acne,at night,x7,V\n", encoding="utf-8")
    split = build(main, f"night={file}")[0].split("night")
    assert (split.conditions, split.groups, split.skin_types) == (("at night",), ("x7",), ("V",))


def test_the_dataset_keeps_its_digests_when_it_gets_an_additional_test_set(
    main: Path, tmp_path: Path
) -> None:
    """Signatures and references stay valid."""
    before = build(main)[0].document
    write(tmp_path / "w" / "acne" / "a.png", noise(100))
    after = build(main, f"w={tmp_path / 'w'}", f"w2={tmp_path / 'w'}")[0].document
    assert after.root_digest == before.root_digest
    assert after.split_digests["test"] == before.split_digests["test"]
    assert set(after.split_digests) - set(before.split_digests) == {"w", "w2"}


@pytest.fixture
def leaky(main: Path, tmp_path: Path) -> Path:
    """A set with a picture of train, one nearly so, one of its group, and three that are nowhere else."""
    dataset, report = build(main)
    learnt = [n for n in range(20) if split_of(dataset, report, f"{n}.png") in ("train", "val")]
    tested = next(n for n in range(20) if split_of(dataset, report, f"{n}.png") == "test")
    bright = np.clip(noise(learnt[1]).astype(np.int16) + 6, 0, 255).astype(np.uint8)
    rows = [("path", "label", "condition", "group")]
    for name, pixels, group in (
        ("same", noise(learnt[0]), "new1"),
        ("same-person", noise(101), "new1"),
        ("near", bright, ""),
        ("group", noise(102), f"p{learnt[2]}"),
        ("of-test", noise(tested), f"p{tested}"),
        ("fresh", noise(103), "new2"),
    ):
        write(tmp_path / "leaky" / f"{name}.png", pixels)
        rows.append((f"{name}.png", "acne", "", group))
    file = tmp_path / "leaky" / "leaky.csv"
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file


def test_what_train_or_val_shares_is_dropped_with_the_reason(main: Path, leaky: Path) -> None:
    """The picture, a near duplicate, its group, and the group of a dropped one; a test picture may stay."""
    dataset, report = build(main, f"leaky={leaky}")
    said = {drop.file: drop.detail for drop in report.dropped if drop.reason == "leak"}
    assert set(said) == {f"leaky: {name}.png" for name in ("same", "same-person", "near", "group")}
    assert " of train" in said["leaky: same.png"] or " of val" in said["leaky: same.png"]
    assert "is nearly (" in said["leaky: near.png"]
    assert "its group" in said["leaky: group.png"]
    assert "group of same.png" in said["leaky: same-person.png"]
    kept = {report.kept[path] for path in dataset.split("leaky").paths}
    assert kept == {"leaky: of-test.png", "leaky: fresh.png"}
    assert any(text.startswith("leaky: 4 pictures dropped") for text in report.warnings)
    assert verify_dataset(dataset) == []


def test_a_strict_build_refuses_them(main: Path, leaky: Path) -> None:
    """And leaves the dataset of before."""
    before = build(main)[0]
    with pytest.raises(DataError, match=r"4 unresolved.*leaky: "):
        build(main, f"leaky={leaky}", strict=True)
    assert open_dataset(before.root).extra_tests == ()


def test_a_set_of_nothing_but_leaks_is_refused(main: Path, tmp_path: Path) -> None:
    """With examples of why."""
    dataset, report = build(main)
    learnt = next(n for n in range(20) if split_of(dataset, report, f"{n}.png") == "train")
    write(tmp_path / "w" / "acne" / "a.png", noise(learnt))
    with pytest.raises(DataError, match=r"no picture of --extra-test w is left: acne/a\.png \(leak"):
        build(main, f"w={tmp_path / 'w'}")


def test_a_class_that_the_dataset_lacks_is_refused(main: Path, tmp_path: Path) -> None:
    """A model has no output for it."""
    write(tmp_path / "w" / "tinea" / "a.png", noise(100))
    with pytest.raises(DataError, match="'tinea'; expected classes of the dataset: acne, herpes_zoster"):
        build(main, f"w={tmp_path / 'w'}")


def test_an_unreadable_picture_is_named(main: Path, tmp_path: Path) -> None:
    """As in any source."""
    write(tmp_path / "w" / "acne" / "a.png", noise(100))
    (tmp_path / "w" / "acne" / "b.png").write_bytes(b"no picture")
    report = build(main, f"w={tmp_path / 'w'}")[1]
    assert [drop.file for drop in report.dropped] == ["w: acne/b.png"]


@pytest.mark.parametrize("text", ["hz-w", "=x", "hz-w=", "test=x", "train=x", "HZ=x", "a/b=x"])
def test_what_is_no_additional_test_set_is_refused(text: str) -> None:
    """The message shows the form."""
    with pytest.raises(UsageError, match="expected NAME=FOLDER"):
        read_extra_test(text)


def test_folders_that_are_no_conditions_are_refused(tmp_path: Path) -> None:
    """Three levels deep, or one for each person."""
    write(tmp_path / "deep" / "acne" / "a" / "b" / "c" / "1.png", noise(1))
    with pytest.raises(DataError, match="one factor, or two"):
        read_extra_test(f"w={tmp_path / 'deep'}")
    for number in range(61):
        folder = tmp_path / "many" / "acne" / f"patient {number}"
        folder.mkdir(parents=True)
        (folder / "1.png").write_bytes(b"")
    with pytest.raises(DataError, match="61 conditions; expected at most 60"):
        read_extra_test(f"w={tmp_path / 'many'}")


def test_a_source_is_named_before_the_path_or_by_the_set(tmp_path: Path) -> None:
    """Fitzpatrick17k in both ways."""
    write(tmp_path / "f" / "0a.jpg", noise(1))
    table = "md5hash,fitzpatrick_scale,label\n0a,5,acne\n"
    (tmp_path / "f" / "fitzpatrick17k.csv").write_text(table, encoding="utf-8")
    for text in (f"fitzpatrick17k={tmp_path / 'f'}", f"tones=fitzpatrick17k:{tmp_path / 'f'}"):
        extra = read_extra_test(text)
        assert [(item.label, item.skin_type) for item in extra.listing.items] == [("acne", "V")]
        assert extra.name == text.partition("=")[0]


def test_conditions_of_the_dataset_itself_are_left_aside_and_noted(main: Path) -> None:
    """Train, val and test have none."""
    lines = main.read_text(encoding="utf-8").splitlines()
    text = "\n".join([f"{lines[0]},condition", *(f"{line},dim" for line in lines[1:])])
    main.write_text(text, encoding="utf-8")
    dataset, report = build(main)
    assert {row.condition for row in dataset.rows} == {""}
    assert any("conditions of 20 pictures were left aside" in note for note in report.notes)
