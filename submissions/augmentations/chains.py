"""Chains of random operations, mixed with each other and with the picture itself.

Source: Hendrycks et al. 2020, "AugMix", algorithm 1; PRIME mixes its own operations in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Operation = Callable[[Image, np.random.Generator], Image]


def mix_chains(
    image: Image,
    random: np.random.Generator,
    operations: Sequence[Operation],
    *,
    width: int,
    depth: int,
    longest: int = 3,
    alpha: float = 1.0,
) -> Image:
    """Return (1 - m) image + m (w_1 chain_1(image) + ... + w_k chain_k(image)), rounded to uint8.

    The weights w are drawn from Dirichlet(alpha, ..., alpha), m from Beta(alpha, alpha).

    Args:
        image: uint8 (H, W, 3); not modified.
        random: the only randomness.
        operations: each step of a chain is one of them, all equally likely.
        width: number of chains k.
        depth: steps of each chain; 0 draws 1 to `longest` for each chain.
        longest: see `depth`.
        alpha: concentration of both distributions.
    """
    weights = random.dirichlet(np.full(width, alpha))
    share = random.beta(alpha, alpha)
    mixed = np.float32(1.0 - share) * image.astype(np.float32)
    for weight in weights:
        chain = image
        for _ in range(depth or random.integers(1, longest + 1)):
            chain = operations[int(random.integers(len(operations)))](chain, random)
        mixed += np.float32(share * weight) * chain.astype(np.float32)
    return to_uint8(mixed)


def to_uint8(values: npt.NDArray[np.float32]) -> Image:
    """Return values in grey levels, clipped to 0-255 and rounded."""
    return np.rint(np.clip(values, 0.0, 255.0)).astype(np.uint8)
