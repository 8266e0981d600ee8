"""The safetensors format: an 8-byte length, a JSON header, then the tensors' bytes (its README, "Format").

No code can hide in it; what is left to check is a header that lies about sizes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

from hzbench.benchmark.checkpoints.refusal import refusal

MAXIMUM_HEADER_BYTES = 16 << 20
MAXIMUM_TENSORS = 100_000
ELEMENT_BYTES = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
}
"""Element types of image classifiers' weights -> bytes of one element."""

_AGAIN = "Write the file again with safetensors.torch.save_file, or copy it again."


def admit_safetensors(path: Path, stream: IO[bytes]) -> None:
    """Check the header against the file, without loading anything.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    end = stream.seek(0, 2)
    header, start = read_header(path, stream, end)
    check_ranges(path, header, end - start)


def read_header(path: Path, stream: IO[bytes], end: int) -> tuple[dict[str, Any], int]:
    """Rule `safetensors-header`: a JSON object of bounded length; return it and where the tensors begin."""
    stream.seek(0)
    length = int.from_bytes(stream.read(8), "little")
    if not 2 <= length <= MAXIMUM_HEADER_BYTES or 8 + length > end:
        raise refusal(
            path, "safetensors-header", f"a header of {length:,} bytes in a file of {end:,}", _AGAIN
        )
    try:
        header = json.loads(stream.read(length), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise refusal(path, "safetensors-header", f"the header is not JSON ({error})", _AGAIN) from error
    if not isinstance(header, dict):
        raise refusal(path, "safetensors-header", "the header is not a JSON object", _AGAIN)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise refusal(path, "safetensors-header", "its metadata are not texts", _AGAIN)
    if not 1 <= len(header) <= MAXIMUM_TENSORS:
        raise refusal(path, "safetensors-header", f"{len(header):,} tensors", _AGAIN)
    return header, 8 + length


def check_ranges(path: Path, header: dict[str, Any], room: int) -> None:
    """Rule `safetensors-ranges`: tensors have known types, fit their shapes and fill the file."""
    ranges = []
    for name, entry in header.items():
        match entry:
            case {"dtype": str(kind), "shape": list(shape), "data_offsets": [first, last]} if (
                len(entry) == 3 and type(first) is int and type(last) is int
            ):
                pass
            case _:
                raise refusal(
                    path, "safetensors-ranges", f"the entry of tensor {name!r} is malformed", _AGAIN
                )
        if kind not in ELEMENT_BYTES:
            raise refusal(
                path,
                "safetensors-ranges",
                f"tensor {name!r} has type {kind}",
                f"Save it as one of {', '.join(ELEMENT_BYTES)}.",
            )
        if last - first != ELEMENT_BYTES[kind] * _elements(shape):
            raise refusal(path, "safetensors-ranges", f"tensor {name!r} does not fit its shape", _AGAIN)
        ranges.append((first, last))
    position = 0
    for first, last in sorted(ranges):
        if first != position:
            raise refusal(path, "safetensors-ranges", "tensors overlap or leave gaps", _AGAIN)
        position = last
    if position != room:
        raise refusal(
            path, "safetensors-ranges", f"{room:,} bytes of tensors, {position:,} are declared", _AGAIN
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of the header, in which no name stands twice: readers disagree on which one counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _elements(shape: list[Any]) -> int:
    """Return the number of elements, or -1 where a dimension is no natural number."""
    count = 1
    for dimension in shape:
        if type(dimension) is not int or not 0 <= dimension < 1 << 40 or len(shape) > 8:
            return -1
        count *= dimension
    return count
