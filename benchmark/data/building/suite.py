"""Named suites: every choice of a build fixed in one file, so that two people get the same digests."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hzbench.benchmark.data.building.splitting import SPLIT_RULE
from hzbench.benchmark.data.photographs.canonical import CANONICAL_VERSION
from hzbench.benchmark.data.sources.class_map import ClassMap, shipped_class_map
from hzbench.benchmark.errors import DataError, UsageError, closest
from hzbench.corruptions.version import SPECIFICATION

FOLDER = Path(__file__).resolve().parent / "suites"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FixedClassMap(_Part):
    """The version and digest of the shipped class map that the suite is for."""

    version: str
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")


class Published(_Part):
    """Digests that are known already; empty where none is."""

    root_digest: str = ""
    test_digest: str = ""


class Suite(_Part):
    """What a suite fixes.

    Attributes:
        name: `<name>/<version>`.
        title: one line.
        source: the kind of source.
        dataset: the name of the clean dataset.
        dataset_version: and its version.
        focus_class: the class that must not be missed.
        framing: `crop` or `pad`.
        canonical: version of the canonical step.
        split_rule: how splits are drawn.
        near_duplicates: how many bits of the hashes of near duplicates may differ.
        specification: of the corruptions.
        class_map: the shipped map that is used.
        source_options: what the source's reader is given.
        published: digests to compare with.
    """

    document_schema: Literal["hzbench.suite/1"] = Field(alias="schema")
    name: str = Field(pattern=r"^[a-z0-9-]+/[0-9]+$")
    title: str
    source: str
    dataset: str
    dataset_version: str
    focus_class: str
    framing: Literal["crop", "pad"]
    canonical: int
    split_rule: str
    near_duplicates: int
    specification: int
    class_map: FixedClassMap
    source_options: dict[str, Any]
    published: Published = Published()

    def shipped_map(self) -> ClassMap:
        """Return the class map that the suite is for.

        Raises:
            UsageError: the one that is shipped here is another.
        """
        found = shipped_class_map(self.source)
        if (found.version, found.digest()) != (self.class_map.version, self.class_map.digest):
            raise UsageError(
                f"suite {self.name} is for class map {self.source} {self.class_map.version} with digest "
                f"{self.class_map.digest[:12]}; this hzbench ships {found.version} with {found.digest()[:12]}"
            )
        return found

    def check_installation(self) -> None:
        """Refuse a suite whose bytes this version of hzbench does not make.

        Raises:
            UsageError: names what differs.
        """
        here = {"canonical": CANONICAL_VERSION, "split rule": SPLIT_RULE, "specification": SPECIFICATION}
        wanted = {
            "canonical": self.canonical,
            "split rule": self.split_rule,
            "specification": self.specification,
        }
        for what, value in wanted.items():
            if here[what] != value:
                raise UsageError(
                    f"suite {self.name} fixes {what} {value}; this hzbench makes {here[what]}. "
                    "Install the version of hzbench that published the suite"
                )
        self.shipped_map()

    def agrees(self, root_digest: str | None, test_digest: str | None) -> str:
        """Return a sentence on how a build's digests stand to the published ones."""
        known = {
            "root digest": (self.published.root_digest, root_digest),
            "test digest": (self.published.test_digest, test_digest),
        }
        told = {what: pair for what, pair in known.items() if pair[0]}
        if not told:
            return "no digests are published for this suite yet: keep these for the record"
        wrong = [
            f"{what} {found} is not the published {wanted}"
            for what, (wanted, found) in told.items()
            if wanted != found
        ]
        return "; ".join(wrong) if wrong else f"equal to the published {' and '.join(told)}"


def suite_names() -> list[str]:
    """Return the names of all suites."""
    return sorted(_read(file).name for file in FOLDER.glob("*.toml"))


def load_suite(name: str) -> Suite:
    """Return a suite by name.

    Raises:
        UsageError: there is none of that name.
    """
    suites = {suite.name: suite for suite in map(_read, FOLDER.glob("*.toml"))}
    if name not in suites:
        raise UsageError(f"unknown suite {name!r}.{closest(name, sorted(suites))}")
    return suites[name]


def _read(file: Path) -> Suite:
    try:
        with file.open("rb") as stream:
            return Suite.model_validate(tomllib.load(stream))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise DataError(f"{file}: is no suite ({error})") from error
