"""Read protobuf messages by their wire form, without building them: bounded, and nothing is guessed.

Source: protobuf.dev, "Encoding". Large values are never read, only measured, so that a file of gigabytes
costs as much as its structure. Groups, which ONNX never uses, are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, NamedTuple

MAXIMUM_FIELDS = 400_000
"""Of a whole file; a network of 300 layers with its shapes and notes takes some 20,000."""

MAXIMUM_DEPTH = 24
MAXIMUM_TEXT = 1 << 20
"""Bytes of one text."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """Bytes that are no message of the given schema."""

    def __init__(self, message: str, rule: str = "form") -> None:
        """Keep the kind of the rule that is broken beside the message."""
        super().__init__(message)
        self.rule = rule


class Kind(NamedTuple):
    """What a field holds.

    Attributes:
        name: the field's name.
        wire: its wire type, of one element where it is repeated.
        message: the schema's message inside, for embedded messages.
        text: read as text; other byte strings are only measured.
        repeated: may stand several times, and numbers may come packed.
    """

    name: str
    wire: int
    message: str = ""
    text: bool = False
    repeated: bool = False


class Span(NamedTuple):
    """Bytes that were not read: where they start and how many there are."""

    start: int
    length: int


Schema = Mapping[str, Mapping[int, Kind]]
Message = dict[str, list[Any]]
"""Field's name -> its values in file order: int, str, Span (bytes, packed numbers) or Message."""


class WireReader:
    """Reads one file by one schema."""

    def __init__(self, stream: IO[bytes], schema: Schema) -> None:
        """Read from `stream`, which can seek."""
        self._stream = stream
        self._schema = schema
        self._fields = 0

    def message(self, name: str, span: Span, depth: int = 0) -> Message:
        """Return the message in a span.

        Raises:
            WireError: a malformed field, one that the schema lacks, a single one that stands twice, too deep
                nesting or too many fields.
        """
        if depth > MAXIMUM_DEPTH:
            raise WireError(f"messages nested more than {MAXIMUM_DEPTH} deep", "nesting")
        kinds = self._schema[name]
        found: Message = {}
        for number, wire, value in self._raw_fields(span):
            kind = kinds.get(number)
            if kind is None:
                raise WireError(f"field {number} of {name}, which a classifier does not need", "fields")
            values = found.setdefault(kind.name, [])
            if values and not kind.repeated:
                raise WireError(f"{name}.{kind.name} stands twice")
            values.append(self._value(name, kind, wire, value, depth))
        return found

    def _value(self, name: str, kind: Kind, wire: int, value: int | Span, depth: int) -> Any:
        if isinstance(value, Span) and kind.wire == BYTES:
            if kind.message:
                return self.message(kind.message, value, depth + 1)
            return self._text(value) if kind.text else value
        packed = isinstance(value, Span) and kind.repeated
        if wire != kind.wire and not packed:
            raise WireError(f"{name}.{kind.name} has wire type {wire} instead of {kind.wire}")
        return value

    def _raw_fields(self, span: Span) -> Iterator[tuple[int, int, int | Span]]:
        """Yield number, wire type and value (a Span where it is length-delimited) of each field."""
        position, end = span.start, span.start + span.length
        while position < end:
            self._fields += 1
            if self._fields > MAXIMUM_FIELDS:
                raise WireError(f"more than {MAXIMUM_FIELDS:,} fields", "size")
            self._stream.seek(position)
            tag, position = self._varint(position, end)
            number, wire = tag >> 3, tag & 7
            value: int | Span
            if wire == VARINT:
                value, position = self._varint(position, end)
            elif wire == BYTES:
                length, position = self._varint(position, end)
                value = Span(position, length)
                position += length
            elif wire in (FIXED32, FIXED64):
                value = 0  # numbers of attributes are never looked at
                position += 4 if wire == FIXED32 else 8
            else:
                raise WireError(f"wire type {wire}")
            if position > end:
                raise WireError(f"field {number} runs over the end of its message")
            yield number, wire, value

    def _varint(self, position: int, end: int) -> tuple[int, int]:
        """Return a number and the position behind it; the stream stands at `position`."""
        value = 0
        for shift in range(0, 70, 7):
            byte = self._stream.read(1)
            position += 1
            if not byte or position > end:
                raise WireError("a number is cut short")
            value |= (byte[0] & 0x7F) << shift
            if byte[0] < 0x80:
                if value >= 1 << 64:
                    raise WireError("a number of more than 64 bits")
                return value, position
        raise WireError("a number of more than 10 bytes")

    def _text(self, span: Span) -> str:
        if span.length > MAXIMUM_TEXT:
            raise WireError(f"a text of {span.length:,} bytes", "size")
        try:
            return self._bytes(span).decode("utf-8")
        except UnicodeDecodeError as error:
            raise WireError("a text that is no UTF-8") from error

    def _bytes(self, span: Span) -> bytes:
        self._stream.seek(span.start)
        data = self._stream.read(span.length)
        if len(data) != span.length:
            raise WireError("the file is cut short")
        return data

    def numbers(self, values: list[Any], limit: int) -> list[int]:
        """Return repeated varints, packed or not.

        Raises:
            WireError: there are more than `limit`, or a packed one is malformed.
        """
        numbers: list[int] = []
        for value in values:
            if isinstance(value, Span):
                position, end = value.start, value.start + value.length
                self._stream.seek(position)
                while position < end and len(numbers) <= limit:
                    number, position = self._varint(position, end)
                    numbers.append(number)
            else:
                numbers.append(value)
        if len(numbers) > limit:
            raise WireError(f"more than {limit} numbers", "size")
        return numbers

    def count(self, kind: Kind, values: list[Any]) -> int:
        """Return how many numbers a repeated field holds, packed or not.

        Raises:
            WireError: packed numbers do not fill their bytes.
        """
        total = 0
        for value in values:
            if not isinstance(value, Span):
                total += 1
            elif kind.wire == VARINT:
                total += self._count_varints(value)
            else:
                size = 4 if kind.wire == FIXED32 else 8
                if value.length % size:
                    raise WireError(f"{value.length:,} bytes of {kind.name}")
                total += value.length // size
        return total

    def _count_varints(self, span: Span) -> int:
        """Return how many bytes end a varint; the last one must."""
        self._stream.seek(span.start)
        total, left, last = 0, span.length, b"\0"
        while left:
            chunk = self._stream.read(min(left, 1 << 20))
            if not chunk:
                raise WireError("the file is cut short")
            total += len(chunk.translate(None, delete=_CONTINUED))
            left -= len(chunk)
            last = chunk[-1:]
        if last[0] >= 0x80:
            raise WireError("a packed number is cut short")
        return total


_CONTINUED = bytes(range(128, 256))
