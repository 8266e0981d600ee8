"""`hzbench evaluate`: a model in, a result document out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from hzbench.benchmark.checkpoints.session import ModelDescription
from hzbench.benchmark.cores import usable_cores
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import UsageError
from hzbench.benchmark.results.building import build_result
from hzbench.benchmark.results.describing import describe_data, describe_suite
from hzbench.benchmark.results.documents import write_result
from hzbench.benchmark.results.schema import Efficiency, ModelInfo, Result
from hzbench.benchmark.runs.cell_cache import CellCache
from hzbench.benchmark.runs.keeper import Keeper
from hzbench.benchmark.runs.parts import Facts
from hzbench.benchmark.runs.run_folder import open_run
from hzbench.benchmark.scoring.reference import Reference
from hzbench.benchmark.workflows.answering import Answers, answer_all, count_parts
from hzbench.benchmark.workflows.ensembling import answer_ensemble, find_ensemble
from hzbench.benchmark.workflows.forms import find_form
from hzbench.benchmark.workflows.identity import model_facts, run_facts
from hzbench.benchmark.workflows.inputs import (
    estimated_skin_types,
    find_reference,
    open_for_scoring,
    usual_extra_tests,
)
from hzbench.benchmark.workflows.models import DTYPES, FLOAT32, Candidate, computed_in, find_model
from hzbench.benchmark.workflows.probing import preflight_info
from hzbench.benchmark.workflows.record import (
    Evaluation,
    environment,
    notes_on,
    notes_on_sandbox,
    now,
    require_writable,
)
from hzbench.benchmark.workflows.scoring import score_predictions
from hzbench.corruptions import jpeg_probe_digest

DEVICES = ("cpu", "cuda", "mps")
RESULTS_FOLDER = Path("hzbench-results")


def evaluate_model(
    model: str,
    *,
    arch: str | None = None,
    data: str = "sdhz-synth",
    reference: Path | None = None,
    out: Path | None = None,
    limit: int | None = None,
    draw: int = 0,
    extra_tests: Sequence[str] | None = None,
    device: str = "cpu",
    threads: int | None = None,
    latency: bool = True,
    resume: bool = False,
    cache: bool = True,
    allow_programs: bool = False,
    dtype: str = FLOAT32,
    progress: Progress | None = None,
) -> Evaluation:
    """Score a checkpoint on the clean test set and its 75 corrupted twins, and write the result.

    Args:
        model: a checkpoint, a submission's folder, or the name of a shipped submission.
        arch: architecture; None takes the declared one, or recognises it.
        data: name or folder of the dataset.
        reference: what errors are divided by; None takes the dataset's own.
        out: the result document, beside which the predictions (.npz) go; None makes a name of model and data.
        limit: at most so many test pictures, class by class in proportion.
        draw: draw number of the corruptions; 0 is SD-HZ-C itself.
        extra_tests: additional test sets to run over, clean; None takes all that a built dataset has, and
            none of an embedded one.
        device: cpu, cuda or mps.
        threads: cores to use; None takes all.
        latency: measure the latency.
        resume: continue an interrupted run that writes the same document; with none there, start afresh.
        cache: take parts that any earlier run has finished, and keep this run's for later ones.
        allow_programs: take a file that is a program (TorchScript, .pt2) too, where a sandbox holds it.
        dtype: number format to compute the network in, a key of `DTYPES`; part of the signature.
        progress: called while things take time.

    Raises:
        CheckpointError: the checkpoint was refused, does not fit or failed.
        DataError: the dataset is absent or damaged.
        NotComparableError: the reference is of something else.
        UsageError: an option that cannot be used; an interrupted run in the way, or another process at work.
        OSError: the disk is full or fails; what is finished is kept, and older results are intact.
    """
    if device not in DEVICES:
        raise UsageError(f"unknown device {device!r}; expected one of {', '.join(DEVICES)}")
    require_writable(out or RESULTS_FOLDER / "result.json")
    if (form := find_form(model)) is not None:
        path, name = form
        if dtype != FLOAT32:
            raise UsageError(f"{path}: predictions are not computed here; leave --dtype out")
        return score_predictions(
            path,
            data=data,
            reference=reference,
            out=out or RESULTS_FOLDER / f"{_file_name(name)}@{_file_name(data)}.json",
            name=name,
            limit=limit,
            draw=draw,
            extra_tests=extra_tests,
            progress=progress,
        )
    ensemble = find_ensemble(model, allow_programs=allow_programs)
    if ensemble is not None and arch is not None:
        raise UsageError(
            "--arch names one network; the members of an ensemble declare theirs, or are recognised"
        )
    candidates = ensemble.members if ensemble else (find_model(model, arch, allow_programs=allow_programs),)
    candidates = tuple(computed_in(candidate, dtype) for candidate in candidates)
    if ensemble is not None:
        ensemble = ensemble._replace(members=candidates)
    dataset = open_for_scoring(data, progress, extra_tests or ())
    divisor = find_reference(dataset, reference)
    names = usual_extra_tests(dataset, data) if extra_tests is None else extra_tests
    name = ensemble.name if ensemble else candidates[0].name
    path = out or RESULTS_FOLDER / f"{_file_name(name)}@{dataset.label}.json"
    members = [model_facts(candidate, dataset.classes, device) for candidate in candidates]
    facts: Facts = {"members": [dict(one) for one in members]} if ensemble else members[0]
    of = run_facts(facts, dataset, limit=limit, draw=draw, extra_tests=names)
    cells = CellCache() if cache else None
    with open_run(path, of, len(candidates) * count_parts(dataset, names), resume=resume) as run:
        if progress is not None and run.resumed:
            progress("continuing the interrupted run", run.resumed, run.total)
        keeper = Keeper(run, *(() if cells is None else (cells,)), finished=run.finished)

        def answer(candidate: Candidate, progress: Progress | None) -> Answers:
            return answer_all(
                candidate,
                dataset,
                limit=limit,
                draw=draw,
                extra_tests=names,
                device=device,
                threads=threads,
                latency=latency and ensemble is None,
                progress=progress,
                keeper=keeper,
            )

        if ensemble is None:
            answers = answer(candidates[0], progress)
            described = _model_info(candidates[0], answers.description)
        else:
            answers, described = answer_ensemble(ensemble, answer, _model_info, progress)
        result = _result(
            described,
            dataset,
            divisor,
            answers,
            limit=limit,
            device=device,
            threads=threads,
            dtype=dtype,
        )
        write_result(path, result, answers.predictions)
    notes = (
        *answers.description.notes,
        *(() if answers.seen is None else answers.seen.notes),
        *notes_on_sandbox(answers.description.sandbox),
        *notes_on(result, dataset),
        *_notes_on_parts(keeper, cells),
    )
    return Evaluation(result, path, notes)


def _result(
    model: ModelInfo,
    dataset: Dataset,
    divisor: Reference | None,
    answers: Answers,
    *,
    limit: int | None,
    device: str,
    threads: int | None,
    dtype: str,
) -> Result:
    """Return the result of a model's answers."""
    return build_result(
        answers.predictions,
        divisor,
        model=model,
        data=describe_data(
            answers.predictions,
            name=dataset.name,
            version=dataset.version,
            digest=dataset.split("test").digest,
            synthetic=dataset.synthetic,
            notice=dataset.notice,
            limit=limit,
            estimated=estimated_skin_types(dataset.split("test")),
        ),
        suite=describe_suite(answers.predictions, jpeg=jpeg_probe_digest(), dtype=DTYPES[dtype]),
        efficiency=Efficiency(**answers.efficiency),
        flags=answers.flags,
        preflight=None if answers.seen is None else preflight_info(answers.seen, dataset),
        environment=environment(
            device=device, threads=threads or usable_cores(), sandbox=answers.description.sandbox
        ),
        created=now(),
    )


def _notes_on_parts(keeper: Keeper, cells: CellCache | None) -> Iterator[str]:
    """Yield sentences on what was not computed anew, and on a cache that could not be written."""
    total = keeper.computed + sum(keeper.found.values())
    for title, count in keeper.found.items():
        again = "; --no-cache computes all anew" if title == CellCache.title else ""
        yield f"{count} of {total} parts are from {title}{again}"
    if cells is not None:
        cells.prune()
        if cells.problem is not None:
            yield f"the cache of finished parts could not be written ({cells.problem}); the result is whole"


def _model_info(candidate: Candidate, description: ModelDescription) -> ModelInfo:
    expected = candidate.preprocessing
    return ModelInfo(
        name=candidate.name,
        architecture=description.architecture,
        format=description.format,
        sha256=candidate.checkpoint.sha256,
        bytes=candidate.checkpoint.bytes,
        input_size=description.input_size,
        mean=expected.mean,
        std=expected.std,
    )


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:100] or "model"
