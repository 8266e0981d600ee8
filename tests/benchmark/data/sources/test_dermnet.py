"""DermNet: the diagnosis is in the file's name, and neighbours in number stay together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hzbench.benchmark.data.sources.dermnet import read_dermnet
from hzbench.benchmark.errors import DataError

VIRAL = "Warts Molluscum and other Viral Infections"
ACNE = "Acne and Rosacea Photos"
TINEA = "Tinea Ringworm Candidiasis and other Fungal Infections"

NAMES = {
    f"train/{VIRAL}/herpes-zoster-1.jpg": ("herpes_zoster", "dermnet:herpes-zoster-1"),
    f"train/{VIRAL}/herpes-zoster-2.jpg": ("herpes_zoster", "dermnet:herpes-zoster-1"),
    f"test/{VIRAL}/herpes-zoster-3.jpg": ("herpes_zoster", "dermnet:herpes-zoster-1"),
    f"test/{VIRAL}/herpes-zoster-129.jpg": ("herpes_zoster", "dermnet:herpes-zoster-129"),
    f"train/{VIRAL}/herpes-simplex-3.jpg": ("other", "dermnet:herpes-simplex-3"),
    f"train/{ACNE}/acne-cystic-57.jpg": ("acne", "dermnet:acne-cystic-57"),
    f"train/{ACNE}/acne-Closed-Comedo-24.jpg": ("acne", "dermnet:acne-closed-comedo-24"),
    f"test/{ACNE}/acne-closed-comedo-25.jpg": ("acne", "dermnet:acne-closed-comedo-24"),
    f"train/{ACNE}/07AcnePittedScars1.jpg": ("acne", "dermnet:07acnepittedscars-1"),
    f"train/{ACNE}/07AcnePittedScars.jpg": ("acne", ""),
    f"train/{ACNE}/07RosaceaMilia0120.jpg": ("other", "dermnet:07rosaceamilia-120"),
    f"train/{ACNE}/rosacea-82.jpg": ("other", "dermnet:rosacea-82"),
    f"train/{ACNE}/perioral-dermatitis-12.jpg": ("other", "dermnet:perioral-dermatitis-12"),
    "train/Hair Loss Photos/acne-keloidalis-4.jpg": ("other", "dermnet:acne-keloidalis-4"),
    f"test/{TINEA}/tinea-face-65.jpg": ("tinea", "dermnet:tinea-face-65"),
    f"test/{TINEA}/tinea-beard-7.jpg": ("tinea", "dermnet:tinea-beard-7"),
    f"test/{TINEA}/candidiasis-large-skin-folds-9.jpg": ("other", "dermnet:candidiasis-large-skin-folds-9"),
}


def make(root: Path, names: object) -> Path:
    """Make files with these names."""
    for name in names:  # type: ignore[attr-defined]  # any iterable
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return root


def test_the_name_gives_the_class_and_the_number_the_group(tmp_path: Path) -> None:
    """Whatever the category says; train and test are not taken as splits."""
    listing = read_dermnet(make(tmp_path, NAMES))
    assert {item.name: (item.label, item.group) for item in listing.items} == NAMES
    assert {item.split for item in listing.items} == {""}
    assert any("train and test folders were ignored" in note for note in listing.notes)


def test_a_long_run_is_cut_after_ten(tmp_path: Path) -> None:
    """A complete collection would otherwise put all zoster into one split."""
    listing = read_dermnet(make(tmp_path, [f"train/x/herpes-zoster-{number}.jpg" for number in range(5, 30)]))
    groups: dict[str, int] = {}
    for item in listing.items:
        groups[item.group] = groups.get(item.group, 0) + 1
    assert groups == {
        "dermnet:herpes-zoster-5": 10,
        "dermnet:herpes-zoster-15": 10,
        "dermnet:herpes-zoster-25": 5,
    }


def test_one_number_in_both_folders_is_one_group(tmp_path: Path) -> None:
    """Train and test of DermNet share pictures."""
    names = [f"{split}/{ACNE}/07PerioralDermEye1.jpg" for split in ("train", "test")]
    assert len({item.group for item in read_dermnet(make(tmp_path, names)).items}) == 1


def test_microscope_pictures_and_doubtful_names_are_left_out(tmp_path: Path) -> None:
    """Each with its reason; other files are ignored."""
    names = [
        "t/a/acne-histology-3.jpg",
        "t/a/acneiform-eruption-2.jpg",
        "t/a/varicella-zoster-8.jpg",
        "t/a/x.db",
    ]
    listing = read_dermnet(make(tmp_path, [*names, "t/a/acne-1.jpg"]))
    assert [(drop.file, drop.reason) for drop in listing.left_out] == [
        ("t/a/acne-histology-3.jpg", "left out by the class map"),
        ("t/a/acneiform-eruption-2.jpg", "sub-class not in the class map"),
        ("t/a/varicella-zoster-8.jpg", "sub-class not in the class map"),
    ]
    assert listing.ignored == ("t/a/x.db",)
    assert len(listing.warnings) == 2


def test_a_folder_without_pictures_is_refused(tmp_path: Path, picture: Callable[..., None]) -> None:
    """With the layout that is expected."""
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(DataError, match=r"expected train\|test/<category>"):
            read_dermnet(folder)
