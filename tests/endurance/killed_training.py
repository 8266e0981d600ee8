"""`hzbench train`, killed from outside again and again, ends with the bytes of an undisturbed run.

About two minutes; run it with `tox -e endurance`. The short version, with kills in the middle of writes, is
tests/submissions/training/test_loop.py.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hzbench.benchmark.errors import HzbenchError
from hzbench.benchmark.workflows.datasets import build_dataset_from
from hzbench.submissions.training.output import reserved

KILLS = 10
RECIPE = """
name = "net-ant"
architecture = "mobilenet_v3_small"
input_size = 64
epochs = 10
patience = 0
method = { name = "ant", fresh_generator_passes = 1 }
optimiser = { lr = 1e-3, batch = 16 }
augmentations = { horizontal_flip = 0.5, hue_saturation_value = {}, shift_scale_rotate = {} }
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset of 96 pictures and a recipe that keeps a state of its own between epochs."""
    folder = tmp_path_factory.mktemp("killed")
    draws = np.random.default_rng(0)
    for number, name in enumerate(("acne", "herpes_zoster", "tinea", "other")):
        (folder / "photographs" / name).mkdir(parents=True)
        for index in range(24):
            picture = draws.integers(0, 90, (80, 96, 3), dtype=np.uint8)
            picture[20:60, 30:70, number % 3] += np.uint8(60 + 4 * index)
            Image.fromarray(picture).save(folder / "photographs" / name / f"{index}.png")
    build_dataset_from("folder", folder / "photographs", folder / "data")
    (folder / "net.toml").write_text(RECIPE)
    return folder


@pytest.fixture(scope="module")
def start(workplace: Path) -> Start:
    """A starter of `hzbench train` in the workplace."""

    def begin(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from hzbench.benchmark.cli import main; main()", "train"]
        return subprocess.Popen(
            [*command, *arguments, "--data", "data"], cwd=workplace, stderr=subprocess.PIPE, text=True
        )

    return begin


@pytest.fixture(scope="module")
def expected(workplace: Path, start: Start) -> dict[str, bytes]:
    """What an undisturbed run writes."""
    assert start("net.toml", "--out", "undisturbed").wait() == 0
    return written(workplace / "undisturbed")


def written(folder: Path) -> dict[str, bytes]:
    """Return what a submission's bytes must agree in."""
    return {name: (folder / name).read_bytes() for name in ("weights.safetensors", "submission.toml")}


def wait_for(process: subprocess.Popen[str], beginning: str) -> bool:
    """Read what a process says until a line begins so; False where it ends before."""
    assert process.stderr is not None
    return any(line.startswith(beginning) for line in process.stderr)


def test_killed_ten_times(workplace: Path, start: Start, expected: dict[str, bytes]) -> None:
    """At random moments after the first step of each attempt."""
    moments = random.Random(1)
    kills = 0
    while kills < KILLS:
        process = start("net.toml", "--out", "killed")
        if not wait_for(process, "epoch"):
            assert process.wait() == 0
            break
        time.sleep(moments.uniform(0, 1.5))
        process.kill()
        kills += process.wait() == -signal.SIGKILL
    assert kills >= 3, "the run is long enough to be killed several times"
    last = start("net.toml", "--out", "killed")
    last.communicate()
    assert last.returncode == 0
    assert written(workplace / "killed") == expected


def test_killed_queue_leaves_nothing_running_and_goes_on(
    workplace: Path, start: Start, expected: dict[str, bytes]
) -> None:
    """The owner of the runs is killed; its runs end by themselves, and the same command completes them."""
    (workplace / "queue.txt").write_text("net.toml 0 1\n")
    command = ("--queue", "queue.txt", "--out", "queued", "--processes", "2")
    process = start(*command)
    assert wait_for(process, "queue: 0 of 2 runs ended, 2 running, about")
    process.kill()
    process.wait()
    for name in ("net-ant", "net-ant-s1"):
        assert released(workplace / "queued" / name)
    again = start(*command)
    again.communicate()
    assert again.returncode == 0
    assert written(workplace / "queued" / "net-ant") == expected
    assert written(workplace / "queued" / "net-ant-s1") != expected


def released(folder: Path, tries: int = 100) -> bool:
    """Return whether a run lets go of its folder."""
    for _ in range(tries):
        try:
            with reserved(folder):
                return True
        except HzbenchError:
            time.sleep(0.2)
    return False
