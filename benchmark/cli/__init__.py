"""The command line: parse, call one workflow, print, turn an error into an exit code.

Nothing here imports torch or numba; each command imports its workflow when it runs, so that
`hzbench --help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from hzbench.benchmark.errors import Terminated

_received: list[int] = []  # signals that ask this process to end, in the order of arrival


def main() -> None:
    """Run the command line; Ctrl-C and SIGTERM end it in order, a second one at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup and shells set for background jobs
            signal.signal(number, _end)
    try:
        from hzbench.benchmark.cli.app import app
        from hzbench.benchmark.cli.console import prepare_streams

        prepare_streams()
        app()
    except KeyboardInterrupt:
        print("hzbench: interrupted.", file=sys.stderr)
        sys.exit(128 + _received[0])
    except SystemExit:
        if _received:
            sys.exit(128 + _received[0])
        raise


def _end(number: int, frame: FrameType | None) -> None:
    """Raise what ends the work, workers and temporary files included; end at once when asked again."""
    _received.append(number)
    if len(_received) > 1:
        os._exit(128 + number)
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
