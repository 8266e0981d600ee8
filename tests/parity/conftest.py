"""The original implementation, where it can run; these tests skip elsewhere and say why."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import original


@pytest.fixture(scope="session")
def original_module():
    """The module with the original corruption functions."""
    reason = original.missing()
    if reason:
        pytest.skip(reason)
    return original.load()


@pytest.fixture(scope="session")
def pictures(original_module):
    """Two photographs, 224 x 224 x 3."""
    from comparison import photographs

    return list(photographs().values())[:2]
