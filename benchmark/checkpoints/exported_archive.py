"""Static rules of a torch.export archive (.pt2)."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints.zip_rules import check_checksums


def admit_exported(path: Path, stream: IO[bytes]) -> None:
    """Hold a torch.export archive (.pt2) against its rules."""
    with zipfile.ZipFile(stream) as archive:
        check_checksums(path, archive)
