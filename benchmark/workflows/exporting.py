"""`hzbench export`: a model as an ONNX file, float32 or int8, that says what it expects of a picture."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints.export_session import ExportSession
from hzbench.benchmark.checkpoints.integrity import Logits, run
from hzbench.benchmark.checkpoints.messages import BATCH
from hzbench.benchmark.checkpoints.onnx_declaration import Declaration
from hzbench.benchmark.checkpoints.onnx_file import admit_onnx
from hzbench.benchmark.checkpoints.quantisation_recipe import RECIPE
from hzbench.benchmark.checkpoints.session import ModelSession
from hzbench.benchmark.data.catalogue import is_embedded, resolve_dataset
from hzbench.benchmark.data.dataset import Dataset, Split
from hzbench.benchmark.durable import Progress, write_bytes
from hzbench.benchmark.errors import UsageError, closest
from hzbench.benchmark.scoring.subset import stratified_subset
from hzbench.benchmark.workflows.models import Candidate, find_model

EXPORT_FORMATS = {"onnx": "float32", "onnx-int8": "8-bit integers, calibrated on the train split"}
CALIBRATION_PICTURES = 256
MADE_WITH = ("hzbench", "torch", "onnx", "onnxruntime")


class Comparison(NamedTuple):
    """What the exported file answers on the clean validation pictures, beside the model that it was made of.

    Attributes:
        n: pictures.
        equal: answers that are the same.
        before, after: pictures answered rightly by the model, and by the exported file.
        largest_difference: of any two logits.
    """

    n: int
    equal: int
    before: int
    after: int
    largest_difference: float


class Exported(NamedTuple):
    """An ONNX file that was written.

    Attributes:
        path: where.
        format: what it is, as a result's `model.format` says it.
        bytes, source_bytes: its size, and that of the file it was made of.
        comparison: on the clean validation pictures; None where the dataset has none.
        notes: sentences on what was recognised in the model.
    """

    path: Path
    format: str
    bytes: int
    source_bytes: int
    comparison: Comparison | None
    notes: tuple[str, ...]


def export_model(
    model: str,
    *,
    export: str = "onnx",
    arch: str | None = None,
    data: str = "sdhz-synth",
    out: Path | None = None,
    pictures: int = CALIBRATION_PICTURES,
    allow_programs: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write a model as an ONNX file and compare what the two answer.

    The model turns itself into the file in a process of its own, as it is evaluated in one; what comes back
    is held against the rules of an ONNX file before it is written.

    Args:
        model: a checkpoint, a submission's folder, or the name of a shipped submission.
        export: a key of `EXPORT_FORMATS`.
        arch: architecture; None takes the declared one, or recognises it.
        data: dataset of the model's classes; its train split gives the pictures for calibration.
        out: the file to write; None makes a name of the model's.
        pictures: how many pictures of the train split int8 ranges are found on.
        allow_programs: take a file that is a program (.pt2) too, where a sandbox holds it.
        progress: called while things take time.

    Raises:
        CheckpointError: the model was refused, failed, or cannot be exported.
        DataError: the dataset is absent or damaged.
        UsageError: an option that cannot be used.
        OSError: the file cannot be written; an older one is intact.
    """
    if export not in EXPORT_FORMATS:
        raise UsageError(f"unknown format {export!r}.{closest(export, list(EXPORT_FORMATS))}")
    quantise = export == "onnx-int8"
    candidate = find_model(model, arch, allow_programs=allow_programs)
    name = _declared_name(candidate.name, "int8" if quantise else "onnx")
    path = out or Path(f"{name}.onnx")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give --out the name of a file in it, such as {name}.onnx")
    needed = (
        ("train", "val") if is_embedded(data) else ("train",)
    )  # validation is compared where there is one
    dataset = resolve_dataset(data, needed if quantise else needed[1:], progress)
    validation = dataset.splits.get("val")
    with _session(candidate, dataset) as session:
        if progress is not None:
            progress("exporting", 0, 1)
        facts: dict[str, Any] = {}
        if quantise:
            train = dataset.split("train")
            chosen = stratified_subset(train.digests, train.labels, pictures)
            session.calibrate(train.image(int(position)) for position in chosen)
            facts = _calibration([train.digests[int(position)] for position in chosen])
        declaration = _declare(candidate, session, dataset, name, facts)
        content = session.export(declaration.model_dump_json(by_alias=True), quantise=quantise)
        notes = session.description.notes
        before = _logits(session, validation)
    admit_onnx(path, io.BytesIO(content))
    write_bytes(path, content)
    if progress is not None:
        progress("comparing the answers", 0, 1)
    with _session(find_model(str(path)), dataset) as session:
        after = _logits(session, validation)
        kind = session.description.format
    compared = (
        None if validation is None or not len(validation) else _compare(before, after, validation.labels)
    )
    return Exported(path, kind, len(content), candidate.checkpoint.bytes, compared, notes)


def _session(candidate: Candidate, dataset: Dataset) -> ExportSession:
    return ExportSession(
        candidate.checkpoint,
        candidate.architecture,
        candidate.preprocessing,
        len(dataset.classes),
        1,
        classes=dataset.classes,
    )


def _declare(
    candidate: Candidate, session: ModelSession, dataset: Dataset, name: str, calibration: dict[str, Any]
) -> Declaration:
    """Return what the file says of itself."""
    expected = candidate.preprocessing
    return Declaration(
        name=name,
        architecture=session.description.architecture,
        input_size=session.description.input_size,
        mean=expected.mean,
        std=expected.std,
        classes=expected.classes or dataset.classes,
        source=candidate.checkpoint.sha256,
        made_by=", ".join(f"{one} {metadata.version(one)}" for one in MADE_WITH),
        **calibration,
    )


def _calibration(digests: Sequence[str]) -> dict[str, Any]:
    """Return how the network is quantised, given the digests of the calibration pictures."""
    return {
        "quantisation": f"static, {len(digests)} pictures of the train split",
        "recipe": RECIPE,
        "calibration": hashlib.sha256("\n".join(digests).encode("ascii")).hexdigest(),
    }


def _declared_name(name: str, kind: str) -> str:
    """Return the exported model's name, in the letters that a submission's name may have."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip("._-")[:80] or "model"
    return plain if plain.endswith(f"-{kind}") else f"{plain}-{kind}"


def _logits(session: ModelSession, split: Split | None) -> Logits:
    """Return the logits of all clean pictures of a split, shape (n, classes)."""
    n = 0 if split is None else len(split)
    batches = [range(start, min(start + BATCH, n)) for start in range(0, n, BATCH)]
    parts = [run(session, split.images(batch)) for batch in batches if split is not None]
    return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)


def _compare(before: Logits, after: Logits, labels: npt.NDArray[np.int64]) -> Comparison:
    answers = before.argmax(axis=1), after.argmax(axis=1)
    return Comparison(
        n=len(labels),
        equal=int((answers[0] == answers[1]).sum()),
        before=int((answers[0] == labels).sum()),
        after=int((answers[1] == labels).sum()),
        largest_difference=float(np.abs(before - after).max()),
    )
