"""Forms of a dataset: the empty one, what a filled-in one says, and which MODEL stands for one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.checkpoints.submission import locate
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import UsageError
from hzbench.benchmark.results.forms.arrays import DIGESTS
from hzbench.benchmark.results.forms.layout import SUFFIXES, VALIDATION, Asked, beside
from hzbench.benchmark.results.forms.reading import form_kind, read_form, write_form
from hzbench.benchmark.results.schema import PREDICTIONS_FORMAT, ModelInfo
from hzbench.benchmark.scoring.cells import ALL_CELLS, CORRUPTION_NAMES
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.workflows.answering import extra_predictions, limited
from hzbench.benchmark.workflows.inputs import open_for_scoring, usual_extra_tests
from hzbench.corruptions import SPECIFICATION

DEFAULT_DATA = "sdhz-synth"


def find_form(model: str) -> tuple[Path, str] | None:
    """Return the predictions that a MODEL stands for and their name, None where it is something else.

    Args:
        model: a form, or a folder whose `submission.toml` names one as its weights.

    Raises:
        CheckpointError: a folder with a declaration that breaks the schema.
    """
    path = Path(model).expanduser()
    if not path.exists():
        return None
    weights, submission = locate(path)
    if form_kind(weights) is None:
        return None
    return weights, printable(weights.stem) if submission is None else submission.model.name


def form_model(path: Path) -> ModelInfo:
    """Describe a model of which only its predictions are known, by its file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ModelInfo(
        name=printable(path.stem) or "predictions",
        format=PREDICTIONS_FORMAT,
        sha256=digest,
        bytes=path.stat().st_size,
    )


def predictions_of_form(
    path: Path, dataset: Dataset, extra_tests: Sequence[str], *, limit: int | None = None, draw: int = 0
) -> Predictions:
    """Read a form; the truth comes from the dataset, never from the form.

    Raises:
        DataError: names the line, what is wrong there, and what to do.
    """
    test = limited(dataset.split("test"), limit)
    validation = dataset.splits.get("val")
    filled = read_form(path, asked_of(dataset, extra_tests, limit))
    of_validation = filled.clean.get(VALIDATION)
    return Predictions(
        classes=dataset.classes,
        focus_class=dataset.focus_class,
        digests=test.digests,
        labels=test.labels,
        groups=test.groups,
        skin_types=test.skin_types,
        probabilities=filled.test,
        validation_labels=None if of_validation is None or validation is None else validation.labels,
        validation_probabilities=of_validation,
        specification=SPECIFICATION,
        draw=draw,
        extra_tests=tuple(
            extra_predictions(limited(dataset.split(name), limit), filled.clean[name])
            for name in extra_tests
            if name in filled.clean
        ),
        answers_only=filled.answers_only,
    )


def asked_of(dataset: Dataset, extra_tests: Sequence[str], limit: int | None = None) -> Asked:
    """Return which pictures a form of a dataset may hold."""
    clean = {name: limited(dataset.split(name), limit) for name in extra_tests}
    if VALIDATION in dataset.splits:
        clean = {VALIDATION: dataset.split(VALIDATION), **clean}
    return Asked(dataset.classes, limited(dataset.split("test"), limit), clean)


def write_template(
    path: Path,
    *,
    data: str | None = None,
    limit: int | None = None,
    extra_tests: Sequence[str] | None = None,
    answers: bool = False,
    progress: Progress | None = None,
) -> str:
    """Write the empty form that `score_predictions` reads, and say how to fill it in.

    Args:
        path: ends in .csv, .parquet or .npy.
        data: the dataset; None for sdhz-synth.
        limit: ask for so many test pictures, as `--limit` chooses them.
        extra_tests: additional test sets to ask for too; None takes all that a built dataset has.
        answers: ask for the answered class alone.
        progress: called while pictures are rendered.

    Raises:
        UsageError: a name of another kind, or a file that is there already and may be filled in.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: a form is {', '.join(SUFFIXES)}; give --template a name that ends so")
    if path.exists():
        raise UsageError(f"{path} is there already, perhaps filled in; give --template another name")
    data = data or DEFAULT_DATA
    dataset = open_for_scoring(data, progress, extra_tests or ())
    names = usual_extra_tests(dataset, data) if extra_tests is None else extra_tests
    asked = asked_of(dataset, names, limit)
    rows = write_form(path, asked, answers=answers)
    options = "".join(f" --extra-test {name}" for name in extra_tests or ())
    following = (
        f"hzbench evaluate {path} --data {data}{'' if limit is None else f' --limit {limit}'}{options}"
    )
    if path.suffix.lower() == ".npy":
        return f"{_array_lines(path, asked)}\nThen: {following}"
    what = "the answered class" if answers else "one probability for each class"
    return f"{path}: {rows} rows of {dataset.label}. Fill in {what}, then: {following}"


def _array_lines(path: Path, asked: Asked) -> str:
    """Say which arrays to save beside the lists of digests."""
    classes = len(asked.classes)
    shapes = {path: (len(ALL_CELLS), len(asked.test.digests), classes)} | {
        beside(path, f"{name}.npy"): (len(pictures.digests), classes)
        for name, pictures in asked.clean.items()
    }
    lines = [
        f"Save {file}: float32 probabilities, shape {shape}, pictures as in {beside(file, DIGESTS).name}"
        for file, shape in shapes.items()
    ]
    return "\n".join(
        [
            *lines,
            "Cells: clean, then each corruption at severities 1 to 5, as hzbench generate names them: "
            + ", ".join(CORRUPTION_NAMES),
            f"Classes: {', '.join(asked.classes)}",
        ]
    )
