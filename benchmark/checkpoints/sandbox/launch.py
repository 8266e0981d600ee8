"""Confine this process, then run a module in it: `python -m ...launch PLAN MODULE ARGUMENTS`.

This comes before numpy and torch are imported, while there is one thread: no library, and nothing that a
library loads, ever runs unconfined.
"""

from __future__ import annotations

import runpy
import sys

from hzbench.benchmark.checkpoints.sandbox.confining import confine
from hzbench.benchmark.checkpoints.sandbox.plan import Plan


def main(arguments: list[str]) -> None:
    """Confine, and run the module as if it had been started."""
    confine(Plan.from_json(arguments[0]))
    module = arguments[1]
    sys.argv = [module, *arguments[2:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
