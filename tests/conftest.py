"""Fixtures that several parts of the tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def openstax() -> Path:
    """The folder of 38 real clinical photographs, <class>/<image>; skips where it is not at hand.

    `HZBENCH_TEST_PHOTOGRAPHS` names the folder; without it, a `shared` folder beside the checkout is tried.
    """
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "openstax"
    folder = Path(os.environ.get("HZBENCH_TEST_PHOTOGRAPHS") or beside)
    if not folder.is_dir():
        pytest.skip(
            f"no photographs at {folder}; set HZBENCH_TEST_PHOTOGRAPHS to a folder of <class>/<image>"
        )
    return folder
