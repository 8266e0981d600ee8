"""A safetensors header that lies about the file is refused before anything is loaded."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

SAFETENSORS_DAMAGE = {
    "header longer than the file": struct.pack("<Q", 1 << 20) + b'{"a":1}',
    "header that is no JSON": struct.pack("<Q", 7) + b"{broken",
    "header that is no object": struct.pack("<Q", 9) + b"{}       ",
    "unknown type": struct.pack("<Q", 56) + b'{"a":{"dtype":"X1","shape":[1],"data_offsets":[0,1]}}   x',
    "shape that does not fit": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,4]}}   1234',
    "negative dimension": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"U8","shape":[-1],"data_offsets":[1,0]}}    1234'[:61],
    "bytes left over": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   12345',
    "gap before the first tensor": struct.pack("<Q", 57)
    + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}   12345',
    "malformed entry": struct.pack("<Q", 20) + b'{"a":[1,2,3]}       ',
}


@pytest.mark.parametrize("damage", SAFETENSORS_DAMAGE)
def test_a_safetensors_header_that_lies_is_refused(
    tmp_path: Path, damage: str, refused: Callable[[Path], str]
) -> None:
    """Sizes, types and ranges are held against the file before it is loaded."""
    path = tmp_path / "model.safetensors"
    path.write_bytes(SAFETENSORS_DAMAGE[damage])
    assert "refused by rule 'safetensors-" in refused(path)
