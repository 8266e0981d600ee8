"""The AlexNet networks that corruption errors are divided by: one recipe, several seeds.

Only the training is here. Evaluating the networks on the corrupted test split, and storing their answers as
the dataset's reference, is a workflow of the benchmark's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.durable import Progress
from hzbench.submissions.training.estimate import estimate_seconds
from hzbench.submissions.training.run import TrainingResult, train

REFERENCE_RECIPE = "alexnet-reference"


def train_reference(
    data: Dataset,
    folder: Path,
    seeds: Sequence[int] = (0,),
    *,
    recipe: str = REFERENCE_RECIPE,
    device: str = "cpu",
    threads: int = 1,
    progress: Progress | None = None,
) -> tuple[TrainingResult, ...]:
    """Train AlexNet on a dataset's clean train split, once a seed; finished seeds are left alone.

    Args:
        data: the dataset, with its train and val splits.
        folder: gets one submission a seed, `<recipe>-s<seed>`.
        seeds: of the runs.
        recipe: name of a shipped recipe, or a file; another one than the shipped makes another reference.
        device: "cpu", or a device of torch's.
        threads: of torch on the CPU.
        progress: called with the stage, the units done and the units in all, for each seed anew.

    Raises:
        HzbenchError: see `train`; the same call continues where it stopped.
    """
    return tuple(
        train(
            recipe,
            folder / f"{Path(recipe).stem}-s{seed}",  # recipes never wait for each other's folder
            seed=seed,
            data=data,
            device=device,
            threads=threads,
            progress=progress,
        )
        for seed in seeds
    )


def estimate_reference_seconds(
    data: Dataset,
    seeds: int = 1,
    *,
    recipe: str = REFERENCE_RECIPE,
    device: str = "cpu",
    threads: int = 1,
) -> float:
    """Return how long `train_reference` takes at most, from a few steps taken now."""
    return seeds * estimate_seconds(recipe, data, device=device, threads=threads)
