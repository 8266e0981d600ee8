"""A queue of runs: read, started in order, continued after failures and kills, and never trained twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hzbench.benchmark.errors import UsageError
from hzbench.submissions.training import queue
from hzbench.submissions.training.queue import Job, QueueResult, read_queue, run_queue, usual_processes
from hzbench.submissions.training.queue_process import Outcome
from hzbench.submissions.training.run import TrainingResult
from hzbench.submissions.training.time_left import Pace, seconds_left

RECIPE = 'name = "{name}"\narchitecture = "mobilenet_v3_small"\nepochs = 2\n[method]\nname = "{method}"\n'


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    """A folder with the recipes a.toml, b.toml and c.toml; c's teachers are a and b."""
    for name in "ab":
        (tmp_path / f"{name}.toml").write_text(RECIPE.format(name=name, method="gnt"))
    c = RECIPE.format(name="c", method="kde_ct") + 'teachers = ["a", "b"]\n'
    (tmp_path / "c.toml").write_text(c)
    return tmp_path


def read(recipes: Path, *lines: str) -> list[Job]:
    """Return the jobs of a queue of these lines; `@` stands for the folder of recipes."""
    path = recipes / "queue.txt"
    path.write_text("\n".join(lines).replace("@", f"{recipes}/"))
    return read_queue(path, recipes / "out")


def test_lines_name_a_recipe_and_seeds(recipes: Path) -> None:
    """The recipe's own seed gets the plain name; comments and empty lines are left out."""
    jobs = read(recipes, "# students", "", "@a.toml", "@b.toml 0 3  # two seeds")
    assert [(job.folder.name, job.seed) for job in jobs] == [("a", 0), ("b", 0), ("b-s3", 3)]
    assert jobs[0].folder.parent == recipes / "out"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "alexnet-refrence",
            r"queue\.txt, line 2: recipe 'alexnet-refrence' .*Did you mean 'alexnet-reference'",
        ),
        ("alexnet-reference zero", r"line 2: 'zero' is no seed, expected a recipe and then whole numbers"),
        ("@a.toml", r"line 2: .*a\.toml seed 0 would be trained into .*out/a, as .*a\.toml seed 0 is"),
    ],
)
def test_wrong_line_is_named_before_anything_is_trained(recipes: Path, line: str, message: str) -> None:
    """A misspelt name, a seed that is none, the same run twice."""
    with pytest.raises(UsageError, match=message):
        read(recipes, "@a.toml", line)


def test_empty_and_missing_queue_are_refused(recipes: Path) -> None:
    """The form of a line is shown."""
    with pytest.raises(UsageError, match="names no recipe, expected lines such as"):
        read(recipes, "# nothing yet")
    with pytest.raises(UsageError, match="cannot be read"):
        read_queue(recipes / "absent.txt", recipes)


def test_unknown_key_of_a_recipe_is_told_with_the_line(recipes: Path) -> None:
    """A recipe is checked as a whole when the queue is read."""
    (recipes / "d.toml").write_text(RECIPE.format(name="d", method="gnt") + "sigmma = 1\n")
    with pytest.raises(UsageError, match=r"line 1: .*unknown key 'sigmma'\. Did you mean 'sigma'"):
        read(recipes, "@d.toml")


class FakeProcess:
    """A run that ends after its second poll: well, or as the recipe's name says."""

    started: list[tuple[str, int]]
    alive: list[FakeProcess]

    def __init__(self, recipe: str, out: Path, seed: int, data: Any, device: str, threads: int) -> None:
        self.started.append((out.name, len(self.alive)))
        self.alive.append(self)
        self.out, self.polls, self.seconds, self.stopped = out, 0, 60.0, False

    def poll(self, timeout: float) -> Outcome | None:
        self.polls += 1
        if self.polls < 2:
            return None
        self.alive.remove(self)
        if self.out.name == "b":
            return Outcome("training loss at step 1 of epoch 1 is nan")
        self.out.mkdir(parents=True)
        return Outcome(None)

    def pace(self) -> Pace:
        return Pace(0.5, 0.5, 60.0)

    def stop(self) -> None:
        self.alive.remove(self)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., QueueResult]:
    """A runner of queues whose processes are pretended; finished is whatever has a folder."""
    FakeProcess.started, FakeProcess.alive = [], []

    def finished(recipe: Any, out: Path, seed: int, dataset: Any) -> TrainingResult | None:
        return TrainingResult(out, recipe.name, 1, 2, 0.5, 0.9, 0.8, None) if out.is_dir() else None

    monkeypatch.setattr(queue, "RunProcess", FakeProcess)
    monkeypatch.setattr(queue, "finished_run", finished)
    monkeypatch.setattr(queue, "find_dataset", lambda name, progress: None)

    def start(jobs: list[Job], **options: Any) -> QueueResult:
        return run_queue(jobs, announce=options.pop("announce", lambda line: None), **options)

    return start


