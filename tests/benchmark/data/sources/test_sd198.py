"""SD-198 and SD-260: folders, lists that agree or do not, odd names, and crawled zoster photographs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hzbench.benchmark.data.sources.class_map import ClassMap, shipped_class_map
from hzbench.benchmark.data.sources.sd198 import read_sd198
from hzbench.benchmark.errors import DataError

Make = Callable[..., Path]


def test_the_folders_become_classes(sd198: Make, tmp_path: Path) -> None:
    """Apostrophes and brackets are read; a picture keeps its sub-class, other files do not count."""
    listing = read_sd198(sd198(tmp_path / "sd"))
    assert Counter(item.label for item in listing.items) == {
        "acne": 5,
        "herpes_zoster": 5,
        "tinea": 5,
        "other": 10,
    }
    others = {item.sub_class for item in listing.items if item.label == "other"}
    assert others == {"Beau's_Lines", "Actinic_solar_Damage(Actinic_Keratosis)"}
    assert {item.source for item in listing.items} == {"sd198"}
    assert listing.ignored == ("images/Acne_Vulgaris/Thumbs.db",)
    assert listing.left_out == ()


def test_every_sub_class_of_sd198_is_in_the_class_map() -> None:
    """198 names, 10 of them acne, zoster or tinea; the further ones are SD-260's."""
    classes = shipped_class_map("sd198").classes
    assert (len(classes["other"]), classes["herpes_zoster"]) == (187, ("Herpes_Zoster",))


def test_without_lists_the_folders_decide(sd198: Make, tmp_path: Path) -> None:
    """And the report says so."""
    listing = read_sd198(sd198(tmp_path / "sd", lists=False))
    assert len(listing.items) == 25
    assert any("no images.txt beside images" in note for note in listing.notes)


def test_a_listed_picture_that_is_missing_is_counted(sd198: Make, tmp_path: Path) -> None:
    """By name."""
    root = sd198(tmp_path / "sd")
    (root / "images/Herpes_Zoster/002.jpg").unlink()
    listing = read_sd198(root)
    assert [(d.file, d.reason) for d in listing.left_out] == [("Herpes_Zoster/002.jpg", "missing picture")]


def test_a_picture_whose_folder_and_list_differ_is_left_out(sd198: Make, tmp_path: Path) -> None:
    """Neither is believed."""
    root = sd198(tmp_path / "sd")
    labels = (root / "image_class_labels.txt").read_text().replace("\n1 1\n", "\n")
    (root / "image_class_labels.txt").write_text(labels.replace("1 1\n", "1 4\n", 1))
    listing = read_sd198(root)
    assert [(d.file, d.reason, d.detail) for d in listing.left_out] == [
        ("images/Acne_Vulgaris/001.jpg", "folder and list differ", "the lists say 'Herpes_Zoster'")
    ]


def test_a_picture_that_no_list_names_is_taken(
    sd198: Make, tmp_path: Path, picture: Callable[..., None]
) -> None:
    """With a note."""
    root = sd198(tmp_path / "sd")
    picture(root / "images/Tinea_Corporis/new one.jpg")
    listing = read_sd198(root)
    assert len(listing.items) == 26
    assert any("1 pictures that images.txt does not list" in note for note in listing.notes)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("images.txt", "1\n", "line 1 is '1'; expected two fields"),
        ("classes.txt", "1 Acne_Vulgaris\n", "has class 2, which classes.txt does not have"),
        ("image_class_labels.txt", "1 1\n", r"image 2 \(Acne_Vulgaris/002.jpg\) has no class"),
        ("classes.txt", None, "go together"),
    ],
)
def test_lists_that_do_not_fit_are_refused(
    sd198: Make, tmp_path: Path, file: str, text: str | None, said: str
) -> None:
    """In one line that names the file."""
    root = sd198(tmp_path / "sd")
    (root / file).unlink() if text is None else (root / file).write_text(text)
    with pytest.raises(DataError, match=said) as caught:
        read_sd198(root)
    assert str(root) in str(caught.value)


def test_both_releases_are_read_side_by_side(sd198: Make, tmp_path: Path) -> None:
    """Each picture says which it is of; new sub-classes of SD-260 become other and are named."""
    sd198(tmp_path / "both/SD-198")
    root = sd198(tmp_path / "both/SD-260", lists=False)
    (root / "images/Beau's_Lines").rename(root / "images/Acute_Something")
    listing = read_sd198(tmp_path / "both")
    assert Counter(item.source for item in listing.items) == {"sd198": 25, "sd260": 25}
    assert any("Acute_Something" in note and "became other" in note for note in listing.notes)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Herpes_Zostr", "is it a spelling of 'Herpes_Zoster'"),
        ("Bullous_Tinea", "'tinea' in it may be a class"),
    ],
)
def test_an_unknown_sub_class_that_looks_like_a_class_is_left_out(
    sd198: Make, tmp_path: Path, name: str, said: str
) -> None:
    """Zoster under a misspelt name must not teach a model that zoster is other."""
    root = sd198(tmp_path / "sd", lists=False)
    (root / "images/Beau's_Lines").rename(root / "images" / name)
    listing = read_sd198(root)
    assert {drop.reason for drop in listing.left_out} == {"sub-class not in the class map"}
    assert len(listing.left_out) == 5
    assert said in listing.warnings[0]


def test_a_users_class_map_with_a_misspelt_name_is_refused(sd198: Make, tmp_path: Path) -> None:
    """A name that is neither on disk nor among the known ones, with the closest match."""
    classes = {
        "acne": ("Acne_Vulgari",),
        "herpes_zoster": ("Herpes_Zoster",),
        "tinea": ("Kerion",),
        "other": (),
    }
    class_map = ClassMap(source="sd198", version="mine", unmapped="other", classes=classes)
    with pytest.raises(DataError, match="not there: Acne_Vulgari; did you mean 'Acne_Vulgaris'"):
        read_sd198(sd198(tmp_path / "sd"), class_map)


def test_crawled_photographs_are_herpes_zoster(
    sd198: Make, tmp_path: Path, picture: Callable[..., None]
) -> None:
    """Merged in as a source of their own, as the paper's SD-HZ has them."""
    picture(tmp_path / "crawl/site a/1.jpg")
    picture(tmp_path / "crawl/2.png")
    (tmp_path / "crawl/urls.txt").write_text("")
    listing = read_sd198(sd198(tmp_path / "sd"), extra_hz=tmp_path / "crawl")
    crawled = [item for item in listing.items if item.source == "crawl"]
    assert [(item.name, item.label) for item in crawled] == [
        ("extra-hz/2.png", "herpes_zoster"),
        ("extra-hz/site a/1.jpg", "herpes_zoster"),
    ]
    assert "extra-hz/urls.txt" in listing.ignored


@pytest.mark.parametrize("name", ["nowhere", "empty", "sd/images/Herpes_Zoster"])
def test_a_folder_of_crawled_photographs_that_cannot_be_used_is_refused(
    sd198: Make, tmp_path: Path, name: str
) -> None:
    """Absent, empty, or a part of the source itself."""
    root = sd198(tmp_path / "sd")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="extra-hz"):
        read_sd198(root, extra_hz=tmp_path / name)


@pytest.mark.parametrize("layout", ["nothing", "loose.jpg", "images/loose.jpg"])
def test_another_layout_is_refused(tmp_path: Path, picture: Callable[..., None], layout: str) -> None:
    """With the one that is expected."""
    picture(tmp_path / "sd" / layout) if layout != "nothing" else None
    with pytest.raises(DataError, match="expected images/<Class_Name>"):
        read_sd198(tmp_path / "sd")
