"""The folder that a run writes to: checked before hours of work, and one run's alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.errors import UsageError
from hzbench.submissions.training.submission import FILES


@contextlib.contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """Keep other runs out of a submission's folder for the length of the block.

    Args:
        folder: of the submission; it need not exist, and is not made.

    Raises:
        UsageError: it is a file, holds something else than a submission, or cannot be written.
        DataError: another run writes to it.
    """
    if folder.is_dir():
        if not (folder / "submission.toml").is_file():
            _refuse_strangers(folder)
    elif folder.exists():
        raise UsageError(
            f"{folder} is a file, expected a folder or a new name. Choose another one with --out."
        )
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(exclusive(folder.with_name(folder.name + ".lock")))
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot be written ({error.strerror or error}). Choose another folder with --out."
            ) from error
        yield


def _refuse_strangers(folder: Path) -> None:
    strangers = sorted(path.name for path in folder.iterdir() if path.name not in FILES)
    strangers = [name for name in strangers if not (name.startswith(".") and name.endswith(".part"))]
    if strangers:
        raise UsageError(
            f"{folder} holds {len(strangers)} files that belong to no submission (first: {strangers[0]}). "
            "Choose a new or an empty folder with --out."
        )
