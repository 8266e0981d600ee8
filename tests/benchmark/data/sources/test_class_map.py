"""Class maps: the shipped ones, a user's own, and what becomes of names that they do not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hzbench.benchmark.data.dataset import STANDARD_CLASSES
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.data.sources.class_map import ClassMap, from_pairs, read_class_map, shipped_class_map
from hzbench.benchmark.data.sources.placing import Placer
from hzbench.benchmark.errors import DataError

SHIPPED = [name for name in SOURCES if name != "folder"]


def class_map(**changes: Any) -> ClassMap:
    """A small map."""
    fields = {
        "source": "folder",
        "version": "1",
        "unmapped": "other",
        "classes": {"acne": ("Acne_Vulgaris",)},
    }
    return ClassMap.model_validate(fields | changes)


@pytest.mark.parametrize("source", SHIPPED)
def test_each_shipped_map_says_what_and_under_which_terms(source: str) -> None:
    """Title, address, terms and the rule in words; its classes are the standard ones."""
    shipped = shipped_class_map(source)
    assert all((shipped.title, shipped.url, shipped.terms, shipped.rule))
    assert set(shipped.classes) <= set(STANDARD_CLASSES)
    assert shipped.unmapped == "other"
    assert "zoster" in shipped.doubtful


def test_the_digest_is_of_what_decides() -> None:
    """Titles, spellings and order do not count; a moved name does."""
    digest = class_map(classes={"acne": ("A b", "C")}).digest()
    assert digest == class_map(classes={"acne": ("c", "a_B")}, title="x", terms="y", version="7").digest()
    assert digest != class_map(classes={"acne": ("A b",), "tinea": ("C",)}).digest()
    assert digest != class_map(classes={"acne": ("A b", "C")}, unmapped="leave_out").digest()


def test_capitals_spaces_and_underscores_do_not_matter() -> None:
    """Copies of a collection differ in them."""
    placer = Placer(class_map())
    assert [placer.place(name).label for name in ("Acne_Vulgaris", "acne vulgaris", " ACNE  VULGARIS")] == [
        "acne"
    ] * 3


@pytest.mark.parametrize(
    ("unmapped", "label", "reason"),
    [("other", "other", ""), ("leave_out", "", "sub-class not in the class map")],
)
def test_the_map_declares_what_becomes_of_other_names(unmapped: str, label: str, reason: str) -> None:
    """And the report is told."""
    placer = Placer(class_map(unmapped=unmapped))
    assert placer.place("Psoriasis")[:2] == (label, reason)
    assert len(placer.warnings()) == (not label)
    assert any("Psoriasis" in note for note in placer.notes()) == bool(label)


def test_a_map_may_refuse_other_names() -> None:
    """With those that it knows."""
    with pytest.raises(
        DataError, match="here: 'Psoriasis' is not in the class map, which names: Acne_Vulgaris"
    ):
        Placer(class_map(unmapped="refuse")).place("Psoriasis", "here")


def test_two_patterns_that_fit_one_name_are_refused() -> None:
    """A picture has one class."""
    patterns = class_map(match="pattern", classes={"acne": ("acne*",), "other": ("*ne",)})
    with pytest.raises(
        DataError, match=r"'acne' fits two patterns of the class map: 'acne\*' \(acne\) and '\*ne'"
    ):
        Placer(patterns).place("acne")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source = ", "not TOML"),
        ('source = "folder"\nversion = "1"\n', "classes: Field required"),
        (
            'source = "scin"\nversion = "1"\n[classes]\nacne = ["a"]\n',
            "is for source 'scin'; expected 'folder'",
        ),
        (
            'source = "folder"\nversion = "1"\nunmaped = "other"\n[classes]\nacne = ["a"]\n',
            "unmaped: Extra inputs",
        ),
        ('source = "folder"\nversion = "1"\n[classes]\nacne = ["A b"]\nother = ["a_b"]\n', "named twice"),
        ('source = "folder"\nversion = "1"\n[classes]\n"a/b" = ["x"]\n', "cannot name a class"),
        ('source = "folder"\nversion = "1"\n[classes]\nacne = [" "]\n', "names an empty sub-class"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_class_map_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    """In one line that names the file."""
    if text is not None:
        (tmp_path / "map.toml").write_text(text)
    with pytest.raises(DataError, match=said) as caught:
        read_class_map(tmp_path / "map.toml", "folder")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))


def test_pairs_make_a_map_that_refuses_other_names() -> None:
    """For callers that have a dictionary."""
    assert from_pairs("folder", {"Kerion": "tinea", "Favus": "tinea"}).classes == {
        "tinea": ("Kerion", "Favus")
    }
    with pytest.raises(DataError, match="named twice"):
        from_pairs("folder", {"Kerion": "tinea", "kerion": "other"})


def test_a_folder_takes_a_class_map(tmp_path: Path) -> None:
    """Names that it does not hold become other, and left-out ones are counted."""
    for name in ("Acne_Vulgaris/1.jpg", "Lupus/2.jpg", "Blurred/3.jpg"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
    listing = SOURCES["folder"].read(tmp_path, class_map(left_out={"Blurred": "not sharp"}))
    assert [(item.label, item.sub_class) for item in listing.items] == [
        ("acne", "Acne_Vulgaris"),
        ("other", "Lupus"),
    ]
    assert [(drop.file, drop.detail) for drop in listing.left_out] == [("Blurred/3.jpg", "not sharp")]
    with pytest.raises(DataError, match="not there: Akne"):
        SOURCES["folder"].read(tmp_path, class_map(classes={"acne": ("Acne_Vulgaris", "Akne")}))
