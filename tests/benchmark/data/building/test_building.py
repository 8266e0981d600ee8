"""From photographs to a dataset: complete accounts, content-only order, nothing half-written."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.building import building
from hzbench.benchmark.data.building.building import build_dataset
from hzbench.benchmark.data.building.report import BuildReport, load_report
from hzbench.benchmark.data.checking.verification import verify_dataset
from hzbench.benchmark.data.dataset import open_dataset
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.errors import DataError

Picture = Callable[..., np.ndarray]
Tree = Callable[[Path], dict[str, bytes]]


def build(source: Path, out: Path, **options: Any) -> BuildReport:
    """Build a folder source in this process."""
    return build_dataset(SOURCES["folder"].read(source, {}), out, **{"workers": 0, **options})


def hidden(folder: Path) -> list[str]:
    """Names of hidden things in a folder."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_build_is_a_sound_dataset(photographs: Path, tmp_path: Path) -> None:
    """It opens, verifies, and holds every picture."""
    report = build(photographs, tmp_path / "out")
    dataset = open_dataset(tmp_path / "out")
    assert verify_dataset(dataset) == []
    assert dataset.classes == ("acne", "herpes_zoster", "other")
    assert dataset.focus_class == "herpes_zoster"
    assert dataset.label == "out-1"
    assert report.read == len(report.kept) == sum(len(split) for split in dataset.splits.values()) == 36
    assert dataset.counts()["test"] == {"acne": 2, "herpes_zoster": 2, "other": 3}
    assert not dataset.synthetic
    assert dataset.notice == ""
    assert hidden(tmp_path) == []


def test_the_report_lies_beside_the_dataset(photographs: Path, tmp_path: Path) -> None:
    """And reads back equal."""
    report = build(photographs, tmp_path / "out")
    assert load_report(tmp_path / "out") == report
    with pytest.raises(DataError, match=r"build_report\.json"):
        load_report(tmp_path)


def test_names_and_order_of_files_do_not_matter(photographs: Path, tmp_path: Path) -> None:
    """The same pictures under shuffled names give the same digests, splits and files."""
    build(photographs, tmp_path / "one")
    renamed = tmp_path / "renamed"
    for label in sorted(path.name for path in photographs.iterdir()):
        files = sorted((photographs / label).iterdir())
        random.Random(label).shuffle(files)
        (renamed / label / "nested").mkdir(parents=True)
        for number, file in enumerate(files):
            shutil.copy(file, renamed / label / ("nested" if number % 2 else ".") / f"{number:03d}.png")
    build(renamed, tmp_path / "two", name="one")
    one, two = open_dataset(tmp_path / "one"), open_dataset(tmp_path / "two")
    assert one.rows == two.rows
    assert one.root_digest == two.root_digest
    assert one.document == two.document


def test_the_container_does_not_matter(photographs: Path, tmp_path: Path) -> None:
    """The same decoded pixels give the same splits and root digest, whatever they were stored in."""
    build(photographs, tmp_path / "one")
    for number, file in enumerate(sorted(photographs.rglob("*.png"))):
        with Image.open(file) as image:
            image.save(file.with_suffix((".bmp", ".tif", ".ppm", ".webp")[number % 4]), lossless=True)
        file.unlink()
    build(photographs, tmp_path / "two", name="one")
    one, two = open_dataset(tmp_path / "one"), open_dataset(tmp_path / "two")
    assert one.rows == two.rows
    assert one.root_digest == two.root_digest


def test_the_root_digest_of_fixed_pictures_never_changes(photographs: Path, tmp_path: Path) -> None:
    """Canonical pixels, near duplicates, splits and estimated skin types: what of them moves is seen here."""
    build(photographs, tmp_path / "out")
    dataset = open_dataset(tmp_path / "out")
    assert Counter(row.skin_type_source for row in dataset.rows)["estimated"] > 20
    assert dataset.root_digest == "cf3a628cae979b4a6a98ceac01ad764cdd5b0f3ee548c669ff21db2ee8ba64d4"


def test_processes_do_not_matter(photographs: Path, tmp_path: Path, tree: Tree) -> None:
    """Two decoding processes give the tree of none, byte for byte, and both report progress."""
    seen: list[tuple[str, int, int]] = []
    build(photographs, tmp_path / "a" / "out", workers=0)
    build(photographs, tmp_path / "b" / "out", workers=2, progress=lambda *step: seen.append(step))
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert seen[-1] == ("reading pictures", 36, 36)


def test_building_from_a_build_gives_the_same_pictures(photographs: Path, tmp_path: Path) -> None:
    """Canonical pictures stay as they are, and the split folders are taken as given."""
    build(photographs, tmp_path / "one")
    build(tmp_path / "one", tmp_path / "two", name="one")
    one, two = open_dataset(tmp_path / "one"), open_dataset(tmp_path / "two")
    assert one.document.split_digests == two.document.split_digests


