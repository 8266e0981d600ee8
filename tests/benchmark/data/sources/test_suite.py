"""The named suite scin-hz-c/1: whoever builds it gets the same digests, and nobody can bend it unseen."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.data.building import suite as suite_module
from hzbench.benchmark.data.building.report import load_report
from hzbench.benchmark.data.building.suite import Published, load_suite, suite_names
from hzbench.benchmark.data.dataset import read_document
from hzbench.benchmark.errors import UsageError

SUITE = "scin-hz-c/1"


def run(*arguments: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def odd_rows(scin: Any) -> Any:
    """Add the duplicates that the real files have: within a class, and under two labels."""
    first = scin.add("{'Herpes Zoster': 1.0}", 1)
    scin.add("{'Herpes Zoster': 0.9, 'Eczema': 0.1}", 2)
    scin.add("{'Acne': 1.0}", 1, case={"release": "1.1.0"})
    scin.add("{'Acne': 0.4, 'Tinea': 0.3, 'Eczema': 0.3}", 3)
    scin.add("", 2)
    assert first == scin.cases[-5]["case_id"]
    for case, other in ((-4, -5), (1, 6)):  # one picture in two cases of a class, and of two classes
        target = scin.root / scin.cases[case]["image_1_path"]
        target.write_bytes((scin.root / scin.cases[other]["image_1_path"]).read_bytes())
    return scin


def test_two_builds_of_other_order_and_age_have_equal_digests(
    new_scin: Callable[[Path], Any], tmp_path: Path
) -> None:
    """Rows shuffled, columns turned round, other times, another folder: nothing counts but pixels."""
    outputs = []
    for name in ("one", "two"):
        scin = odd_rows(new_scin(tmp_path / name / "scin"))
        if name == "two":
            random.Random(7).shuffle(scin.cases)
            random.Random(8).shuffle(scin.labels)
            scin.case_columns = tuple(reversed(scin.case_columns))
            for file in sorted((scin.root / "dataset/images").iterdir(), reverse=True):
                content = file.read_bytes()
                file.unlink()
                file.write_bytes(content)
                os.utime(file, (1_000_000_000, 1_000_000_000))
        result = run(
            "data", "build", "scin", scin.write(), "--suite", SUITE, "--out", tmp_path / name / "built"
        )
        assert result.exit_code == 0, result.output
        outputs.append(re.findall(r"^(?:root|test) digest: ([0-9a-f]{64})$", result.stdout, re.MULTILINE))
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 2
    document = read_document(tmp_path / "one/built")
    assert outputs[0] == [document.root_digest, document.split_digests["test"]]
    assert document == read_document(tmp_path / "two/built")


def test_the_dataset_says_by_which_suite_it_was_built(filled_scin: Any, tmp_path: Path) -> None:
    """Name, version, terms and every rule; the report counts what was left out."""
    root = odd_rows(filled_scin).write()
    assert run("data", "build", "scin", root, "--suite", SUITE, "--out", tmp_path / "built").exit_code == 0
    document = read_document(tmp_path / "built")
    assert (document.name, document.version, document.framing) == ("scin-hz", "1", "crop")
    assert "SCIN Data Use License" in document.licence
    assert document.origin is not None
    assert document.origin.suite == SUITE
    assert document.origin.options == {"label_threshold": "0.5", "releases": "1.0.0"}
    assert document.origin.split_rule == load_suite(SUITE).split_rule
    assert document.origin.class_map is not None
    assert document.origin.class_map.digest == load_suite(SUITE).class_map.digest
    reasons = {drop.reason for drop in load_report(tmp_path / "built").left_out}
    assert reasons == {"of another release", "below the label threshold", "gradable case without a label"}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--label-threshold", "0.4"),
        ("--framing", "pad"),
        ("--focus-class", "tinea"),
        ("--name", "mine"),
        ("--class-map", "map.toml"),
        ("--extra-hz", "crawl"),
        ("--near-duplicates", "60"),
        ("--review", "review.csv"),
    ],
)
def test_an_option_that_contradicts_the_suite_is_refused(
    filled_scin: Any, tmp_path: Path, option: str, value: str
) -> None:
    """With what the suite fixes; nothing is built."""
    (tmp_path / "map.toml").write_text("")
    result = run(
        "data", "build", "scin", filled_scin.write(), "--suite", SUITE, option, value, "--out", tmp_path / "b"
    )
    assert result.exit_code == 2, result.output
    assert f"{option} {value} contradicts suite {SUITE}" in result.stderr
    assert not (tmp_path / "b").exists()


def test_an_option_that_agrees_with_the_suite_is_taken(filled_scin: Any, tmp_path: Path) -> None:
    """Saying the same twice is no contradiction."""
    same = ("--label-threshold", "0.5", "--framing", "crop", "--name", "scin-hz")
    result = run(
        "data", "build", "scin", filled_scin.write(), "--suite", SUITE, *same, "--out", tmp_path / "b"
    )
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("source", "suite", "said"),
    [
        ("folder", SUITE, f"suite {SUITE} is made of source scin, not of folder"),
        ("scin", "scin-hz/1", f"Did you mean '{SUITE}'?"),
    ],
)
def test_a_suite_that_does_not_fit_is_refused(tmp_path: Path, source: str, suite: str, said: str) -> None:
    """Another source, or a name that does not exist."""
    result = run("data", "build", source, tmp_path, "--suite", suite, "--out", tmp_path / "b")
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SPECIFICATION", 2, "fixes specification 1; this hzbench makes 2"),
        ("CANONICAL_VERSION", 2, "fixes canonical 1; this hzbench makes 2"),
        ("SPLIT_RULE", "other/1", "fixes split rule"),
    ],
)
def test_a_suite_of_another_version_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, said: str
) -> None:
    """Its bytes would be others."""
    monkeypatch.setattr(suite_module, name, value)
    with pytest.raises(UsageError, match=said):
        load_suite(SUITE).check_installation()


def test_each_suite_fits_this_version() -> None:
    """Its class map, rules and specification are those that are shipped."""
    assert SUITE in suite_names()
    for name in suite_names():
        load_suite(name).check_installation()


def test_a_changed_class_map_is_refused() -> None:
    """A suite is for one map, by its digest."""
    suite = load_suite(SUITE)
    fixed = suite.class_map.model_copy(update={"digest": "0" * 64})
    with pytest.raises(UsageError, match="with digest 000000000000; this hzbench ships 1 with"):
        suite.model_copy(update={"class_map": fixed}).shipped_map()


def test_published_digests_are_compared() -> None:
    """Equal, different, or none published yet."""
    suite = load_suite(SUITE)
    assert "keep these for the record" in suite.agrees("a", "b")
    known = suite.model_copy(update={"published": Published(root_digest="a", test_digest="b")})
    assert known.agrees("a", "b") == "equal to the published root digest and test digest"
    assert known.agrees("a", "c") == "test digest c is not the published b"