def test_failure_is_told_and_stops_no_other_run(recipes: Path, run: Callable[..., QueueResult]) -> None:
    """Its reason is in the line and in the result; a second pass tries it alone again."""
    jobs = read(recipes, "@b.toml", "@a.toml 0 1")
    lines: list[str] = []
    result = run(jobs, announce=lines.append)
    assert [name for name, _ in FakeProcess.started] == ["b", "a", "a-s1"]
    assert [title.rpartition("/")[2] for title in result.trained] == ["a.toml seed 0", "a.toml seed 1"]
    assert list(result.failures.values()) == ["training loss at step 1 of epoch 1 is nan"]
    assert any("b.toml seed 0: failed after 60 s: training loss" in line for line in lines)
    FakeProcess.started.clear()
    again = run(jobs, announce=lines.append)
    assert [name for name, _ in FakeProcess.started] == ["b"]
    assert len(again.trained) == 2
    assert sum("already trained" in line for line in lines) == 2


@pytest.mark.parametrize("processes", [1, 2])
def test_no_more_runs_at_a_time_than_processes(
    recipes: Path, run: Callable[..., QueueResult], processes: int
) -> None:
    """The next one starts when one has ended."""
    run(read(recipes, "@a.toml 0 1 2 3"), processes=processes)
    assert max(beside for _, beside in FakeProcess.started) == processes - 1


def test_student_waits_for_its_teachers_of_the_same_queue(
    recipes: Path, run: Callable[..., QueueResult]
) -> None:
    """Even where it stands first; it is started when they have ended, well or not."""
    run(read(recipes, "@c.toml", "@a.toml", "@b.toml"), processes=3)
    assert [name for name, _ in FakeProcess.started] == ["a", "b", "c"]


def test_interruption_ends_the_processes(recipes: Path, run: Callable[..., QueueResult]) -> None:
    """Ctrl-C leaves nothing running."""

    def interrupt(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(read(recipes, "@a.toml 0 1"), processes=2, progress=interrupt)
    assert not FakeProcess.alive


def test_progress_says_how_many_runs_ended_and_how_long_the_rest_takes(
    recipes: Path, run: Callable[..., QueueResult]
) -> None:
    """Half of each of two runs took a minute in one process, so three more halves take another three."""
    seen: list[tuple[str, int, int]] = []
    run(read(recipes, "@a.toml 0 1"), progress=lambda *state: seen.append(state))
    assert seen[0] == ("queue: 0 of 2 runs ended, 1 running, about 3 min left", 250, 1000)
    assert seen[-1] == ("queue: 2 of 2 runs ended, 0 running, about 0 s left", 1000, 1000)


def test_time_left_is_unknown_at_first_and_then_shared_by_the_processes() -> None:
    """A continued run is judged by what it gained, a costlier one by its cost."""
    fresh, half = Pace(0.0, 0.0, 5.0), Pace(0.75, 0.25, 100.0)
    assert seconds_left([(1.0, fresh)], [], [2.0], 2) is None
    assert seconds_left([(1.0, half)], [], [], 2) == 100.0
    assert seconds_left([(1.0, half)], [], [2.0], 2) == 800.0  # one run can't be shared
    assert seconds_left([(1.0, half)], [(3.0, 300.0)], [1.0, 1.0], 1) == pytest.approx(100 + 2 * 400 / 3.25)


def test_usual_number_of_processes() -> None:
    """One a core; one on a GPU."""
    assert (usual_processes("cpu", 2), usual_processes("cuda:0", 16)) == (2, 1)


def test_run_in_a_process_of_its_own_reports_its_error_in_one_line(tmp_path: Path) -> None:
    """The real process, with a dataset that does not exist."""
    from hzbench.submissions.training.queue_process import RunProcess

    process = RunProcess("alexnet-reference", tmp_path / "x", 0, tmp_path / "no-data", "cpu", 1)
    outcome = None
    while outcome is None:
        outcome = process.poll(1.0)
    assert outcome.error is not None
    assert "no-data" in outcome.error
    assert "\n" not in outcome.error
