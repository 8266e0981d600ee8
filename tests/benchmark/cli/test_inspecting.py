"""`hzbench data check` and `hzbench data review`: exit codes, tables that fit, and files to fill in."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.cli.check_tables import check_tables
from hzbench.benchmark.cli.result_tables import table_lines
from hzbench.benchmark.data.checking.checking import CheckReport
from hzbench.benchmark.data.photographs.likeness import LARGEST_THRESHOLD, THRESHOLD


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def write_pictures(folder: Path, names: Sequence[str]) -> None:
    """Write small pictures of smooth colours, a different one for each name."""
    for number, name in enumerate(names):
        coarse = np.random.default_rng(number).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(coarse).resize((60, 48), Image.Resampling.BICUBIC).save(folder / name)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures of each of two classes."""
    folder = tmp_path_factory.mktemp("source")
    write_pictures(folder, [f"{label}/{k}.png" for label in ("herpes_zoster", "other") for k in range(3)])
    return folder


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of them."""
    out = tmp_path_factory.mktemp("built") / "hz"
    assert run("data", "build", "folder", source, "--out", out).exit_code == 0
    return out


@pytest.fixture(scope="module")
def leaking(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose given splits share a mirrored picture."""
    folder = tmp_path_factory.mktemp("leaking")
    lines = ["path,label,split"]
    for file in sorted(source.rglob("*.png")):
        lines.append(f"{file},{file.parent.name},{('train', 'val', 'test')[int(file.stem)]}")
    with Image.open(source / "other/0.png") as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "mirrored.png")
    (folder / "list.csv").write_text("\n".join([*lines, "mirrored.png,other,test"]), encoding="utf-8")
    result = run("data", "build", "folder", folder / "list.csv", "--out", folder / "hz")
    assert result.exit_code == 0
    assert "unresolved: near duplicates" in result.stdout
    return folder / "hz"


def test_a_sound_dataset_passes(built: Path) -> None:
    """Exit 0, with tables and a sentence."""
    result = run("data", "check", built)
    assert result.exit_code == 0
    assert "Leakage: none." in result.stdout
    assert re.search(r"herpes_zoster │ +1 +1 +1 +50\.0 │ +48 +48 +3 +│", result.stdout)


def test_leakage_is_exit_1_and_named(leaking: Path) -> None:
    """On stdout each leak, on stderr one line."""
    result = run("data", "check", leaking)
    assert result.exit_code == 1
    assert "LEAK: near: train/other/" in result.stdout
    errors = [line for line in result.stderr.splitlines() if line.startswith("hzbench: ")]
    assert len(errors) == 1
    assert "leaks between splits: 1." in errors[0]


def test_json_is_the_whole_report(leaking: Path) -> None:
    """And the exit code is that of the tables."""
    result = run("data", "check", leaking, "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["schema"] == "hzbench.data-check/1"
    report = CheckReport.model_validate(document)
    assert [leak.kind for leak in report.leaks] == ["near"]


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_threshold_out_of_range_is_refused(leaking: Path, command: str) -> None:
    """Beyond 112 of 256 bits everything is alike."""
    assert run("data", command, leaking, "--near-duplicates", "113").exit_code == 2


def test_broken_data_are_exit_5(built: Path, tmp_path: Path) -> None:
    """No dataset, and one with a damaged picture."""
    assert run("data", "check", tmp_path).exit_code == 5
    damaged = Path(shutil.copytree(built, tmp_path / "damaged"))
    next(damaged.rglob("*.png")).write_bytes(b"text")
    assert run("data", "check", damaged).exit_code == 5


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(leaking: Path, width: int) -> None:
    """At both usual widths."""
    report = CheckReport.model_validate_json(run("data", "check", leaking, "--json").stdout)
    several = report.model_copy(
        update={"sources": {**report.sources, "crawl": {"herpes_zoster": 7, "other": 0}}}
    )
    tables = check_tables(several)
    assert len(tables) == 3
    assert max(len(line) for table in tables for line in table_lines(table, width)) <= width


def test_a_review_is_written_and_taken_by_the_next_build(source: Path, built: Path, tmp_path: Path) -> None:
    """From sheets to a build without the dropped picture."""
    result = run("data", "review", built, "--out", tmp_path / "review", "--reviewer", "AB")
    assert result.exit_code == 0
    assert "review.csv: 6 pictures on 2 sheets" in result.stdout
    file = tmp_path / "review" / "review.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].removesuffix(",,") + ",drop,blurred"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = run("data", "build", "folder", source, "--out", tmp_path / "again", "--review", file)
    assert result.exit_code == 0
    assert "6 pictures read, 5 kept, 1 dropped (1 review)" in result.stdout
    assert "drop, says AB: blurred" in result.stdout


def test_an_unknown_verdict_is_an_error_with_its_line(source: Path, tmp_path: Path) -> None:
    """Before any picture is opened."""
    file = tmp_path / "r.csv"
    file.write_text(f"pixel_digest,verdict\n{'a' * 64},perhaps\n", encoding="utf-8")
    result = run("data", "build", "folder", source, "--out", tmp_path / "out", "--review", file)
    assert result.exit_code == 5
    assert "r.csv: line 2: verdict 'perhaps'" in result.stderr


def test_a_strict_build_names_what_it_cannot_resolve(source: Path, tmp_path: Path) -> None:
    """Exit 5, and nothing is left behind."""
    folder = Path(shutil.copytree(source, tmp_path / "source"))
    shutil.copy(folder / "other/0.png", folder / "herpes_zoster/same.png")
    result = run("data", "build", "folder", folder, "--out", tmp_path / "out", "--strict")
    assert result.exit_code == 5
    assert "herpes_zoster/same.png as herpes_zoster, other/0.png as other" in result.stderr
    assert not (tmp_path / "out").exists()


def test_defaults_and_limits_agree_with_the_data_layer() -> None:
    """The command line repeats them, since it must not import numpy to print its help."""
    for command in ("build", "check"):
        text = " ".join(run("data", command, "--help").stdout.split())
        near = text[text.index("--near-duplicates") :]
        assert near.index(f"default: {THRESHOLD}; 0<=x<={LARGEST_THRESHOLD}") < near.index("--", 2)
