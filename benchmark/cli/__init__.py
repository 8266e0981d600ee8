"""The command line: parse, call one workflow, print, turn an error into an exit code.

Nothing here imports torch or numba; each command imports its workflow when it runs, so that
`hzbench --help` answers at once.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

from hzbench.benchmark.cli.app import app
from hzbench.benchmark.cli.console import prepare_streams


def main() -> None:
    """Run the command line."""
    prepare_streams()
    signal.signal(signal.SIGTERM, _terminate)
    app()


def _terminate(number: int, frame: FrameType | None) -> None:
    """End as at Ctrl-C, so that workers and temporary folders go too when a job is cancelled."""
    sys.exit(128 + number)
