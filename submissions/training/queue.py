"""Several runs, one process each, as many at a time as there are cores; a failure stops none of the others.

A queue is a text file: a line names a recipe and, if wanted, seeds. What is finished is left alone and what
was interrupted goes on, so that the same file can be run again after whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.durations import duration
from hzbench.benchmark.errors import HzbenchError, UsageError
from hzbench.submissions import zoo
from hzbench.submissions.methods import build_method
from hzbench.submissions.training.queue_process import Outcome, RunProcess
from hzbench.submissions.training.recipe import Recipe, load_recipe
from hzbench.submissions.training.run import TrainingResult, find_dataset, finished_run
from hzbench.submissions.training.time_left import seconds_left

UNKNOWN_MACS = 1000.0  # millions, of a network that the zoo does not list
POLL_SECONDS = 0.2


class Job(NamedTuple):
    """One run of a queue.

    Attributes:
        recipe: as the file names it.
        wanted: the recipe itself.
        seed: of the run.
        folder: of the submission.
        teachers: folders of this queue that have to be done first.
        cost: in units that are comparable within a queue.
    """

    recipe: str
    wanted: Recipe
    seed: int
    folder: Path
    teachers: frozenset[Path]
    cost: float

    @property
    def title(self) -> str:
        """What a reader is told of it."""
        return f"{self.recipe} seed {self.seed}"


class QueueResult(NamedTuple):
    """How a queue ended: what is trained, and why the rest is not."""

    trained: dict[str, TrainingResult]
    failures: dict[str, str]


def read_queue(path: Path, out: Path) -> list[Job]:
    """Read a queue and check every line before anything is trained.

    A run of a recipe's own seed goes to `<out>/<name>`, as `hzbench train RECIPE` does it; other seeds go to
    `<out>/<name>-s<seed>`.

    Args:
        path: lines of a recipe's name or file and any number of seeds; `#` starts a comment.
        out: folder for the submissions.

    Raises:
        UsageError: the file cannot be read, or a line cannot be used; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"queue {path}: cannot be read ({error}).") from error
    jobs: dict[Path, Job] = {}
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        for job in _jobs_of_line(words, out, f"{path}, line {number}"):
            if job.folder in jobs:
                raise UsageError(
                    f"{path}, line {number}: {job.title} would be trained into {job.folder}, as "
                    f"{jobs[job.folder].title} is. Leave one out, or give the recipes names of their own."
                )
            jobs[job.folder] = job
    if not jobs:
        raise UsageError(f"queue {path}: names no recipe, expected lines such as 'alexnet-reference 0 1 2'.")
    return [job._replace(teachers=job.teachers & frozenset(jobs) - {job.folder}) for job in jobs.values()]


def _jobs_of_line(words: Sequence[str], out: Path, place: str) -> list[Job]:
    name, *seeds = words
    wrong = [seed for seed in seeds if not seed.isdecimal()]
    if wrong:
        raise UsageError(f"{place}: '{wrong[0]}' is no seed, expected a recipe and then whole numbers.")
    try:
        recipe = load_recipe(name)
        zoo.trainable(recipe.architecture)
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from error
    method = build_method(recipe.method)
    network = zoo.ZOO.get(recipe.architecture)
    macs = (network.macs if network else UNKNOWN_MACS) * (recipe.input_size / 224) ** 2
    jobs = []
    for seed in [int(seed) for seed in seeds] or [recipe.seed]:
        folder = out / (recipe.name if seed == recipe.seed else f"{recipe.name}-s{seed}")
        teachers = frozenset(out / Path(teacher).name for teacher in method.teachers())
        jobs.append(Job(name, recipe, seed, folder, teachers, recipe.epochs * macs * (1 + method.views)))
    return jobs


