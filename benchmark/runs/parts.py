"""The parts of a run: what each of them is of, and how its bytes stand on a disk.

A part is a cell's logits, or a small JSON value such as the model's cost. It is named by everything that can
move one of its bits, and that name (its key) stands in every file that holds it, so that a part is never
taken for another one, wherever a file was copied from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pydantic import JsonValue

Facts = Mapping[str, JsonValue]
"""What something is of: {name of the fact: value}."""

_MAGIC = b"hzbench.part/1\n"
_KEY_BYTES = 64  # hexadecimal
_DIGEST_BYTES = 32


@dataclass(frozen=True)
class Part:
    """One part of a run.

    Attributes:
        name: what people call it, such as `test fog 3`.
        facts: everything that can move one of its bits.
    """

    name: str
    facts: Facts

    @cached_property
    def key(self) -> str:
        """SHA-256 (hexadecimal) of the name and the facts."""
        named = json.dumps([self.name, self.facts], sort_keys=True, ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(named.encode()).hexdigest()

    @property
    def file_name(self) -> str:
        """A file name for the part, with letters, digits, points and dashes alone."""
        return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', self.name)[:80]}-{self.key[:8]}.part"


class PartStore(Protocol):
    """Where the bytes of parts are kept; what another machine's store has to offer, too."""

    title: str  # what people call the store

    def get(self, part: Part) -> bytes | None:
        """Return the content of a part, None where the store does not hold it whole."""
        ...

    def put(self, part: Part, content: bytes) -> None:
        """Keep the content of a part.

        Raises:
            OSError: it cannot be kept, and its loss would matter.
        """
        ...


def sealed(part: Part, content: bytes) -> bytes:
    """Return the bytes of a part's file: a mark, its key, the content, and a SHA-256 of all that."""
    body = _MAGIC + part.key.encode("ascii") + b"\n" + content
    return body + hashlib.sha256(body).digest()


def unsealed(part: Part, data: bytes) -> bytes:
    """Return the content of a part from the bytes of its file.

    Raises:
        ValueError: the file is damaged, or holds another part.
    """
    start = len(_MAGIC) + _KEY_BYTES + 1
    body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if len(body) < start or not body.startswith(_MAGIC) or hashlib.sha256(body).digest() != digest:
        raise ValueError(f"the file of {part.name} is damaged")
    if body[len(_MAGIC) : start - 1] != part.key.encode("ascii"):
        raise ValueError(f"the file holds another part than {part.name}")
    return body[start:]
