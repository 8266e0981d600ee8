"""The file that `torch.save` wrote before PyTorch 1.6: five pickles in a row, then the raw storages."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints.pickle_rules import check_pickle, storages
from hzbench.benchmark.checkpoints.refusal import refusal

MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
"""The first pickle: the long integer 0x1950a86a20f9469cfc6c (torch/serialization.py, MAGIC_NUMBER)."""

_DOWNLOAD_AGAIN = "The file is cut short: copy or download it again."


def admit_torch_legacy(path: Path, stream: IO[bytes]) -> None:
    """Check the five pickles and the room that their storages need, without loading anything.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    end = stream.seek(0, 2)
    stream.seek(0)
    for _ in range(3):  # magic number, protocol version, system information
        check_pickle(path, stream)
    declared = storages(path, check_pickle(path, stream))
    keys = check_pickle(path, stream).root
    check_room(path, declared, keys, end - stream.tell())


def check_room(path: Path, declared: dict[str, int], keys: object, room: int) -> None:
    """Rule `record-sizes`: the declared storages, each behind an 8-byte length, fill the rest."""
    if not isinstance(keys, list) or sorted(map(str, keys)) != sorted(declared):
        raise refusal(path, "record-sizes", "the list of storages is not the one that the tensors name")
    needed = sum(declared.values()) + 8 * len(declared)
    if needed != room:
        raise refusal(
            path,
            "record-sizes",
            f"{room:,} bytes of storages, {needed:,} bytes are declared",
            _DOWNLOAD_AGAIN,
        )