def run_queue(
    jobs: Sequence[Job],
    *,
    data: str | Path | None = None,
    device: str = "cpu",
    processes: int = 1,
    threads: int = 1,
    announce: Callable[[str], None],
    progress: Progress | None = None,
) -> QueueResult:
    """Train all jobs of a queue; one that fails is told of, and the others go on.

    Args:
        jobs: of `read_queue`; started in this order, but for those that wait for their teachers.
        data: dataset in place of the recipes'.
        device: cpu, cuda or mps.
        processes: runs at a time.
        threads: of torch in each.
        announce: called with a line when a run starts, ends or fails.
        progress: called as the runs go on; the stage says how much time is left.

    Raises:
        DataError: a dataset is missing or damaged; nothing has been trained then.
    """
    datasets: dict[str, Dataset] = {}
    for job in jobs:  # rendered or opened once, not by every process at the same time
        name = str(data or job.wanted.data)
        if name not in datasets:
            datasets[name] = find_dataset(name, progress)
    trained: dict[str, TrainingResult] = {}
    failures: dict[str, str] = {}
    waiting: list[Job] = []
    for job in jobs:
        try:
            done = finished_run(job.wanted, job.folder, job.seed, datasets[str(data or job.wanted.data)])
        except HzbenchError as error:
            failures[job.title] = str(error)
            announce(f"{job.title}: failed: {error}")
            continue
        if done:
            trained[job.title] = done
            announce(f"{job.title}: already trained, {done.folder}")
        else:
            waiting.append(job)
    running: dict[Path, tuple[Job, RunProcess]] = {}
    finished: list[tuple[Job, float]] = []
    try:
        while waiting or running:
            while len(running) < processes and (following := _next(waiting, set(running))):
                waiting.remove(following)
                announce(f"{following.title}: started, {following.folder}")
                process = RunProcess(
                    following.recipe, following.folder, following.seed, data, device, threads
                )
                running[following.folder] = following, process
            for folder, (job, process) in list(running.items()):
                outcome = process.poll(POLL_SECONDS / len(running))
                if outcome is None:
                    continue
                del running[folder]
                _conclude(job, outcome, process.seconds, datasets, data, trained, failures, announce)
                finished.append((job, process.seconds))
            if progress:
                progress(*_state(jobs, waiting, running, finished, failures, processes))
    finally:
        for _, process in running.values():
            process.stop()
    return QueueResult(trained, failures)


def _next(waiting: Sequence[Job], running: set[Path]) -> Job | None:
    """Return the next job whose teachers are neither running nor waiting; any where nothing else is left."""
    undone = running | {job.folder for job in waiting}
    for job in waiting:
        if not job.teachers & undone:
            return job
    return waiting[0] if waiting and not running else None


def _conclude(
    job: Job,
    outcome: Outcome,
    seconds: float,
    datasets: dict[str, Dataset],
    data: str | Path | None,
    trained: dict[str, TrainingResult],
    failures: dict[str, str],
    announce: Callable[[str], None],
) -> None:
    result = None
    if outcome.error is None:
        result = finished_run(job.wanted, job.folder, job.seed, datasets[str(data or job.wanted.data)])
    if result is None:
        failures[job.title] = outcome.error or "it ended without a submission"
        announce(f"{job.title}: failed after {duration(seconds)}: {failures[job.title]}")
        return
    trained[job.title] = result
    announce(f"{job.title}: done in {duration(seconds)}, macro-F1 {result.validation_macro_f1:.3f}")


def _state(
    jobs: Sequence[Job],
    waiting: Sequence[Job],
    running: dict[Path, tuple[Job, RunProcess]],
    finished: Sequence[tuple[Job, float]],
    failures: dict[str, str],
    processes: int,
) -> tuple[str, int, int]:
    """Return the stage in words, and the runs' progress in thousandths of all of them."""
    left = seconds_left(
        [(job.cost, process.pace()) for job, process in running.values()],
        [(job.cost, seconds) for job, seconds in finished],
        [job.cost for job in waiting],
        processes,
    )
    total = sum(job.cost for job in jobs)
    undone = sum(job.cost for job in waiting)
    undone += sum(job.cost * (1 - process.pace().share) for job, process in running.values())
    ended = len(jobs) - len(waiting) - len(running)
    words = [f"{ended} of {len(jobs)} runs ended", f"{len(running)} running"]
    if failures:
        words.append(f"{len(failures)} failed")
    words.append("time left not yet known" if left is None else f"about {duration(left)} left")
    return f"queue: {', '.join(words)}", round(1000 * (1 - undone / total)), 1000


def usual_processes(device: str, cores: int) -> int:
    """Return how many runs go at a time where nobody says: one a core, and one on a GPU."""
    return cores if device == "cpu" else 1
