"""The golden digests, and the script that compares them in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import make_golden


@pytest.fixture(scope="session")
def golden():
    """The golden digests of the specification in force."""
    return make_golden.load()


@pytest.fixture(scope="session")
def start_check():
    """Return a function that starts `make_golden.py --check` with some options and environment."""

    def start(*options, **environment):
        return subprocess.Popen(
            [sys.executable, make_golden.__file__, "--check", *options],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


@pytest.fixture(scope="session")
def finished():
    """Return a function that waits for a started check and returns the last line that it printed."""

    def wait(process):
        printed, _ = process.communicate()
        assert process.returncode == 0, printed
        return printed.splitlines()[-1]

    return wait
