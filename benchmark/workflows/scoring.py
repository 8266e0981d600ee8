"""`hzbench score`: stored predictions in, a result document out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hzbench.benchmark.data.catalogue import data_option, is_embedded
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.durable import Progress
from hzbench.benchmark.errors import NotComparableError, UsageError
from hzbench.benchmark.results.building import build_result
from hzbench.benchmark.results.describing import describe_data, describe_suite
from hzbench.benchmark.results.documents import StoredPredictions, read_predictions, write_result
from hzbench.benchmark.results.schema import FlagInfo
from hzbench.benchmark.scoring.extra_predictions import ExtraPredictions
from hzbench.benchmark.scoring.predictions import Predictions
from hzbench.benchmark.workflows.forms import DEFAULT_DATA, form_model, predictions_of_form
from hzbench.benchmark.workflows.inputs import (
    estimated_skin_types,
    find_reference,
    open_for_scoring,
    usual_extra_tests,
)
from hzbench.benchmark.workflows.record import Evaluation, environment, notes_on, now, require_writable
from hzbench.corruptions import jpeg_probe_digest

GIVEN_FLAG = "predictions_given"
GIVEN_MESSAGE = "predictions were given, the model was not run: nothing here was seen to come from a model"


def score_predictions(
    predictions: Path,
    *,
    data: str | None = None,
    reference: Path | None = None,
    out: Path | None = None,
    name: str | None = None,
    limit: int | None = None,
    draw: int = 0,
    extra_tests: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Score stored predictions, and write the result.

    Args:
        predictions: the `.npz` beside a result, which knows its own data; or a filled-in form (.csv,
            .parquet or .npy).
        data: the dataset that the predictions are of; None takes the one that a `.npz` names, where it is an
            embedded one, and sdhz-synth for a form.
        reference: what errors are divided by; None takes the dataset's own.
        out: the result document; None puts it beside the input, as `<input>-scored.json`.
        name: of the model; None takes the recorded one, or the file's name.
        limit: the form is of so many test pictures, as `--limit` chooses them.
        draw: draw number of the corruptions that the form is of.
        extra_tests: additional test sets that the form may hold; None allows all that a built dataset has.
        progress: called while pictures are rendered.

    Raises:
        DataError: damaged or incomplete predictions.
        NotComparableError: predictions, data and reference do not belong together.
        UsageError: `data` is not given, and the `.npz` is of a dataset that only its folder can name.
    """
    path = out or predictions.with_name(f"{predictions.stem}-scored.json")
    require_writable(path)
    if predictions.suffix.lower() == ".npz":
        if limit is not None or draw or extra_tests:
            raise UsageError(
                f"{predictions}: a .npz knows its pictures; leave out limit, draw and extra tests"
            )
        stored = read_predictions(predictions)
        content, note = stored.predictions, stored.note
        dataset = _dataset_of(predictions, stored, data, progress)
        info, suite, model, flags = note.data, note.suite, note.model, note.flags
    else:
        data = data or DEFAULT_DATA
        dataset = open_for_scoring(data, progress, extra_tests or ())
        names = usual_extra_tests(dataset, data) if extra_tests is None else extra_tests
        content = predictions_of_form(predictions, dataset, names, limit=limit, draw=draw)
        info = describe_data(
            content,
            name=dataset.name,
            version=dataset.version,
            digest=dataset.split("test").digest,
            synthetic=dataset.synthetic,
            notice=dataset.notice,
            limit=limit,
            estimated=estimated_skin_types(dataset.split("test")),
        )
        suite = describe_suite(content, jpeg=jpeg_probe_digest())
        model, flags = form_model(predictions), (FlagInfo(name=GIVEN_FLAG, message=GIVEN_MESSAGE),)
    result = build_result(
        content,
        find_reference(dataset, reference),
        model=model if name is None else model.model_copy(update={"name": name}),
        data=info,
        suite=suite,
        flags=flags,
        environment=environment(),
        created=now(),
    )
    write_result(path, result, content)
    return Evaluation(result, path, notes_on(result, dataset))


def _dataset_of(
    path: Path, stored: StoredPredictions, data: str | None, progress: Progress | None
) -> Dataset:
    """Open the dataset that stored predictions are of, and refuse any other one."""
    info, content = stored.note.data, stored.predictions
    again = f"hzbench score {path} --data FOLDER"
    if data is None and not is_embedded(info.label):
        kind = "an older or newer one than this hzbench has" if is_embedded(info.name) else "a folder's"
        raise UsageError(
            f"{path}: predictions of {info.label}, {kind}, and a predictions file does not say where that "
            f"lies. Name the dataset: {again}"
        )
    dataset = open_for_scoring(data or info.label, progress, [extra.name for extra in content.extra_tests])
    if info.digest != dataset.split("test").digest:
        raise NotComparableError(
            f"{path}: predictions of {info.label} (test split {info.digest[:8]}), not of "
            f"{dataset.label} ({dataset.split('test').digest[:8]}). Name their dataset: {again}"
        )
    _require_truth(path, content, content, dataset, "test")
    for extra in content.extra_tests:
        if extra.split_digest != dataset.split(extra.name).digest:
            raise NotComparableError(
                f"{path}: its additional test set {extra.name} ({extra.split_digest[:8]}) is not that of "
                f"{dataset.label} ({dataset.split(extra.name).digest[:8]})"
            )
        _require_truth(path, content, extra, dataset, extra.name)
    return dataset


def _require_truth(
    path: Path, predictions: Predictions, part: Predictions | ExtraPredictions, dataset: Dataset, name: str
) -> None:
    """Refuse predictions whose pictures, labels, skin types and conditions are not the dataset's own."""
    split = dataset.split(name)
    truth = dict(zip(split.digests, _facts(split), strict=True))
    wrong = [
        digest for digest, facts in zip(part.digests, _facts(part), strict=True) if truth.get(digest) != facts
    ]
    if wrong or predictions.classes != dataset.classes or predictions.focus_class != dataset.focus_class:
        raise NotComparableError(
            f"{path}: {len(wrong)} of {len(part)} pictures of {name}, or what is said of them, or the "
            f"classes, are not of {dataset.label}. Evaluate the model again with: "
            f"hzbench evaluate MODEL --data {data_option(dataset)}"
        )


def _facts(part: Split | Predictions | ExtraPredictions) -> list[tuple[object, ...]]:
    """Return what is said of each picture: label, group, skin type, and condition where it may have one."""
    conditions = ("",) * len(part) if isinstance(part, Predictions) else part.conditions
    return list(zip(part.labels.tolist(), part.groups, part.skin_types, conditions, strict=True))
