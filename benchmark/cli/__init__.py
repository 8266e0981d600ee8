"""The command line: parse, call one workflow, print, turn an error into an exit code.

Nothing here imports torch or numba; each command imports its workflow when it runs, so that
`hzbench --help` answers at once.
"""

from __future__ import annotations

from hzbench.benchmark.cli.app import app


def main() -> None:
    """Run the command line."""
    app()