def test_duplicates_conflicts_and_damage_are_accounted_for(photographs: Path, tmp_path: Path) -> None:
    """Every file that was read is kept or dropped with a reason, and the lines say so."""
    shutil.copy(photographs / "acne/picture0.png", photographs / "acne/copy.png")
    shutil.copy(photographs / "acne/picture1.png", photographs / "other/contradiction.png")
    (photographs / "other/broken.jpg").write_bytes(b"text")
    (photographs / "readme.txt").write_text("hello", encoding="utf-8")
    report = build(photographs, tmp_path / "out")
    assert report.read == len(report.kept) + len(report.dropped) == 39
    assert report.dropped_by_reason() == {"conflict": 2, "duplicate": 1, "unreadable": 1}
    text = "\n".join(report.lines())
    assert "39 pictures read, 35 kept, 4 dropped (2 conflict, 1 duplicate, 1 unreadable)" in text
    assert "dropped: other/broken.jpg: unreadable: not a picture that Pillow can decode" in text
    assert "dropped: acne/picture0.png: duplicate: equals acne/copy.png" in text
    assert "ignored: readme.txt" in text
    assert "unresolved: one picture with two labels" in text


def damaged(pixels: np.ndarray) -> dict[str, bytes]:
    """A hundred files that no decoder can read whole: cut short, overwritten, empty, of other kinds."""
    image = Image.fromarray(pixels)
    files = {"empty.png": b"", "text.jpg": b"no picture", "page.webp": b"<html></html>" * 30}
    for kind in ("png", "jpeg", "gif", "tiff", "bmp", "webp"):
        stream = io.BytesIO()
        image.save(stream, kind)
        whole = stream.getvalue()
        for number in range(16):
            files[f"cut{number:02d}.{kind}"] = whole[: len(whole) * (number + 1) // 18]
    stream = io.BytesIO()
    image.resize((16, 300)).save(stream, "PNG")
    files["thin.png"] = stream.getvalue()
    return files


def test_a_hundred_damaged_pictures_are_a_hundred_named_lines(photographs: Path, tmp_path: Path) -> None:
    """None stops the build, none is forgotten, and the report stores them all."""
    files = damaged(np.asarray(Image.open(photographs / "acne/picture0.png")))
    assert len(files) == 100
    for name, data in files.items():
        (photographs / "other" / name).write_bytes(data)
    report = build(photographs, tmp_path / "out")
    lines = report.lines(limit=1000)
    for name in files:
        named = [line for line in lines if line.startswith(f"dropped: other/{name}: unreadable: ")]
        assert len(named) == 1, name
    assert len(report.kept) == 36
    assert report.lines()[-1] == "... and 80 more, all in build_report.json"
    assert len(load_report(tmp_path / "out").dropped) == 100
    assert any(line.split()[:3] == ["other", "114", "100"] for line in lines)


def test_a_crash_of_the_decoder_costs_one_picture(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies is replaced, and the picture that it died of is named."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import os, pathlib\n"
        "real = pathlib.Path.stat\n"
        "def stat(self, **options):\n"
        "    if self.name == 'picture13.png': os.abort()\n"
        "    return real(self, **options)\n"
        "pathlib.Path.stat = stat\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(hook), os.environ.get("PYTHONPATH", "")]))
    report = build(photographs, tmp_path / "out", workers=1)
    assert [(drop.file, drop.detail) for drop in report.dropped] == [
        ("other/picture13.png", "the decoder crashed on it (signal 6)")
    ]


def test_groups_and_skin_types_reach_the_index(picture: Picture, tmp_path: Path) -> None:
    """A CSV's persons stay together and keep their skin types."""
    lines = ["path,label,group,skin_type"]
    for number in range(30):
        label = ("acne", "herpes_zoster", "other")[number % 3]
        Image.fromarray(picture(f"g{number}")).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,{label},person{number // 3},{1 + number % 6}")
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    build(tmp_path / "list.csv", tmp_path / "out")
    dataset = open_dataset(tmp_path / "out")
    assert verify_dataset(dataset) == []
    splits: dict[str, set[str]] = {}
    for row in dataset.rows:
        splits.setdefault(row.group, set()).add(row.split)
    assert all(len(found) == 1 for found in splits.values())
    assert len(splits) == 10
    assert {row.skin_type for row in dataset.rows} == {"I", "II", "III", "IV", "V", "VI"}


def test_a_missing_picture_of_a_csv_is_named(picture: Picture, tmp_path: Path) -> None:
    """It counts as unreadable."""
    for name in ("1", "2"):
        Image.fromarray(picture(name)).save(tmp_path / f"{name}.png")
    text = "path,label\n1.png,herpes_zoster\n2.png,other\nnowhere/3.png,other\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    report = build(tmp_path / "list.csv", tmp_path / "out")
    assert [(drop.file, drop.reason) for drop in report.dropped] == [("nowhere/3.png", "unreadable")]


def test_a_thin_class_is_warned_about(picture: Picture, tmp_path: Path) -> None:
    """Two pictures can't be in three splits."""
    for label, count in (("acne", 2), ("herpes_zoster", 10)):
        (tmp_path / "p" / label).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(picture(f"{label}{number}")).save(tmp_path / "p" / label / f"{number}.png")
    report = build(tmp_path / "p", tmp_path / "out")
    assert report.warnings == ("class acne: 2 pictures in 2 groups, none in val",)
    assert report.counts["test"]["acne"] == report.counts["train"]["acne"] == 1


def test_one_class_is_refused(picture: Picture, tmp_path: Path) -> None:
    """There is nothing to tell apart."""
    (tmp_path / "p" / "acne").mkdir(parents=True)
    Image.fromarray(picture("one")).save(tmp_path / "p" / "acne" / "1.png")
    with pytest.raises(DataError, match=r"one class \(acne\); expected at least two"):
        build(tmp_path / "p", tmp_path / "out")


def test_without_herpes_zoster_the_focus_class_must_be_named(photographs: Path, tmp_path: Path) -> None:
    """The message names the option; a misspelt one gets the closest class."""
    shutil.rmtree(photographs / "herpes_zoster")
    with pytest.raises(DataError, match="--focus-class"):
        build(photographs, tmp_path / "out")
    with pytest.raises(DataError, match="Did you mean 'acne'"):
        build(photographs, tmp_path / "out", focus_class="acnee")
    build(photographs, tmp_path / "out", focus_class="acne")
    assert open_dataset(tmp_path / "out").focus_class == "acne"


def test_a_class_of_damaged_pictures_is_an_error_that_leaves_nothing(
    photographs: Path, tmp_path: Path
) -> None:
    """A model's outputs depend on the number of classes, so none disappears quietly."""
    for file in (photographs / "acne").iterdir():
        file.write_bytes(b"text")
    with pytest.raises(
        DataError, match=r"no picture of class 'acne' is left; 12 were dropped: acne/picture0"
    ):
        build(photographs, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert hidden(tmp_path) == []


def test_an_existing_dataset_is_replaced_only_by_force(photographs: Path, tmp_path: Path) -> None:
    """And any other folder never."""
    build(photographs, tmp_path / "out")
    with pytest.raises(DataError, match="--force"):
        build(photographs, tmp_path / "out")
    (photographs / "acne/picture0.png").unlink()
    assert build(photographs, tmp_path / "out", force=True).read == 35
    assert len(open_dataset(tmp_path / "out").rows) == 35
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(DataError, match="not empty and not a dataset"):
        build(photographs, tmp_path / "mine", force=True)
    assert (tmp_path / "mine" / "thesis.txt").exists()
    assert hidden(tmp_path) == []


def test_an_interrupt_leaves_nothing_and_keeps_the_old(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replaced dataset is the old one until the new one is whole."""
    build(photographs, tmp_path / "out")
    before = (tmp_path / "out" / "index.csv").read_bytes()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "decode_pictures", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(photographs, tmp_path / "out", force=True)
    assert (tmp_path / "out" / "index.csv").read_bytes() == before
    assert hidden(tmp_path) == []


def test_what_a_killed_build_left_is_cleared(photographs: Path, tmp_path: Path) -> None:
    """The hidden sibling folder is reused, and an old dataset caught between two renames comes back."""
    build(photographs, tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / ".out.old")
    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part" / "half.png").write_bytes(b"half")
    with pytest.raises(DataError, match="--force"):
        build(photographs, tmp_path / "out")
    build(photographs, tmp_path / "out", force=True)
    assert verify_dataset(tmp_path / "out") == []
    assert hidden(tmp_path) == []


def test_a_target_inside_the_source_is_refused(photographs: Path) -> None:
    """The next build would read its own output."""
    with pytest.raises(DataError, match="lies inside the source"):
        build(photographs, photographs / "out")


def test_a_target_that_is_a_file_is_refused(photographs: Path, tmp_path: Path) -> None:
    """Whatever it is."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="is a file"):
        build(photographs, tmp_path / "file")


def test_a_name_that_cannot_stand_in_a_signature_is_refused(photographs: Path, tmp_path: Path) -> None:
    """A folder's odd name is made plain instead."""
    with pytest.raises(DataError, match="cannot name a dataset"):
        build(photographs, tmp_path / "out", name="a|b")
    build(photographs, tmp_path / "My photos (2)")
    assert open_dataset(tmp_path / "My photos (2)").name == "My-photos-2"


def test_padding_is_recorded(photographs: Path, tmp_path: Path) -> None:
    """The framing is in dataset.json and changes every digest."""
    build(photographs, tmp_path / "crop")
    build(photographs, tmp_path / "pad", framing="pad", licence="CC BY 4.0")
    document = json.loads((tmp_path / "pad" / "dataset.json").read_text(encoding="utf-8"))
    assert document["framing"] == "pad"
    assert document["licence"] == "CC BY 4.0"
    assert document["root_digest"] != open_dataset(tmp_path / "crop").root_digest


def test_the_real_photographs_build(openstax: Path, tmp_path: Path) -> None:
    """All 38 are kept, and the CMYK one is noted."""
    report = build(openstax, tmp_path / "openstax")
    assert len(report.kept) == 38
    assert report.dropped == ()
    assert any("CMYK turned into RGB" in notes for notes in report.noted.values())
    assert verify_dataset(tmp_path / "openstax") == []
