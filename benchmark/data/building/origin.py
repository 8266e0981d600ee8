"""By which rules a dataset's pictures were chosen, so that another can choose the same."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ClassMapId(BaseModel):
    """Which class map was used.

    Attributes:
        source: the kind of source it is for.
        version: its version.
        digest: SHA-256 of what it says, 64 hex digits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    version: str
    digest: str


class Origin(BaseModel):
    """What dataset.json says of a dataset's making.

    Attributes:
        source: the kind of source.
        class_map: which sub-classes became which class; None where folders are the classes.
        options: of the source, as text, for example {"label_threshold": "0.5"}.
        suite: the named suite that fixed all of it, for example `scin-hz-c/1`, or empty.
        split_rule: how splits were drawn.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    class_map: ClassMapId | None = None
    options: dict[str, str] = {}
    suite: str = ""
    split_rule: str = ""
