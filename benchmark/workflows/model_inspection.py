"""`hzbench inspect`: what a model is, and whether it gets pictures as it was trained to."""

from __future__ import annotations

from typing import NamedTuple

from hzbench.benchmark.checkpoints.integrity import Flag
from hzbench.benchmark.checkpoints.preflight import MORE_PER_CLASS, Preflight, choose, preflight
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.session import ModelDescription
from hzbench.benchmark.data.catalogue import is_embedded, resolve_dataset
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.workflows.models import Candidate, find_model
from hzbench.benchmark.workflows.probing import declared_flags, preflight_split
from hzbench.benchmark.workflows.workers import Workers


class Inspection(NamedTuple):
    """What was seen of a model.

    Attributes:
        candidate: the file and what is declared about it.
        description: what opening it told.
        split: which pictures were shown.
        seen: what the model made of them.
        flags: doubts, from the preflight and from what is declared.
    """

    candidate: Candidate
    description: ModelDescription
    split: str
    seen: Preflight
    flags: tuple[Flag, ...]

    @property
    def expected(self) -> Preprocessing:
        """The declared preprocessing, or the default one."""
        return self.candidate.preprocessing


def inspect_model(
    model: str,
    *,
    arch: str | None = None,
    data: str = "sdhz-synth",
    device: str = "cpu",
    allow_programs: bool = False,
    progress: Progress | None = None,
) -> Inspection:
    """Open a model and show it a handful of clean validation pictures.

    Args:
        model: a checkpoint, a submission's folder, or the name of a shipped submission.
        arch: architecture; None takes the declared one, or recognises it.
        data: name or folder of the dataset whose classes it tells.
        device: cpu, cuda or mps.
        allow_programs: take a file that is a program too, where a sandbox holds it.
        progress: called while things take time.

    Raises:
        CheckpointError: the checkpoint was refused, does not fit or failed.
        DataError: the dataset is absent or damaged.
    """
    candidate = find_model(model, arch, allow_programs=allow_programs)
    dataset = resolve_dataset(data, ("val",) if is_embedded(data) else (), progress)
    split = preflight_split(dataset)
    chosen = choose(split.digests, split.labels, split.groups, MORE_PER_CLASS)
    with Workers(candidate, dataset.classes, device=device, threads=1, progress=progress) as workers:
        description = workers.first.description
        if progress is not None:
            progress("looking at the model", 0, 1)
        images, labels = split.images(chosen), split.labels[chosen]
        seen = preflight(workers.first, images, labels, candidate.preprocessing, dataset.classes)
    declared = tuple(Flag(flag.name, flag.message) for flag in declared_flags(candidate))
    return Inspection(candidate, description, split.name, seen, (*seen.flags, *declared))
