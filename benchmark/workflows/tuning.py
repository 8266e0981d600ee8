"""`hzbench evaluate --corruptions validation --split val`: what methods may be tuned on.

Four corruptions of ImageNet-C that are not among the 15, on the validation pictures. Nothing here enters mCE,
and no test picture is looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hzbench.benchmark.durable import Progress, write_json
from hzbench.benchmark.errors import DataError
from hzbench.benchmark.runs.cell_cache import CellCache
from hzbench.benchmark.runs.keeper import Keeper
from hzbench.benchmark.scoring.cells import CLEAN, Cell
from hzbench.benchmark.scoring.predictions import answers, softmax
from hzbench.benchmark.workflows.answering import limited
from hzbench.benchmark.workflows.identity import model_facts
from hzbench.benchmark.workflows.inputs import open_for_scoring
from hzbench.benchmark.workflows.logits import logits_of
from hzbench.benchmark.workflows.models import find_model
from hzbench.benchmark.workflows.record import require_writable
from hzbench.benchmark.workflows.workers import Workers
from hzbench.corruptions import SEVERITIES, SPECIFICATION, get_corruption_names

SCHEMA = "hzbench.tuning/1"


def evaluate_for_tuning(
    model: str,
    *,
    arch: str | None = None,
    data: str = "sdhz-synth",
    out: Path | None = None,
    limit: int | None = None,
    draw: int = 0,
    device: str = "cpu",
    threads: int | None = None,
    cache: bool = True,
    allow_programs: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return a model's errors on the validation pictures, clean and under the validation corruptions.

    Args:
        model: a checkpoint, a submission's folder, or the name of a shipped submission.
        arch: architecture; None takes the declared one, or recognises it.
        data: name or folder of the dataset.
        out: JSON file to write the returned document to; None writes none.
        limit: at most so many pictures, class by class in proportion.
        draw: draw number of the corruptions.
        device: cpu, cuda or mps.
        threads: cores to use; None takes all.
        cache: take cells that any earlier run has finished, an interrupted one too, and keep this run's.
        allow_programs: take a file that is a program (TorchScript, .pt2) too, where a sandbox holds it.
        progress: called while things take time.

    Returns:
        A document with `clean_error`, `errors` {corruption: [5]} and `mean_error` over the cells, fractions.

    Raises:
        DataError: the dataset has no validation pictures.
        CheckpointError: the model was refused or failed.
        UsageError: `out` cannot be written.
    """
    candidate = find_model(model, arch, allow_programs=allow_programs)
    if out is not None:
        require_writable(out)
    dataset = open_for_scoring(data, progress)
    whole = dataset.splits.get("val")
    if whole is None or not len(whole):
        raise DataError(
            f"{dataset.root}: no validation pictures to tune on; build a dataset with more photographs"
        )
    split = limited(whole, limit)
    names = get_corruption_names("validation")
    cells = [CLEAN, *(Cell(name, severity) for name in names for severity in SEVERITIES)]
    store = CellCache()
    facts = model_facts(candidate, dataset.classes, device)
    keeper = Keeper(*((store,) if cache else ()))
    with Workers(candidate, dataset.classes, device=device, threads=threads, progress=progress) as workers:
        logits = logits_of(workers, split, cells, model=facts, keeper=keeper, draw=draw, progress=progress)
    store.prune()
    wrong = answers(softmax(logits)) != split.labels
    clean, *corrupted = (float(row.mean()) for row in wrong)
    steps = len(SEVERITIES)
    document = {
        "schema": SCHEMA,
        "model": candidate.name,
        "sha256": candidate.checkpoint.sha256,
        "data": dataset.label,
        "split": "val",
        "split_digest": whole.digest,
        "n": len(split),
        "specification": SPECIFICATION,
        "draw": draw,
        "clean_error": clean,
        "errors": {name: corrupted[i * steps : (i + 1) * steps] for i, name in enumerate(names)},
        "mean_error": sum(corrupted) / len(corrupted),
    }
    if out is not None:
        write_json(out, document)
    return document


def tuning_lines(document: dict[str, Any]) -> list[str]:
    """Return the document as lines of a small table, in percent."""
    width = max(len(name) for name in document["errors"])
    lines = [f"{'error, %':<{width}}" + "".join(f"{severity:>8}" for severity in SEVERITIES) + "    mean"]
    for name, errors in document["errors"].items():
        numbers = [*errors, sum(errors) / len(errors)]
        lines.append(f"{name:<{width}}" + "".join(f"{100 * error:>8.1f}" for error in numbers))
    lines.append(
        f"clean {100 * document['clean_error']:.1f}, mean over {len(document['errors'])} corruptions "
        f"{100 * document['mean_error']:.1f}; {document['n']} validation pictures of {document['data']}. "
        "For tuning: never part of mCE."
    )
    return lines
