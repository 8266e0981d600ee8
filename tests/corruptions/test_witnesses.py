"""Independent, slow and plain versions of the corruptions, written from SPEC.md, give the same bytes."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from hzbench.corruptions.image import pixel_digest
from hzbench.corruptions.random_stream import RandomStream

FOLDER = Path(__file__).parent / "witness"
SHARED = {"enlarging", "trail"}  # parts of witnesses, no witnesses themselves
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in SHARED)


@pytest.fixture
def witness(monkeypatch):
    """Return a function that loads a witness by its name."""
    monkeypatch.syspath_prepend(str(FOLDER))
    loaded = set(sys.modules)

    def load(name):
        return getattr(importlib.import_module(name), name)

    yield load
    for name in set(sys.modules) - loaded:
        if getattr(sys.modules[name], "__file__", None) and Path(sys.modules[name].__file__).parent == FOLDER:
            del sys.modules[name]


@pytest.mark.parametrize("severity", range(1, 6))
@pytest.mark.parametrize("name", NAMES)
def test_the_witness_gives_the_same_bytes(name, severity, witness, small_picture):
    """A part of a photograph, not square, comes out equal in every byte."""
    picture = np.ascontiguousarray(small_picture[:32])
    stream = RandomStream.for_cell(name, severity, 0, pixel_digest(picture))
    corruption = getattr(importlib.import_module(f"hzbench.corruptions.{name}"), name)
    found = corruption(picture, severity, stream)
    expected = witness(name)(picture, severity, stream)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)
