"""Make the modules beside the tests importable, and the workplace that all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workplace import Workplace, make_workplace


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A small dataset and a quick model."""
    return make_workplace(tmp_path_factory.mktemp("workplace"))
