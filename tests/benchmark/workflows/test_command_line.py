"""The command line: exit codes, one-line errors, data on stdout, quick help."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.cli.console import one_line


def run(*arguments: object, **environment: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments], env=environment)


def refusal(result: Result) -> str:
    """Return the error line of a command that failed, having checked that it is one line and no traceback."""
    assert result.exit_code not in (0, 1), result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith("hzbench: ")]
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.output
    return lines[0]


def test_help_answers_without_torch_and_numba() -> None:
    """Starting up imports nothing heavy."""
    code = "import sys, hzbench.benchmark.cli.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"torch", "numba", "numpy", "pandas", "matplotlib"} & set(loaded.split())


@pytest.mark.parametrize(
    "command", ["evaluate", "score", "show", "generate", "verify", "leaderboard", "train"]
)
def test_every_command_explains_itself(command: str) -> None:
    """`--help` of each command works and names the options' environment variables."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"HZBENCH_{command.upper()}_" in result.output.replace("\n", "")


def test_the_version_is_printed() -> None:
    """`hzbench --version` names the distribution's version."""
    assert run("--version").output.startswith("hzbench ")


def test_text_from_outside_becomes_one_printable_line() -> None:
    """Names with control characters cannot move the cursor or forge a second line."""
    assert one_line("a\nb\x1b[31m\u202ec") == "a b [31m c"


class Payload:
    """What a hostile pickle would do."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (os.system, (f"touch {self.marker}",))


def hostile_files(folder: Path, checkpoint: Path) -> dict[str, Path]:
    """Return checkpoints that must be refused, by what is wrong with them."""
    good = checkpoint.read_bytes()
    files = {
        "truncated": good[: len(good) // 2],
        "text": b"these are not weights\n",
        "empty": b"",
        "pickle": pickle.dumps(Payload(folder / "executed")),
    }
    for name, content in files.items():
        (folder / f"{name}.pt").write_bytes(content)
    return {name: folder / f"{name}.pt" for name in files}


@pytest.mark.parametrize("name", ["truncated", "text", "empty", "pickle"])
def test_a_bad_checkpoint_is_one_line_and_exit_code_4(small: Any, tmp_path: Path, name: str) -> None:
    """Nothing is executed and nothing is written."""
    path = hostile_files(tmp_path, small.checkpoint)[name]
    result = run("evaluate", path, "--data", small.data, "--out", tmp_path / "out.json")
    assert path.name in refusal(result)
    assert result.exit_code == 4
    assert not (tmp_path / "executed").exists()
    assert not (tmp_path / "out.json").exists()


def test_a_wrong_architecture_is_one_line_and_exit_code_4(small: Any, tmp_path: Path) -> None:
    """The message names keys that do not fit."""
    result = run(
        "evaluate", small.checkpoint, "--arch", "resnet50", "--data", small.data, "--out", tmp_path / "o.json"
    )
    assert "resnet50" in refusal(result)
    assert result.exit_code == 4


def test_an_unknown_dataset_is_one_line_and_exit_code_5(small: Any) -> None:
    """The message offers the nearest name."""
    result = run("evaluate", small.checkpoint, "--data", "sdhz-sinth")
    assert "sdhz-synth" in refusal(result)
    assert result.exit_code == 5


def test_an_empty_folder_is_one_line_and_exit_code_5(tmp_path: Path) -> None:
    """There is nothing to build a dataset of."""
    (tmp_path / "empty").mkdir()
    result = run("data", "build", "folder", tmp_path / "empty", "--out", tmp_path / "data")
    refusal(result)
    assert result.exit_code == 5
    assert not (tmp_path / "data").exists()


def test_an_unknown_option_is_a_usage_error() -> None:
    """Exit code 2, with the nearest option."""
    result = run("evaluate", "model.pt", "--limt", "3")
    assert result.exit_code == 2
    assert "--limit" in result.output


def test_the_tables_show_the_paper_s_columns_and_the_signature(small: Any, tmp_path: Path) -> None:
    """Data go to stdout, notes to stderr, and --json prints the document instead."""
    options = ["--data", small.data, "--limit", 4, "--no-latency", "--threads", 1]
    result = run("evaluate", small.checkpoint, *options, "--out", tmp_path / "r.json")
    assert result.exit_code == 0, result.output
    for text in ("Gauss.", "JPEG", "mCE", "F1-HZ", "Kappa", "Noise", "Digital", "Signature: hzbench:"):
        assert text in result.stdout
    assert "Result: " in result.stderr
    stored = json.loads((tmp_path / "r.json").read_text())
    printed = run("score", tmp_path / "r.npz", "--data", small.data, "--out", tmp_path / "s.json", "--json")
    assert json.loads(printed.stdout)["mce"] == stored["mce"]


def test_options_can_come_from_the_environment(small: Any, tmp_path: Path) -> None:
    """Each option has a variable, as a CI system sets them."""
    result = run("score", "--template", tmp_path / "form.csv", HZBENCH_SCORE_DATA=str(small.data))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "form.csv").is_file()


def test_a_dataset_is_described_checked_and_drawn(small: Any, tmp_path: Path) -> None:
    """info, verify and show of the same dataset."""
    assert "herpes_zoster" in run("data", "info", small.data).stdout
    assert "40 pictures are what their index says" in run("data", "verify", small.data).stdout
    drawn = run("data", "show", small.data, "--out", tmp_path / "sheet.png", "--per-class", 2)
    assert drawn.exit_code == 0, drawn.output
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_a_changed_picture_fails_verification_with_exit_code_1(small: Any, tmp_path: Path) -> None:
    """`hzbench data verify` names the file."""
    import shutil

    shutil.copytree(small.data, tmp_path / "data")
    victim = next((tmp_path / "data").rglob("*.png"))
    victim.write_bytes(victim.read_bytes()[:-30])
    result = run("data", "verify", tmp_path / "data")
    assert result.exit_code == 1
    assert victim.name in result.stderr


def test_a_generated_suite_verifies_and_a_changed_file_is_named(small: Any, tmp_path: Path) -> None:
    """generate, verify, change one byte, verify again."""
    cells = "fog:3,jpeg_compression:5"
    made = run("generate", "--data", small.data, "--out", tmp_path / "c", "--cells", cells)
    assert made.exit_code == 0, made.output
    assert run("verify", tmp_path / "c", "--data", small.data).exit_code == 0
    victim = next((tmp_path / "c").rglob("*.png"))
    victim.write_bytes(victim.read_bytes()[:-30])
    result = run("verify", tmp_path / "c")
    assert result.exit_code == 1
    assert victim.name in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--cells", "fog:9", "fog:1 to fog:5"), ("--cells", "frog:3", "'fog'"), ("--format", "pnh", "'png'")],
)
def test_a_cell_or_format_that_does_not_exist_is_a_usage_error(
    tmp_path: Path, option: str, value: str, said: str
) -> None:
    """Said before the dataset is opened, with what is meant."""
    result = run("generate", "--data", tmp_path, "--out", tmp_path / "c", option, value)
    assert said in refusal(result)
    assert result.exit_code == 2


@pytest.mark.parametrize("severity", [None, 3])
def test_a_photograph_is_shown_under_all_corruptions(
    small: Any, tmp_path: Path, severity: int | None
) -> None:
    """The whole grid, or one severity as in the paper's Figure 4."""
    photograph = next(small.photographs.rglob("*.png"))
    options = [] if severity is None else ["--severity", severity]
    result = run("show", photograph, "--out", tmp_path / "grid.png", *options)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("export", ["table", "md", "csv"])
