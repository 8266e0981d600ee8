"""A leaderboard entry: a result document and what its submitter says about the model."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from hzbench.benchmark.errors import DataError
from hzbench.benchmark.results.consistency import contradictions
from hzbench.benchmark.results.documents import SIZE_LIMIT, parse_json, read_text, validated
from hzbench.benchmark.results.schema import Result, Strict


class Submission(Strict):
    """What a submitter declares."""

    name: str = Field(min_length=1, max_length=100)
    method: str | None = Field(default=None, max_length=100, description="training method, such as Baseline")
    authors: tuple[str, ...] = ()
    recipe: str | None = Field(default=None, description="training recipe")
    training_data: str | None = None
    overlaps: tuple[str, ...] = Field(
        default=(), description="corruptions of the suite that the training augmentations come close to"
    )
    url: str | None = None
    reviewed: dict[str, str] = Field(
        default={}, description="flags that a maintainer has looked at and accepts, each with the reason"
    )
    verified: bool = Field(default=False, description="re-run by a maintainer; otherwise self-reported")


class Entry(Result):
    """A result with its submission."""

    submission: Submission


def read_row(path: Path) -> Result:
    """Read an entry, or a plain result where nothing was submitted.

    Returns:
        An `Entry` where the document has a submission, else a `Result`.

    Raises:
        DataError: not readable, not such a document, or numbers that do not follow from each other.
    """
    text = read_text(path, SIZE_LIMIT)
    model = Entry if "submission" in parse_json(text, path) else Result
    row = validated(model, text, path)
    problems = contradictions(row)
    if problems:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise DataError(f"{path}: {problems[0]}{more}")
    return row


def name_of(row: Result) -> str:
    """Return the name that tables show: the submission's, else the model's."""
    return row.submission.name if isinstance(row, Entry) else row.model.name


def method_of(row: Result) -> str | None:
    """Return the declared training method, None where nothing was declared."""
    return row.submission.method if isinstance(row, Entry) else None


def open_flags(row: Result) -> tuple[str, ...]:
    """Return the names of a row's flags that nobody has reviewed; a row with any of them is not ranked."""
    accepted = row.submission.reviewed if isinstance(row, Entry) else {}
    return tuple(dict.fromkeys(flag.name for flag in row.flags if flag.name not in accepted))
