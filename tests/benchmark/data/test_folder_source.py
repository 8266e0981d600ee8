"""Anyone's photographs: what is listed from a folder or a CSV, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.data.sources.listing import Listing, order_classes
from hzbench.benchmark.errors import DataError


def read(location: Path, **class_map: str) -> Listing:
    """List a folder source."""
    return SOURCES["folder"].read(location, class_map)


def touch(folder: Path, *names: str) -> Path:
    """Make empty files."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def csv_file(folder: Path, text: str) -> Path:
    """Write a CSV."""
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return folder / "list.csv"


def test_class_folders_are_classes(tmp_path: Path) -> None:
    """Nested folders belong to their class."""
    listing = read(touch(tmp_path, "acne/1.jpg", "acne/deep/2.PNG", "tinea/3.webp"))
    assert [(item.name, item.label) for item in listing.items] == [
        ("acne/1.jpg", "acne"),
        ("acne/deep/2.PNG", "acne"),
        ("tinea/3.webp", "tinea"),
    ]


def test_what_is_not_a_picture_is_listed_as_ignored(tmp_path: Path) -> None:
    """Nothing is left out in silence."""
    listing = read(
        touch(tmp_path, "acne/1.jpg", "acne/notes.txt", "tinea/2.jpg", ".DS_Store", "acne/._1.jpg")
    )
    assert set(listing.ignored) == {"acne/notes.txt", ".DS_Store", "acne/._1.jpg"}


def test_split_folders_are_given_splits(tmp_path: Path) -> None:
    """A folder of train, valid and test folders holds one tree each."""
    listing = read(touch(tmp_path, "train/acne/1.jpg", "valid/acne/2.jpg", "test/other/3.jpg"))
    assert [(item.label, item.split) for item in listing.items] == [
        ("other", "test"),
        ("acne", "train"),
        ("acne", "val"),
    ]


def test_other_spellings_of_the_standard_classes_are_understood(tmp_path: Path) -> None:
    """And the report says so."""
    listing = read(touch(tmp_path, "Herpes Zoster/1.jpg", "Tinea/2.jpg", "Eczema/3.jpg"))
    assert {item.label for item in listing.items} == {"herpes_zoster", "tinea", "Eczema"}
    assert "folder 'Herpes Zoster' was taken as class 'herpes_zoster'" in listing.notes


def test_a_class_map_names_every_folder(tmp_path: Path) -> None:
    """What it does not name is an error that lists what it does."""
    folder = touch(tmp_path, "Acne_Vulgaris/1.jpg", "Kerion/2.jpg")
    listing = read(folder, Acne_Vulgaris="acne", Kerion="tinea")
    assert [item.label for item in listing.items] == ["acne", "tinea"]
    with pytest.raises(DataError, match=r"'Kerion' is not in the class map, which names: Acne_Vulgaris"):
        read(folder, Acne_Vulgaris="acne")


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    """A link to a parent folder is walked once."""
    touch(tmp_path, "acne/1.jpg", "other/2.jpg")
    (tmp_path / "acne" / "up").symlink_to(tmp_path)
    assert len(read(tmp_path).items) == 2


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "no pictures in this folder"),
        (["acne/notes.txt"], "no pictures in this folder"),
        (["1.jpg", "2.jpg"], "is in no class folder"),
        (["acne/1.jpg", "2.jpg"], "picture 2.jpg is in no class folder"),
    ],
)
def test_folders_without_classes_are_refused(tmp_path: Path, names: list[str], said: str) -> None:
    """With the shape that is expected."""
    with pytest.raises(DataError, match=said) as caught:
        read(touch(tmp_path, *names))
    assert "path,label" in str(caught.value)


def test_an_absent_location_is_refused(tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(DataError, match="no such folder or file"):
        read(tmp_path / "nowhere")


def test_a_csv_lists_pictures_beside_it(tmp_path: Path) -> None:
    """With groups, skin types in any usual spelling, and splits."""
    text = (
        "\ufeffpath,label,group,skin_type,split\n"
        "a/1.jpg,acne,p1,3,train\n\n"
        'b 2.jpg,"Herpes Zoster","p, 2",FST6,validation\n'
        "c.jpg,other,,IV,\n"
    )
    items = read(csv_file(tmp_path, text)).items
    assert [item[2:6] for item in items] == [
        ("acne", "p1", "III", "train"),
        ("herpes_zoster", "p, 2", "VI", "val"),
        ("other", "", "IV", ""),
    ]
    assert items[0].file == tmp_path / "a/1.jpg"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column path and no column label"),
        ("path,label\n", "no rows below the header"),
        ("file,cls\n1,2\n", "no column path and no column label"),
        ("path,label,patient\n1,acne,2\n", "unknown column patient; expected path,label"),
        ("path;label\n1;acne\n", "separated by commas"),
        ("path,label,label\n1,acne,acne\n", "appears twice"),
        ("path,label\n1.jpg\n", "line 2 has 1 fields; expected 2"),
        ("path,label\n1.jpg,\n", "line 2: path and label must not be empty"),
        ("path,label,split\n1.jpg,acne,holdout\n", "line 2: split 'holdout'; expected train, val, test"),
        ("path,label,skin_type\n1.jpg,acne,VII\n", "line 2: skin type 'VII'; expected I to VI"),
        ("path,label\n1.jpg,a/b\n", "line 2: 'a/b' cannot name a class"),
        ("path,label\n1.jpg,..\n", "line 2: '..' cannot name a class"),
        ('path,label\n"1.jpg,acne\n', "cannot be read as a CSV file"),
    ],
)
def test_a_csv_that_cannot_be_understood_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """In one line that names the file, the line in it, and what is expected."""
    file = csv_file(tmp_path, text)
    with pytest.raises(DataError, match=said.replace("(", r"\(")) as caught:
        read(file)
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_a_csv_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """UTF-8 is said to be expected."""
    (tmp_path / "list.csv").write_bytes("path,label\n1.jpg,rosácea\n".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        read(tmp_path / "list.csv")


def test_the_standard_classes_come_first_in_their_order() -> None:
    """The others follow, sorted."""
    labels = ["other", "zebra", "acne", "eczema", "herpes_zoster"]
    assert order_classes(labels) == ("acne", "herpes_zoster", "other", "eczema", "zebra")


def test_the_real_photographs_are_listed(openstax: Path) -> None:
    """38 pictures in four classes; the manifest beside them is ignored by name."""
    listing = read(openstax)
    assert len(listing.items) == 38
    assert listing.ignored == ("manifest.csv",)
    with pytest.raises(DataError, match="no column path"):
        read(openstax / "manifest.csv")
