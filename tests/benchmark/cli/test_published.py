"""`hzbench published` and `hzbench leaderboard --published`."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image
from typer.testing import CliRunner

from hzbench.benchmark.cli.app import app

ROOT = Path(__file__).resolve().parents[3]


def test_audit_ends_with_0_and_the_documented_output() -> None:
    """What docs/published.md shows is what the command prints, networks counted and all."""
    run = CliRunner().invoke(app, ["published", "audit"])
    assert run.exit_code == 0, run.output
    page = (ROOT / "docs" / "published.md").read_text(encoding="utf-8")
    assert run.stdout.strip() in page


def test_audit_as_json_holds_every_check() -> None:
    """For other programs."""
    run = CliRunner().invoke(app, ["published", "audit", "--json"])
    assert run.exit_code == 0, run.output
    document = json.loads(run.stdout)
    assert document["schema"] == "hzbench.published_audit/1"
    assert len(document["mce"]) == 27
    assert len(document["costs"]) == 13
    assert {"key", "where", "printed", "found", "explanation"} == set(document["findings"][0])


def test_figure_is_a_png_in_colours_that_everyone_tells_apart(tmp_path: Path) -> None:
    """Written to the given file, its path to stdout."""
    out = tmp_path / "deep" / "figure1.png"
    run = CliRunner().invoke(app, ["published", "figure1", "-o", str(out)])
    assert run.exit_code == 0, run.output
    assert run.stdout.strip() == str(out)
    with Image.open(out) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 700


def test_figure_in_another_format_is_refused_in_one_line(tmp_path: Path) -> None:
    """Found, expected, what to do."""
    run = CliRunner().invoke(app, ["published", "figure1", "--out", str(tmp_path / "figure1.svg")])
    assert run.exit_code == 2
    assert "found the ending '.svg', expected .png" in run.stderr


def test_board_shows_the_papers_rows_apart_on_request() -> None:
    """Below a dotted line, after the shipped entry, and not without the option."""
    plain = CliRunner().invoke(app, ["leaderboard"]).stdout
    shown = CliRunner().invoke(app, ["leaderboard", "--published"]).stdout
    assert "published, other data" not in plain
    lines = shown.splitlines()
    dotted = next(number for number, line in enumerate(lines) if line.startswith("┄"))
    assert not any("published, other data" in line for line in lines[:dotted])
    assert lines[dotted + 1].startswith("AlexNet (published, other data)")
