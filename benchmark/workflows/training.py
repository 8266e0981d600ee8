"""`hzbench train` and `hzbench reference build`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.catalogue import resolve_dataset
from hzbench.benchmark.durable import Progress, cache_folder, write_bytes
from hzbench.benchmark.durations import duration
from hzbench.benchmark.results.documents import write_reference
from hzbench.benchmark.runs.cell_cache import CellCache
from hzbench.benchmark.runs.keeper import Keeper
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.answering import answer_all
from hzbench.benchmark.workflows.inputs import REFERENCE_NAME
from hzbench.benchmark.workflows.models import find_model
from hzbench.benchmark.workflows.record import require_writable
from hzbench.corruptions import SPECIFICATION, jpeg_probe_digest

if TYPE_CHECKING:
    from hzbench.submissions.training.run import TrainingResult

Announce = Callable[[str], None]


def train_recipe(
    recipe: str,
    out: Path | None = None,
    *,
    data: str | None = None,
    seed: int | None = None,
    device: str = "cpu",
    threads: int = 1,
    announce: Announce,
    progress: Progress | None = None,
) -> str:
    """Train a recipe into a submission's folder, and return one line about what came of it.

    Args:
        recipe: a shipped recipe's name, or a file.
        out: the submission's folder; None makes `hzbench-submissions/<recipe>`.
        data: dataset in place of the recipe's.
        seed: in place of the recipe's.
        device: cpu, cuda or mps.
        threads: of torch on the CPU.
        announce: called with a line before work begins.
        progress: called as the training goes on.

    Raises:
        UsageError: a recipe, a device or a folder that cannot be used.
        DataError: the dataset is absent or damaged.
        HzbenchError: the loss is not finite, the disk is full; the same command goes on.
    """
    from hzbench.submissions.training.recipe import recipe_and_source
    from hzbench.submissions.training.run import train

    wanted, _ = recipe_and_source(recipe)
    folder = out or Path("hzbench-submissions") / wanted.name
    announce(f"Training {wanted.name} into {folder}; interrupt it at will, the same command goes on.")
    result = train(recipe, folder, seed=seed, data=data, device=device, threads=threads, progress=progress)
    if result.throughput is not None:
        announce(f"{wanted.name}: {result.throughput.sentence()}.")
    return f"{_outcome(result)}. Score it with: hzbench evaluate {result.folder}"


def train_queue(
    queue: Path,
    out: Path | None = None,
    *,
    data: str | None = None,
    device: str = "cpu",
    threads: int = 1,
    processes: int | None = None,
    announce: Announce,
    progress: Progress | None = None,
) -> tuple[list[str], list[str]]:
    """Train the runs that a file lists, each in a process of its own.

    Args:
        queue: text file; a line names a recipe and any number of seeds.
        out: folder for the submissions; None makes `hzbench-submissions`.
        data: dataset in place of the recipes'.
        device: cpu, cuda or mps.
        threads: of torch in each run.
        processes: runs at a time; None takes one for as many cores as `threads`, or one on a GPU.
        announce: called with a line when a run starts, ends or fails.
        progress: called as the runs go on.

    Returns:
        A line for each run that is trained, and one for each that failed.

    Raises:
        UsageError: the file or one of its lines cannot be used; nothing was trained.
        DataError: a dataset is absent or damaged; nothing was trained.
    """
    from hzbench.submissions.training.queue import read_queue, run_queue, usual_processes

    jobs = read_queue(queue, out or Path("hzbench-submissions"))
    result = run_queue(
        jobs,
        data=data,
        device=device,
        processes=processes or usual_processes(device, max(1, usable_cores() // threads)),
        threads=threads,
        announce=announce,
        progress=progress,
    )
    trained = [_outcome(one) for one in result.trained.values()]
    return trained, [f"{title} ({reason})" for title, reason in result.failures.items()]


def _outcome(result: TrainingResult) -> str:
    return (
        f"{result.folder}: epoch {result.best_epoch} of {result.epochs_run} is best, validation accuracy "
        f"{100 * result.validation_accuracy:.1f} %, macro-F1 {result.validation_macro_f1:.3f}"
    )


def build_reference(
    data: str,
    *,
    seeds: int = 1,
    recipe: str | None = None,
    out: Path | None = None,
    device: str = "cpu",
    threads: int | None = None,
    announce: Announce,
    progress: Progress | None = None,
) -> str:
    """Train AlexNet on a dataset, run it over the 76 cells, store its answers; return one line about them.

    What is finished (each epoch, each evaluated seed) is kept in the cache, so that the same command goes on
    after an interruption.

    Args:
        data: name or folder of the dataset.
        seeds: how many networks to train, seeds 0, 1, ...
        recipe: recipe in place of the shipped `alexnet-reference`.
        out: the reference document; None puts `reference.json` into the dataset's folder.
        device: cpu, cuda or mps.
        threads: cores for the evaluation; None takes all.
        announce: called with a line before work begins.
        progress: called as things go on.

    Raises:
        UsageError: a recipe, a device or an output that cannot be used.
        DataError: the dataset is absent or damaged, or a split is missing.
    """
    from hzbench.submissions.reference import REFERENCE_RECIPE, estimate_reference_seconds, train_reference
    from hzbench.submissions.training.recipe import recipe_and_source

    dataset = resolve_dataset(data, ("train", "val", "test"), progress)
    path = out or dataset.root / REFERENCE_NAME
    require_writable(path)
    name = recipe or REFERENCE_RECIPE
    seconds = estimate_reference_seconds(dataset, seeds, recipe=name, device=device)
    announce(
        f"Training {name} with {seeds} seed{'s' if seeds > 1 else ''} on {dataset.label} takes at most "
        f"{duration(seconds)} here, if nothing of it is done yet; the evaluation comes on top."
    )
    wanted, _ = recipe_and_source(name)
    work = cache_folder() / "references" / f"{dataset.label}-{dataset.split('test').digest[:16]}"
    made_by = f"{SPECIFICATION}-{jpeg_probe_digest()[:8]}"  # answers to other corrupted pictures do not count
    runs: dict[int, Predictions] = {}
    trained = train_reference(dataset, work, range(seeds), recipe=name, device=device, progress=progress)
    for seed, one in enumerate(trained):
        candidate = find_model(str(one.folder))
        stored = one.folder / f"{candidate.checkpoint.sha256[:16]}-{made_by}.npz"
        if not stored.is_file():
            answers = answer_all(
                candidate,
                dataset,
                device=device,
                threads=threads,
                efficiency=False,
                progress=progress,
                keeper=Keeper(CellCache()),  # so that an interrupted evaluation goes on
            )
            write_bytes(stored, answers.predictions.to_bytes())
        runs[seed], _ = Predictions.from_bytes(stored.read_bytes())
    reference = Reference.from_predictions(
        runs,
        name=wanted.architecture,
        architecture=wanted.architecture,
        initialisation="imagenet" if wanted.pretrained else "scratch",
        data=dataset.label,
        data_digest=dataset.split("test").digest,
    )
    write_reference(path, reference)
    mean = sum(sum(errors) for errors in reference.errors().values()) / 75
    return (
        f"{path}: {reference.title}@{reference.digest[:8]} of {dataset.label}, clean error "
        f"{100 * reference.clean_error():.1f} %, mean error over the 75 cells {100 * mean:.1f} %"
    )
