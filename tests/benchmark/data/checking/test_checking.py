"""The check of a dataset: leaks are found and nothing else is called one; shortcuts are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.data.building.originals import ORIGINALS_NAME, Original, write_originals
from hzbench.benchmark.data.building.writing import Description, write_documents
from hzbench.benchmark.data.checking.checking import CheckReport, check_dataset
from hzbench.benchmark.data.dataset import Dataset, open_dataset
from hzbench.benchmark.data.index import IndexRow
from hzbench.benchmark.data.photographs.lossless import encode_png
from hzbench.benchmark.errors import DataError
from hzbench.corruptions.image import pixel_digest

Picture = Callable[..., np.ndarray]


class Row:
    """One picture of a dataset that a test makes."""

    def __init__(self, pixels: np.ndarray, split: str, label: str = "acne", **fields: str) -> None:
        self.pixels, self.split, self.label, self.fields = pixels, split, label, fields


def made(folder: Path, rows: Sequence[Row], sizes: Sequence[tuple[int, int]] = ()) -> Dataset:
    """Write a dataset by hand, as no build would."""
    index, originals = [], []
    for number, row in enumerate(rows):
        path = f"{row.split}/{row.label}/{number}.png"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(encode_png(row.pixels))
        fields = {"group": f"g{number}", "source": "s", "skin_type": "", **row.fields}
        index.append(
            IndexRow(
                path=path,
                label=row.label,
                split=row.split,
                pixel_digest=pixel_digest(row.pixels),
                skin_type_source="estimated" if fields["skin_type"] else "",
                **fields,
            )
        )
        if sizes:
            originals.append(Original(path, f"{number}.jpg", *sizes[number]))
    write_documents(folder, index, Description("made", "1", ("acne", "tinea"), "acne"))
    if sizes:
        write_originals(folder, originals)
    return open_dataset(folder)


def checked(dataset: Dataset) -> CheckReport:
    """Check a dataset in this process."""
    return check_dataset(dataset, workers=0)


def test_a_built_dataset_has_no_leaks(tiny: Dataset) -> None:
    """And its report counts every picture once."""
    report = checked(tiny)
    assert report.leaks == ()
    assert report.contradictions == ()
    assert report.pictures == len(tiny.rows) == sum(sum(one.values()) for one in report.counts.values())
    assert sum(sum(one.values()) for one in report.skin_types.values()) == len(tiny.rows)
    assert report.sources == {"folder": {"acne": 6, "herpes_zoster": 5, "tinea": 5, "other": 8}}
    assert report.source_association is None
    assert report.source_risks == ()


@pytest.mark.parametrize(
    ("kind", "second"),
    [
        ("exact", lambda pixels: pixels),
        ("near", lambda pixels: np.ascontiguousarray(pixels[:, ::-1])),
        ("near", lambda pixels: (pixels // 2 + 40).astype(np.uint8)),
    ],
)
def test_a_picture_in_two_splits_is_a_leak(
    picture: Picture, tmp_path: Path, kind: str, second: Callable[[np.ndarray], np.ndarray]
) -> None:
    """Also mirrored or of another brightness."""
    pixels = picture("leak", 224, 224)
    rows = [Row(pixels, "train"), Row(second(pixels), "test"), Row(picture("x", 224, 224), "val", "tinea")]
    report = checked(made(tmp_path, rows))
    assert [(leak.kind, leak.first, leak.second) for leak in report.leaks] == [
        (kind, "train/acne/0.png", "test/acne/1.png")
    ]


def test_a_group_in_two_splits_is_a_leak(picture: Picture, tmp_path: Path) -> None:
    """Each picture of the group beside the first in another split."""
    rows = [
        Row(picture(f"{k}", 224, 224), split, "acne" if k else "tinea", group="p7")
        for k, split in enumerate(("train", "train", "test", "val"))
    ]
    report = checked(made(tmp_path, rows))
    assert [(leak.kind, leak.second, leak.detail) for leak in report.leaks] == [
        ("group", "test/acne/2.png", "group p7"),
        ("group", "val/acne/3.png", "group p7"),
    ]


def test_test_sets_may_share_a_person(picture: Picture, tmp_path: Path) -> None:
    """Nothing is learnt on either; with train it is a leak."""
    rows = [
        Row(picture("a", 224, 224), "test", group="p1"),
        Row(picture("b", 224, 224), "hz-w", group="p1"),
        Row(picture("c", 224, 224), "train", "tinea", group="p2"),
        Row(picture("d", 224, 224), "hz-w", group="p2"),
    ]
    report = checked(made(tmp_path, rows))
    assert [(leak.first, leak.second) for leak in report.leaks] == [("train/tinea/2.png", "hz-w/acne/3.png")]


def test_near_duplicates_within_a_split_are_counted_and_contradictions_named(
    picture: Picture, tmp_path: Path
) -> None:
    """One picture, mirrored, under two labels."""
    pixels = picture("a", 224, 224)
    rows = [Row(pixels, "train"), Row(np.ascontiguousarray(pixels[::-1]), "train", "tinea")]
    report = checked(made(tmp_path, rows))
    assert report.leaks == ()
    assert report.near_duplicates == 1
    assert [leak.detail[:14] for leak in report.contradictions] == ["acne and tinea"]


def test_a_source_that_is_a_class_is_named(picture: Picture, tmp_path: Path) -> None:
    """With its share of the source and of the class, and the association."""
    rows = [
        Row(
            picture(f"{k}", 224, 224), "train", "acne" if k < 6 else "tinea", source="crawl" if k < 5 else "s"
        )
        for k in range(12)
    ]
    report = checked(made(tmp_path, rows))
    assert [(risk.source, risk.label, risk.pictures) for risk in report.source_risks] == [
        ("crawl", "acne", 5)
    ]
    assert report.source_risks[0].of_source == 1.0
    assert report.source_risks[0].of_class == pytest.approx(5 / 6)
    assert report.source_association is not None
    assert report.source_association > 0.7
    assert any("watermark risk: 100 % of source crawl is acne" in text for text in report.warnings)


def test_enlarged_originals_are_counted_by_class(picture: Picture, tmp_path: Path) -> None:
    """By the side of the square that was taken; a class of small originals goes with the class."""
    rows = [Row(picture(f"{k}", 224, 224), "train", "acne" if k < 4 else "tinea") for k in range(8)]
    sizes = [(500, 100), (150, 160), (223, 900), (120, 120), *[(300, 400)] * 4]
    report = checked(made(tmp_path, rows, sizes))
    assert report.resolution["acne"].model_dump() == {
        "known": 4,
        "smallest": 100,
        "median": 150,
        "enlarged": 4,
    }
    assert report.resolution["tinea"].enlarged == 0
    assert report.resolution_association == 1.0


def test_skin_types_are_counted_by_class_and_split(picture: Picture, tmp_path: Path) -> None:
    """With those that are unknown and those that are estimates."""
    types = ["I", "I", "VI", ""]
    rows = [
        Row(picture(f"{k}", 224, 224), "train" if k < 2 else "test", "acne", skin_type=one)
        for k, one in enumerate(types)
    ]
    report = checked(made(tmp_path, rows))
    assert report.skin_types["acne"]["I"] == 2
    assert report.skin_types_by_split["test"]["VI"] == report.skin_types_by_split["test"]["unknown"] == 1
    assert report.skin_types_estimated == 3


def test_a_damaged_picture_ends_the_check(own_dataset: Path) -> None:
    """With its name and the command that names all."""
    dataset = open_dataset(own_dataset)
    (own_dataset / dataset.rows[3].path).write_bytes(b"text")
    with pytest.raises(DataError, match=r"1 pictures cannot be checked.*hzbench data verify"):
        checked(dataset)


def test_processes_find_the_same(own_dataset: Path) -> None:
    """Two that look at pictures against none."""
    dataset = open_dataset(own_dataset)
    assert check_dataset(dataset, workers=2) == checked(dataset)


@pytest.mark.parametrize(
    "content", ["nonsense\n", "path,file,width,height\na,b,c\n", "path,file,width,height\na,b,c,9\n"]
)
def test_malformed_sizes_are_named(own_dataset: Path, content: str) -> None:
    """As broken data."""
    (own_dataset / ORIGINALS_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"originals\.csv"):
        checked(open_dataset(own_dataset))


def test_a_near_copy_in_another_given_split_is_found_by_the_check(openstax: Path, tmp_path: Path) -> None:
    """A real photograph, halved, mirrored and recoded, which the build reported and let stand."""
    from hzbench.benchmark.data.building.building import build_dataset
    from hzbench.benchmark.data.sources import SOURCES

    lines = ["path,label,split"]
    for number, label in enumerate(("herpes_zoster", "acne", "tinea")):
        file = sorted((openstax / label).iterdir())[0]
        lines.append(f"{file},{label},{('train', 'val', 'test')[number]}")
    with Image.open(sorted((openstax / "herpes_zoster").iterdir())[0]) as image:
        copy = image.convert("RGB").resize((image.width // 2, image.height // 2))
        copy.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "copy.jpg", quality=60)
    lines.append("copy.jpg,herpes_zoster,test")
    (tmp_path / "list.csv").write_text("\n".join(lines), encoding="utf-8")
    listing = SOURCES["folder"].read(tmp_path / "list.csv", {})
    report = build_dataset(listing, tmp_path / "out", workers=0)
    assert len(report.unresolved) == 1
    found = checked(open_dataset(tmp_path / "out"))
    assert [leak.kind for leak in found.leaks] == ["near"]
