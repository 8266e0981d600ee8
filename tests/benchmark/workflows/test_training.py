"""`hzbench train` and `hzbench reference build` on a small dataset."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.errors import UsageError
from hzbench.benchmark.results.documents import read_reference
from hzbench.benchmark.workflows.evaluation import evaluate_model
from hzbench.benchmark.workflows.inputs import open_for_scoring
from hzbench.benchmark.workflows.training import build_reference, train_queue, train_recipe

RECIPE = """
name = "tiny"
architecture = "mobilenet_v3_small"
data = "unused"
input_size = 64
epochs = 1

[method]
name = "baseline"

[optimiser]
name = "radam"
lr = 1e-3
batch = 8
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Return a recipe of one epoch at 64 px without augmentations."""
    path = tmp_path / "tiny.toml"
    path.write_text(RECIPE)
    return path


def test_a_trained_recipe_is_a_submission_that_can_be_evaluated(
    small: Any, recipe: Path, tmp_path: Path
) -> None:
    """The folder declares its architecture and input size, so that evaluate needs no option."""
    lines: list[str] = []
    said = train_recipe(str(recipe), tmp_path / "student", data=str(small.data), announce=lines.append)
    assert "hzbench evaluate" in said
    assert "interrupt" in lines[0]
    evaluation = evaluate_model(
        str(tmp_path / "student"), data=str(small.data), out=tmp_path / "r.json", latency=False
    )
    assert evaluation.result.model.name == "tiny"
    assert evaluation.result.model.input_size == 64


def test_a_reference_is_built_beside_the_dataset_and_used(
    small: Any, recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the one command, evaluating gives an mCE; the reference scored against itself gives 100."""
    monkeypatch.setenv("HZBENCH_CACHE", str(tmp_path / "cache"))
    data = tmp_path / "data"
    shutil.copytree(small.data, data)
    (data / "reference.json").unlink()
    lines: list[str] = []
    said = build_reference(str(data), recipe=str(recipe), announce=lines.append)
    assert re.search(r"takes at most \d+ (s|min|h)", lines[0])
    reference = read_reference(data / "reference.json")
    assert reference.data_digest == open_for_scoring(str(data)).split("test").digest
    assert reference.title in said
    trained = next((tmp_path / "cache").rglob("weights.safetensors")).parent
    result = evaluate_model(str(trained), data=str(data), out=tmp_path / "r.json", latency=False).result
    assert result.mce == pytest.approx(1) or any(v is None for v in result.corruption_error.values())


def test_a_queue_trains_each_line_in_a_process_and_is_done_the_second_time(
    small: Any, recipe: Path, tmp_path: Path
) -> None:
    """The run's figures are a line on their own; nothing is trained twice."""
    queue = tmp_path / "queue.txt"
    queue.write_text(f"{recipe} 1\n")
    said: list[str] = []
    options: dict[str, Any] = {"data": str(small.data), "processes": 1, "announce": said.append}
    trained, failures = train_queue(queue, tmp_path / "out", **options)
    assert not failures
    assert trained[0].startswith(f"{tmp_path}/out/tiny-s1: epoch 1 of 1 is best, validation accuracy")
    assert [line.partition(": ")[2].split(",")[0].split(" in ")[0] for line in said] == ["started", "done"]
    again, _ = train_queue(queue, tmp_path / "out", **options)
    assert again == trained
    assert "already trained" in said[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "expected either a recipe, such as mobilenet_v3_small-baseline, or --queue FILE"),
        (["a", "--queue", "q.txt"], "expected either a recipe"),
        (["a", "--processes", "2"], "--processes goes with --queue"),
        (["--queue", "q.txt", "--seed", "1"], "write the seeds into its lines"),
        (["--queue", "no-such-file"], "queue no-such-file: cannot be read"),
    ],
)
def test_options_that_contradict_each_other_are_one_line(arguments: list[str], message: str) -> None:
    """A usage error, told before anything is loaded."""
    run = CliRunner().invoke(app, ["train", *arguments])
    assert run.exit_code == 2
    assert message in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_an_unknown_recipe_lists_the_shipped_ones(tmp_path: Path) -> None:
    """A typo is answered with the nearest name."""
    with pytest.raises(UsageError, match="alexnet-reference"):
        train_recipe("alexnet-referense", tmp_path / "x", announce=print)