def test_a_folder_of_results_becomes_a_leaderboard(evaluated: Any, export: str) -> None:
    """Every format shows the model and its mCE."""
    result = run("leaderboard", "--entries", evaluated.path.parent, "--format", export)
    assert result.exit_code == 0, result.output
    assert evaluated.result.model.name in result.stdout
    assert f"{100 * evaluated.result.mce:.1f}" in result.stdout


def test_the_cache_can_be_found_and_cleared(tmp_path: Path) -> None:
    """`cache clear` deletes cells, rendered datasets and kernels, and nothing that is not its own."""
    (tmp_path / "datasets" / "x").mkdir(parents=True)
    (tmp_path / "cells" / "ab").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    assert run("cache", "path", HZBENCH_CACHE=str(tmp_path)).stdout.strip() == str(tmp_path)
    assert run("cache", "clear", HZBENCH_CACHE=str(tmp_path)).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_tuning_looks_at_validation_pictures_and_corruptions_alone(small: Any, tmp_path: Path) -> None:
    """The four validation corruptions on the val split; the 15 on it are refused."""
    options = ["--data", small.data, "--threads", 1, "--out", tmp_path / "t.json"]
    result = run("evaluate", small.checkpoint, *options, "--corruptions", "validation", "--split", "val")
    assert result.exit_code == 0, result.output
    assert "speckle_noise" in result.stdout
    assert "never part of mCE" in result.stdout
    document = json.loads((tmp_path / "t.json").read_text())
    assert len(document["errors"]) == 4
    refused = run("evaluate", small.checkpoint, *options, "--split", "val")
    assert "--corruptions validation --split val" in refusal(refused)
