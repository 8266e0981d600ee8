"""Load torch inside the sandbox and compute something: by this `hzbench doctor` sees whether a worker can."""

from __future__ import annotations

import os
import sys

from hzbench.benchmark.checkpoints.sandbox import confining, limits

ANSWER = b"works\n"


def main(arguments: list[str]) -> int:
    """Import what a worker imports, seal, compute, and say so on the pipe of replies."""
    import torch

    from hzbench.benchmark.checkpoints.torchvision_import import import_torchvision

    import_torchvision()
    confining.seal(limits.memory_budget(0))
    layer = torch.nn.Conv2d(3, 8, 3)
    with torch.inference_mode():
        if tuple(layer(torch.zeros(1, 3, 8, 8)).shape) != (1, 8, 6, 6):
            return 1
    os.write(int(arguments[1]), ANSWER)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
