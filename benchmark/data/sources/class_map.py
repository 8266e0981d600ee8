"""A class map: which of a source's own names (sub-classes) belongs to which class of the benchmark."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hzbench.benchmark.data.building.origin import ClassMapId
from hzbench.benchmark.data.sources.listing import check_class_name
from hzbench.benchmark.errors import DataError

FOLDER = Path(__file__).resolve().parent


class ClassMap(BaseModel):
    """What a class map file says.

    Attributes:
        source: the kind of source, as in `hzbench data build SOURCE`.
        version: of the map; a change of what it says is a new version.
        title: what the source is.
        url: where it is described.
        terms: under which terms its pictures may be used.
        rule: how a picture gets its class, in words.
        match: `name`: a sub-class is named in full (capitals, spaces and underscores do not matter);
            `pattern`: by a pattern with `*` and `?`.
        unmapped: what becomes of a sub-class that is not named: `other`; `leave_out`; or `refuse`, an error.
        doubtful: words; a sub-class that is not named and holds one of them never becomes `other`.
        classes: {class: its sub-classes}.
        left_out: {sub-class: why its pictures are left out}.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    document_schema: Literal["hzbench.class-map/1"] = Field(default="hzbench.class-map/1", alias="schema")
    source: str
    version: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    title: str = ""
    url: str = ""
    terms: str = ""
    rule: str = ""
    match: Literal["name", "pattern"] = "name"
    unmapped: Literal["other", "leave_out", "refuse"] = "refuse"
    doubtful: tuple[str, ...] = ()
    classes: dict[str, tuple[str, ...]] = Field(min_length=1)
    left_out: dict[str, str] = {}

    @model_validator(mode="after")
    def _name_each_once(self) -> ClassMap:
        owner: dict[str, str] = {}
        groups = [*self.classes.items(), ("left_out", tuple(self.left_out))]
        for label, names in groups:
            for name in names:
                key = plain(name)
                if not key:
                    raise ValueError(f"class {label!r} names an empty sub-class")
                if key in owner:
                    raise ValueError(f"sub-class {name!r} is named twice, in {owner[key]!r} and {label!r}")
                owner[key] = label
        for label in self.classes:
            try:
                check_class_name(label, "class map")
            except DataError as error:
                raise ValueError(str(error)) from error
        return self

    def digest(self) -> str:
        """Return the SHA-256 of what decides a picture's class; titles and terms do not count."""
        deciding = {
            "match": self.match,
            "unmapped": self.unmapped,
            "doubtful": sorted(map(plain, self.doubtful)),
            "classes": {label: sorted(map(plain, names)) for label, names in self.classes.items()},
            "left_out": sorted(map(plain, self.left_out)),
        }
        text = json.dumps(deciding, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def identity(self) -> ClassMapId:
        """Return what dataset.json records of the map."""
        return ClassMapId(source=self.source, version=self.version, digest=self.digest())

    def names_class(self, name: str, label: str) -> bool:
        """Return whether the map names a sub-class in full for a class."""
        return plain(name) in map(plain, self.classes.get(label, ()))

    def names(self) -> list[str]:
        """Return every sub-class that is named, sorted."""
        return sorted([name for names in self.classes.values() for name in names] + list(self.left_out))


ClassMapLike = ClassMap | Mapping[str, str]


def plain(name: str) -> str:
    """Return a name without capitals, with one underscore for spaces and underscores."""
    return re.sub(r"[\s_]+", "_", name.strip().casefold())


def class_map_of(source: str, given: ClassMapLike) -> ClassMap:
    """Return the map to use: `given`, or the source's own one where nothing is given."""
    if isinstance(given, ClassMap):
        return given
    return from_pairs(source, given) if given else shipped_class_map(source)


def from_pairs(source: str, pairs: Mapping[str, str]) -> ClassMap:
    """Return the map of {sub-class: class}; what it does not name is an error."""
    classes: dict[str, tuple[str, ...]] = {}
    for name, label in pairs.items():
        classes[label] = (*classes.get(label, ()), name)
    try:
        return ClassMap(source=source, version="given", classes=classes)
    except ValidationError as error:
        raise DataError(f"class map: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error


def shipped_class_map(source: str) -> ClassMap:
    """Return the map that lies beside the source's code."""
    return read_class_map(FOLDER / f"{source}.toml", source)


def has_class_map(source: str) -> bool:
    """Return whether a map lies beside the source's code."""
    return (FOLDER / f"{source}.toml").is_file()


def read_class_map(file: Path, source: str) -> ClassMap:
    """Read a class map.

    Args:
        file: TOML, in the form of the shipped ones (`hzbench data classes SOURCE --toml` prints one).
        source: the kind of source that it must be for.

    Raises:
        DataError: absent, not TOML, a field that is wrong, or for another source.
    """
    try:
        with file.open("rb") as stream:
            class_map = ClassMap.model_validate(tomllib.load(stream))
    except OSError as error:
        raise DataError(f"{file}: the class map cannot be read ({error.strerror or error})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: the class map is not TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the map"
        raise DataError(f"{file}: {where}: {first['msg'].removeprefix('Value error, ')}") from error
    if class_map.source != source:
        raise DataError(f"{file}: the class map is for source {class_map.source!r}; expected {source!r}")
    return class_map
