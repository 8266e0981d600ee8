"""Does a model know the test pictures by heart? Noise that nobody sees is added, and the answers compared.

One grey level up or down at every pixel changes nothing that can be seen, and hardly any answer of a model
that looks at the picture. One that looks pictures up finds none of them any more.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from hzbench.benchmark.checkpoints.integrity import Flag
from hzbench.benchmark.scoring.paired import sign_test, wins_and_losses

LOSS = 0.10
"""Share of the pictures that must be lost on balance."""

FALSE_FLAGS = 1e-3
"""How often luck alone may lose so many more right answers than it wins."""

MOST = 0.5
"""Share of the answers that must change to be flagged whatever they change to."""


def unseen_noise(picture: npt.NDArray[np.uint8], digest: str) -> npt.NDArray[np.uint8]:
    """Return a picture with each value one grey level up or down, kept within 0 to 255.

    Args:
        picture: uint8, any shape.
        digest: of the picture; fixes the noise.
    """
    seed = int.from_bytes(hashlib.sha256(f"hzbench unseen noise|{digest}".encode()).digest()[:8], "little")
    step = 2 * np.random.default_rng(seed).integers(0, 2, picture.shape, dtype=np.int16) - 1
    noisy: npt.NDArray[np.uint8] = np.clip(picture.astype(np.int16) + step, 0, 255).astype(np.uint8)
    return noisy


def memorised(
    plain: npt.NDArray[np.int64], noisy: npt.NDArray[np.int64], labels: npt.NDArray[np.int64]
) -> list[Flag]:
    """Flag `memorised_pictures`: unseen noise flips most answers, or takes away far more than it gives.

    Honest answers near the boundary flip both ways alike; so the second rule asks for a loss of at least 10
    points and an exact sign test at 0.1 %.

    Args:
        plain: answered classes of the pictures as they are, shape (n,).
        noisy: of the same pictures with unseen noise.
        labels: their class numbers.
    """
    n = len(labels)
    if not n:
        return []
    changed = int((plain != noisy).sum())
    lost, won = wins_and_losses(plain == labels, noisy == labels)
    many = changed > MOST * n
    if not many and (lost - won < LOSS * n or sign_test(lost, won) > FALSE_FLAGS):
        return []
    return [
        Flag(
            "memorised_pictures",
            f"noise of one grey level, which nobody sees, changes {changed} of {n} answers on test pictures; "
            f"{lost} right ones are lost and {won} won",
        )
    ]
