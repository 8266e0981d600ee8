"""Fitzpatrick17k: names by MD5, skin types, wrong labels, missing files; no source of training pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.dataset import open_dataset
from hzbench.benchmark.data.sources import SOURCES
from hzbench.benchmark.data.sources.fitzpatrick17k import read_fitzpatrick17k
from hzbench.benchmark.errors import DataError

COLUMNS = (
    "md5hash", "fitzpatrick_scale", "fitzpatrick_centaur", "label", "nine_partition_label",
    "three_partition_label", "qc", "url", "url_alphanum",
)  # fmt: skip
GESTATIONIS = "acquired autoimmune bullous diseaseherpes gestationis"

Write = Callable[..., None]


def md5(number: int) -> str:
    """A name as theirs are."""
    return f"{number:032x}"


def row(number: int, scale: str, label: str, qc: str = "") -> dict[str, str]:
    """A row of the table."""
    return {"md5hash": md5(number), "fitzpatrick_scale": scale, "label": label, "qc": qc}


def make(
    root: Path, table: Write, picture: Write, rows: list[dict[str, str]], without: tuple[int, ...] = ()
) -> Path:
    """Write the table, and the pictures save those in `without`."""
    table(root / "fitzpatrick17k.csv", COLUMNS, rows)
    for name in {entry["md5hash"] for entry in rows if entry["md5hash"]} - {
        md5(number) for number in without
    }:
        picture(root / "data" / "finalfitz17k" / f"{name}.jpg")
    return root


def test_labels_and_skin_types_are_read(tmp_path: Path, table: Write, picture: Write) -> None:
    """-1 is unknown; herpes gestationis is not herpes zoster."""
    rows = [
        row(1, "3", "acne vulgaris", "1 Diagnostic"),
        row(2, "6", "acne"),
        row(3, "-1", GESTATIONIS),
        row(4, "1", "mycosis fungoides"),
    ]
    listing = read_fitzpatrick17k(make(tmp_path, table, picture, rows))
    assert [(item.label, item.skin_type, item.sub_class) for item in listing.items] == [
        ("acne", "III", "acne vulgaris"),
        ("acne", "VI", "acne"),
        ("other", "", GESTATIONIS),
        ("other", "I", "mycosis fungoides"),
    ]
    assert listing.items[0].name == f"data/finalfitz17k/{md5(1)}.jpg"


def test_what_cannot_be_used_is_counted(tmp_path: Path, table: Write, picture: Write) -> None:
    """Wrong labels, missing files, rows that come twice, rows without a name; pictures that no row names."""
    rows = [
        row(1, "3", "acne"),
        row(2, "3", "eczema", "3 Wrongly labelled"),
        row(3, "3", "eczema"),
        row(1, "3", "acne"),
        row(4, "3", "") | {"md5hash": ""},
    ]
    root = make(tmp_path, table, picture, rows, without=(3,))
    picture(root / "images" / f"{md5(9)}.jpg")
    listing = read_fitzpatrick17k(root / "fitzpatrick17k.csv")
    assert [drop.reason for drop in listing.left_out] == [
        "wrongly labelled",
        "missing picture",
        "listed twice",
        "row without a name or a label",
    ]
    assert len(listing.items) == 1
    assert any("1 pictures that fitzpatrick17k.csv does not name" in note for note in listing.notes)


def test_a_table_without_qc_is_read(tmp_path: Path, table: Write, picture: Write) -> None:
    """Later copies have dropped it."""
    picture(tmp_path / f"{md5(1)}.jpg")
    entry = {"md5hash": md5(1), "fitzpatrick_scale": "2", "label": "acne"}
    table(tmp_path / "fitzpatrick17k.csv", tuple(entry), [entry])
    assert read_fitzpatrick17k(tmp_path).items[0].skin_type == "II"


@pytest.mark.parametrize(
    ("scale", "without", "said"), [("7", (), "fitzpatrick_scale '7'"), ("1", (1,), "none of the pictures")]
)
def test_a_table_that_cannot_be_used_is_refused(
    tmp_path: Path, table: Write, picture: Write, scale: str, without: tuple[int, ...], said: str
) -> None:
    """In one line."""
    with pytest.raises(DataError, match=said):
        read_fitzpatrick17k(make(tmp_path, table, picture, [row(1, scale, "acne")], without))


def test_a_folder_without_the_table_is_refused(tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(DataError, match=r"no fitzpatrick17k\.csv"):
        read_fitzpatrick17k(tmp_path)


def test_it_is_built_as_an_extra_test_set(
    sd198: Callable[..., Path], tmp_path: Path, table: Write, picture: Write
) -> None:
    """Beside the splits of another source, with its skin types, its losses counted."""
    rows = [row(1, "3", "acne"), row(2, "6", "eczema"), row(3, "1", "eczema", "3 Wrongly labelled")]
    extra = make(tmp_path / "fitz", table, picture, rows)
    out = tmp_path / "built"
    arguments = ["data", "build", "sd198", str(sd198(tmp_path / "sd")), "--out", str(out)]
    result = CliRunner().invoke(app, [*arguments, "--extra-test", f"fitzpatrick17k={extra}"])
    assert result.exit_code == 0, result.output
    found = [entry for entry in open_dataset(out).rows if entry.split == "fitzpatrick17k"]
    assert {(entry.label, entry.skin_type) for entry in found} == {("acne", "III"), ("other", "VI")}
    assert "left out of fitzpatrick17k: 1 x wrongly labelled" in result.stdout


def test_it_says_why_it_is_no_source_of_training_pictures() -> None:
    """The only one of the table."""
    assert [name for name, source in SOURCES.items() if source.extra_test_only] == ["fitzpatrick17k"]
