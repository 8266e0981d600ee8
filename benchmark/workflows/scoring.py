"""`hzbench score`: stored predictions in, a result document out; and the form to store them in."""

from __future__ import annotations

from pathlib import Path

from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.data.catalogue import data_option
from hzbench.benchmark.data.dataset import Dataset
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import NotComparableError, UsageError
from hzbench.benchmark.results.building import build_result
from hzbench.benchmark.results.describing import describe_data, describe_suite
from hzbench.benchmark.results.documents import read_predictions, write_result
from hzbench.benchmark.results.predictions_form import read_form, write_form
from hzbench.benchmark.results.schema import ModelInfo
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.workflows.inputs import find_reference, open_for_scoring
from hzbench.benchmark.workflows.record import Evaluation, environment, notes_on, now, require_writable
from hzbench.corruptions import SPECIFICATION, jpeg_probe_digest


def score_predictions(
    predictions: Path,
    *,
    data: str = "sdhz-synth",
    reference: Path | None = None,
    out: Path | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Score stored predictions, and write the result.

    Args:
        predictions: the `.npz` beside a result, which knows its own data; or a filled-in form (.csv).
        data: the dataset that a form speaks of, and that the reference belongs to.
        reference: what errors are divided by; None takes the dataset's own.
        out: the result document; None puts it beside the input, as `<input>-scored.json`.
        name: of the model; None takes the recorded one, or the file's name.
        progress: called while pictures are rendered.

    Raises:
        DataError: damaged or incomplete predictions.
        NotComparableError: predictions, data and reference do not belong together.
    """
    path = out or predictions.with_name(f"{predictions.stem}-scored.json")
    require_writable(path)
    dataset = open_for_scoring(data, progress)
    divisor = find_reference(dataset, reference)
    if predictions.suffix.lower() == ".npz":
        stored = read_predictions(predictions)
        content, info, suite, model = (
            stored.predictions,
            stored.note.data,
            stored.note.suite,
            stored.note.model,
        )
        if info.digest != dataset.split("test").digest:
            raise NotComparableError(
                f"{predictions}: predictions of {info.label} (test split {info.digest[:8]}), not of "
                f"{dataset.label} ({dataset.split('test').digest[:8]}). Name their dataset with --data"
            )
        _require_truth(predictions, content, dataset)
        flags = stored.note.flags
    else:
        content = read_form(
            predictions,
            dataset.split("test"),
            dataset.classes,
            dataset.focus_class,
            dataset.splits.get("val"),
            specification=SPECIFICATION,
        )
        info = describe_data(
            content,
            name=dataset.name,
            version=dataset.version,
            digest=dataset.split("test").digest,
            synthetic=dataset.synthetic,
            notice=dataset.notice,
        )
        suite = describe_suite(content, jpeg=jpeg_probe_digest())
        model, flags = ModelInfo(name=printable(predictions.stem), format="predictions"), ()
    result = build_result(
        content,
        divisor,
        model=model if name is None else model.model_copy(update={"name": name}),
        data=info,
        suite=suite,
        flags=flags,
        environment=environment(),
        created=now(),
    )
    write_result(path, result, content)
    return Evaluation(result, path, notes_on(result, dataset))


def write_template(path: Path, *, data: str = "sdhz-synth", progress: Progress | None = None) -> str:
    """Write the empty form that `score_predictions` reads, and say how to fill it in.

    Raises:
        UsageError: a name that does not end in .csv, or a file that is there already and may be filled in.
    """
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path}: the form is a table; give --template a name that ends in .csv")
    if path.exists():
        raise UsageError(f"{path} is there already, perhaps filled in; give --template another name")
    dataset = open_for_scoring(data, progress)
    rows = write_form(path, dataset.split("test"), dataset.classes, dataset.splits.get("val"))
    return (
        f"{path}: {rows} rows of {dataset.label}. Fill in one probability for each class, then: "
        f"hzbench score {path} --data {data}"
    )


def _require_truth(path: Path, predictions: Predictions, dataset: Dataset) -> None:
    """Refuse a predictions file whose pictures or labels are not the dataset's own."""
    test = dataset.split("test")
    truth = dict(zip(test.digests, test.labels.tolist(), strict=True))
    wrong = [
        digest
        for digest, label in zip(predictions.digests, predictions.labels.tolist(), strict=True)
        if truth.get(digest) != label
    ]
    if wrong or predictions.classes != dataset.classes or predictions.focus_class != dataset.focus_class:
        raise NotComparableError(
            f"{path}: {len(wrong)} of {len(predictions)} pictures or labels, or the classes, are not of "
            f"{dataset.label}. Evaluate the model again with: "
            f"hzbench evaluate MODEL --data {data_option(dataset)}"
        )
