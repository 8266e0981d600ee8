"""The file that `torch.save` writes since PyTorch 1.6: a zip archive of one pickle and a record a storage."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO

from hzbench.benchmark.checkpoints import zip_rules
from hzbench.benchmark.checkpoints.pickle_rules import check_pickle, storages
from hzbench.benchmark.checkpoints.refusal import refusal

MAXIMUM_PICKLE_BYTES = 64 << 20

_RECORD = re.compile(
    r"data\.pkl|byteorder|version|\.format_version|\.storage_alignment|\.data/serialization_id|data/[0-9]+"
)


def admit_torch_zip(path: Path, stream: IO[bytes]) -> None:
    """Check the archive and its pickle, without loading anything.

    Raises:
        CheckpointError: a rule is broken; its name is in the message.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            zip_rules.check_entries(path, archive)
            zip_rules.check_layout(path, archive, stream)
            root = zip_rules.check_root(path, archive, _RECORD, "data.pkl", "torch.save")
            check_pickle_size(path, archive, f"{root}/data.pkl")
            zip_rules.check_checksums(path, archive)
            with archive.open(f"{root}/data.pkl") as pickle_stream:
                pickle = check_pickle(path, pickle_stream)
            zip_rules.check_record_sizes(path, archive, f"{root}/data/", storages(path, pickle))
    except zip_rules.UNREADABLE as error:
        raise refusal(
            path, "zip-form", f"not a readable zip archive ({error})", zip_rules.DOWNLOAD_AGAIN
        ) from error


def check_pickle_size(path: Path, archive: zipfile.ZipFile, name: str) -> None:
    """Rule `pickle-length`: a pickle of bounded size."""
    if archive.getinfo(name).file_size > MAXIMUM_PICKLE_BYTES:
        raise refusal(path, "pickle-length", f"{name} is larger than {MAXIMUM_PICKLE_BYTES >> 20} MiB")
