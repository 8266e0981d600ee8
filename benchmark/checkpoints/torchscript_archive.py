"""Static rules of a TorchScript archive."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints.zip_rules import check_checksums


def admit_torchscript(path: Path, stream: IO[bytes]) -> None:
    """Hold a TorchScript archive against its rules."""
    with zipfile.ZipFile(stream) as archive:
        check_checksums(path, archive)
