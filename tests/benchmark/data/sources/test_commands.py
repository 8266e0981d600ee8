"""`hzbench data build SOURCE` and `hzbench data classes SOURCE` on small copies of the collections."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.building.report import load_report
from hzbench.benchmark.data.dataset import open_dataset
from hzbench.benchmark.data.sources import SOURCES

Make = Callable[..., Any]


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def made_dermnet(root: Path, picture: Make) -> Path:
    """Runs of each class."""
    for diagnosis in ("herpes-zoster", "acne-cystic", "tinea-face", "rosacea"):
        for number in (1, 2, 3, 8, 9, 14, 20, 30):
            split = "test" if number % 3 else "train"
            picture(root / split / "Some Photos" / f"{diagnosis}-{number}.jpg")
    return root


def test_each_source_builds(sd198: Make, filled_scin: Any, picture: Make, tmp_path: Path) -> None:
    """Every picture says its collection; the terms are recorded; cases and runs do not cross splits."""
    places = {
        "sd198": sd198(tmp_path / "SD-198"),
        "scin": filled_scin.write(),
        "dermnet": made_dermnet(tmp_path / "dermnet", picture),
    }
    for source, place in places.items():
        result = run("data", "build", source, place, "--out", tmp_path / f"built-{source}")
        assert result.exit_code == 0, result.output
        dataset = open_dataset(tmp_path / f"built-{source}")
        assert dataset.classes == ("acne", "herpes_zoster", "tinea", "other")
        assert {row.source for row in dataset.rows} == {source}
        assert dataset.document.licence
        assert dataset.document.origin is not None
        assert dataset.document.origin.source == source
        splits: dict[str, set[str]] = {}
        for row in dataset.rows:
            splits.setdefault(row.group, set()).add(row.split)
        assert all(len(found) == 1 for found in splits.values())


def test_sd_hz_is_built_with_crawled_photographs(sd198: Make, picture: Make, tmp_path: Path) -> None:
    """What was left out is in the report and printed, with the reason."""
    root = sd198(tmp_path / "SD-198")
    (root / "images/Herpes_Zoster/001.jpg").unlink()
    picture(tmp_path / "crawl/1.jpg")
    out = tmp_path / "built"
    result = run("data", "build", "sd198", root, "--extra-hz", tmp_path / "crawl", "--out", out)
    assert result.exit_code == 0, result.output
    assert "left out of sd198: 1 x missing picture: Herpes_Zoster/001.jpg" in result.stdout
    assert [drop.reason for drop in load_report(out).left_out] == ["missing picture"]
    rows = open_dataset(out).rows
    assert sum(row.source == "crawl" and row.label == "herpes_zoster" for row in rows) == 1


def test_a_class_map_of_the_user_is_used(sd198: Make, tmp_path: Path) -> None:
    """And its digest recorded."""
    (tmp_path / "map.toml").write_text(
        'source = "sd198"\nversion = "mine"\nunmapped = "leave_out"\n'
        '[classes]\nherpes_zoster = ["Herpes_Zoster"]\nother = ["Tinea_Corporis", "Acne_Vulgaris"]\n'
    )
    out = tmp_path / "built"
    result = run(
        "data", "build", "sd198", sd198(tmp_path / "sd"), "--class-map", tmp_path / "map.toml", "--out", out
    )
    assert result.exit_code == 0, result.output
    dataset = open_dataset(out)
    assert dataset.classes == ("herpes_zoster", "other")
    assert dataset.document.origin is not None
    assert dataset.document.origin.class_map is not None
    assert dataset.document.origin.class_map.version == "mine"
    assert "left out of sd198: 10 x sub-class not in the class map" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("fitzpatrick17k", "F"), 2, "--extra-test fitzpatrick17k=F"),
        (("sd198", "F", "--label-threshold", "0.4"), 2, "--label-threshold is not an option of source sd198"),
        (("scin", "F", "--extra-hz", "F"), 2, "--extra-hz is not an option of source scin"),
        (("scinn", "F"), 2, "Did you mean 'scin'?"),
        (("scin", "F"), 5, "hzbench data fetch scin"),
        (("scin", "F", "--class-map", "nowhere.toml"), 5, "nowhere.toml: the class map cannot be read"),
        (("scin", "F", "--framing", "squeeze"), 2, "unknown framing 'squeeze'"),
    ],
)
def test_what_cannot_be_built_is_refused_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """With what to do instead."""
    result = run("data", "build", *arguments, "--out", tmp_path / "built")
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("hzbench: ")]) == 1


@pytest.mark.parametrize("source", [name for name in SOURCES if name != "folder"])
def test_the_class_map_is_printed_with_rule_and_terms(source: str) -> None:
    """As text and as a document."""
    text = run("data", "classes", source)
    document = json.loads(run("data", "classes", source, "--json").stdout)
    assert text.exit_code == 0
    for part in ("terms: ", "class rule: ", "to get it: ", f"digest {document['digest']}"):
        assert part in text.stdout
    assert document["schema"] == "hzbench.class-map/1"
    assert all(len(line) <= 100 for line in text.stdout.splitlines())


def test_the_pictures_of_each_name_are_counted(sd198: Make, tmp_path: Path) -> None:
    """Where a folder is given."""
    root = sd198(tmp_path / "sd")
    (root / "images/Tinea_Corporis/002.jpg").unlink()
    text = run("data", "classes", "sd198", root).stdout
    assert "tinea          4 pictures: Tinea_Corporis (4)" in text
    assert "left out       1 x missing picture" in text
    document = json.loads(run("data", "classes", "sd198", root, "--json").stdout)
    assert document["counts"]["other"] == {"Actinic_solar_Damage(Actinic_Keratosis)": 5, "Beau's_Lines": 5}
    assert document["left_out_counts"] == {"missing picture": 1}


def test_a_folder_has_a_class_map_only_when_one_is_given(tmp_path: Path) -> None:
    """Its folders are its classes."""
    assert "Give one with --class-map" in run("data", "classes", "folder").stderr
    (tmp_path / "map.toml").write_text('source = "folder"\nversion = "1"\n[classes]\nacne = ["Akne"]\n')
    assert (
        "acne      1 name: Akne"
        in run("data", "classes", "folder", "--class-map", tmp_path / "map.toml").stdout
    )


def test_a_printed_class_map_can_be_changed_and_given_back(sd198: Make, tmp_path: Path) -> None:
    """The file itself, with its comments."""
    text = run("data", "classes", "sd198", "--toml").stdout
    assert text.startswith("# Which sub-classes")
    changed = text.replace('"Kerion", ', "").replace('version = "1"', 'version = "without-kerion"')
    (tmp_path / "map.toml").write_text(changed)
    shown = run("data", "classes", "sd198", sd198(tmp_path / "sd"), "--class-map", tmp_path / "map.toml")
    assert "class map: version without-kerion" in shown.stdout
    assert run("data", "classes", "folder", "--toml").exit_code == 5
