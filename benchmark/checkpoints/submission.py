"""`submission.toml`: what its author declares about a checkpoint, beside which it lies.

The file is a stranger's: bounded in size, parsed as TOML, held against a schema that leaves no key over.
"""

from __future__ import annotations

import tomllib
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from hzbench.benchmark.checkpoints.admission import open_regular
from hzbench.benchmark.checkpoints.preprocessing import Preprocessing
from hzbench.benchmark.checkpoints.refusal import printable
from hzbench.benchmark.errors import CheckpointError, closest

FILE_NAME = "submission.toml"
MAXIMUM_BYTES = 1 << 16

_Line = Annotated[str, Field(min_length=1, max_length=200)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelSection(Preprocessing):
    """[model]: what is needed to run the checkpoint."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    architecture: _Line | None = None
    weights: _Line = "weights.safetensors"

    @field_validator("weights")
    @classmethod
    def _beside(cls, value: str) -> str:
        if Path(value).name != value:
            raise ValueError("must be the name of a file beside submission.toml, without a folder")
        return value

    @property
    def preprocessing(self) -> Preprocessing:
        """The declared preprocessing."""
        return Preprocessing(input_size=self.input_size, mean=self.mean, std=self.std, classes=self.classes)


class TrainingSection(_Section):
    """[training]: how the weights came about; what `hzbench train` writes, all of it optional for others."""

    recipe: _Line | None = None
    method: _Line | None = None
    initialisation: _Line | None = None
    seed: int | None = None
    data: _Line | None = None
    train_digest: _Line | None = None
    val_digest: _Line | None = None
    epochs: int | None = None
    best_epoch: int | None = None
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    validation_macro_f1: float | None = None
    overlaps: tuple[_Line, ...] = ()
    """Corruptions, or close relatives of them, that the training pictures were augmented with."""
    teachers: tuple[_Line, ...] = ()
    """Submissions whose answers it learnt from, as name@digest, weakest first."""
    fingerprint: _Line | None = None
    """Of recipe, seed and data together."""


class AuthorsSection(_Section):
    """[authors]: whose work it is."""

    names: tuple[_Line, ...] = ()
    organisation: _Line | None = None
    contact: _Line | None = None
    url: _Line | None = None
    license: _Line | None = None


class EnsembleSection(_Section):
    """[ensemble]: the members whose class probabilities are averaged."""

    members: Annotated[tuple[_Line, ...], Field(min_length=2, max_length=32)]
    """Folders or files below the submission's folder, or names of shipped submissions."""

    @field_validator("members")
    @classmethod
    def _below(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for member in value:
            path = PurePosixPath(member)
            if path.is_absolute() or ".." in path.parts or "\\" in member:
                raise ValueError("must lie below the folder of submission.toml, or be shipped submissions")
        return value


class Submission(_Section):
    """A whole `submission.toml`."""

    model: ModelSection
    ensemble: EnsembleSection | None = None
    training: TrainingSection = TrainingSection()
    authors: AuthorsSection = AuthorsSection()

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.ensemble is not None and self.model.model_fields_set != {"name"}:
            raise ValueError("an ensemble has a name alone under [model]; the rest is its members'")
        return self


class Located(NamedTuple):
    """Where a checkpoint lies, and what is declared about it."""

    weights: Path
    submission: Submission | None


def locate(path: Path) -> Located:
    """Return the checkpoint that a file or a submission's folder stands for, with its declaration if any.

    A `submission.toml` beside a file speaks of it only if it names that file as its weights.

    Args:
        path: a checkpoint, a folder that holds a `submission.toml`, or that file itself.

    Raises:
        CheckpointError: a folder without `submission.toml`, or a declaration that breaks the schema.
    """
    if path.name == FILE_NAME:
        path = path.parent
    declared = (path if path.is_dir() else path.parent) / FILE_NAME
    if path.is_dir():
        if not declared.is_file():
            raise CheckpointError(
                f"{path}: the folder holds no {FILE_NAME}. Give a checkpoint, or write one there."
            )
        submission = read_submission(declared)
        return Located(path / submission.model.weights, submission)
    if declared.is_file():
        submission = read_submission(declared)
        if submission.model.weights == path.name:
            return Located(path, submission)
    return Located(path, None)


def read_submission(path: Path) -> Submission:
    """Read and check a `submission.toml`.

    Raises:
        CheckpointError: not a regular file, too large, no TOML, or something that the schema does not allow.
    """
    with open_regular(path) as stream:
        data = stream.read(MAXIMUM_BYTES + 1)
    if len(data) > MAXIMUM_BYTES:
        raise CheckpointError(f"{path}: larger than {MAXIMUM_BYTES} bytes. Keep long texts in README.md.")
    try:
        document = tomllib.loads(data.decode("utf-8"))
        return Submission.model_validate(document)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise CheckpointError(
            f"{path}: not valid TOML ({printable(str(error), 200)}). Correct it there."
        ) from error
    except ValidationError as error:
        raise CheckpointError(f"{path}: {_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    """Return one sentence on the first broken rule."""
    first: Any = error.errors(include_url=False, include_input=False)[0]
    place = [str(part) for part in first["loc"]]
    key = printable(".".join(place), 80)
    if first["type"] == "extra_forbidden":
        section = place[0] if len(place) > 1 else ""
        models: dict[str, type[BaseModel]] = {
            "model": ModelSection,
            "training": TrainingSection,
            "authors": AuthorsSection,
            "ensemble": EnsembleSection,
        }
        valid = list(models.get(section, Submission).model_fields)
        return f"unknown key '{key}'.{closest(place[-1], valid)}"
    return f"'{key}': {first['msg']}. Correct it there."
