"""publication.json: who publishes a dataset, where and when; only people know it, so it is kept apart."""

from __future__ import annotations

import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hzbench.benchmark.durable import write_json
from hzbench.benchmark.errors import DataError, UsageError

PUBLICATION_NAME = "publication.json"


class Publication(BaseModel):
    """What the card and the Croissant document say of a publication; what is not known is None.

    Attributes:
        creator: a person or an institution.
        url: web page of the dataset.
        published: the day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    creator: str | None = Field(default=None, min_length=1, max_length=300)
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    published: datetime.date | None = None


NOT_PUBLISHED = Publication()


def read_publication(folder: Path) -> Publication:
    """Read a dataset's publication.json; nothing is known where there is none.

    Raises:
        DataError: malformed; names the field.
    """
    file = folder / PUBLICATION_NAME
    if not file.is_file():
        return NOT_PUBLISHED
    try:
        return Publication.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise DataError(f"{file}: {_first(error)}") from error


def amend_publication(folder: Path, creator: str | None, url: str | None, published: str | None) -> None:
    """Write what is given over what publication.json says; None leaves it.

    Raises:
        UsageError: a URL or a date that is none.
        DataError: a publication.json that is malformed.
        OSError: the folder cannot be written.
    """
    given = {"creator": creator, "url": url, "published": published}
    known = read_publication(folder).model_dump(mode="json")
    try:
        amended = Publication.model_validate({**known, **{key: one for key, one in given.items() if one}})
    except ValidationError as error:
        example = "--url https://example.org/d --published 2026-11-24"
        raise UsageError(f"{_first(error)}; expected for example {example}") from error
    write_json(folder / PUBLICATION_NAME, amended.model_dump(mode="json"))


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])} {first.get('input')!r}: {first['msg']}"
