"""Random draws for rendering: Philox words keyed by a text, turned into numbers without libm."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from hzbench.corruptions.random_stream import RandomStream

T = TypeVar("T")

_BLOCK = 512  # words fetched at a time


class Draws:
    """An endless sequence of random numbers that depends on its key text only.

    Args:
        key: any text; equal texts give equal numbers on every machine.
    """

    def __init__(self, key: str) -> None:
        """Start the sequence named `key`."""
        digest = hashlib.sha256(key.encode("ascii")).digest()
        self._stream = RandomStream(*(int.from_bytes(digest[4 * i : 4 * i + 4], "little") for i in range(4)))
        self._field = 0
        self._buffer: list[int] = []
        self._next = 0

    def words(self, count: int) -> npt.NDArray[np.uint32]:
        """Return `count` fresh uint32 words as one array (a field of its own)."""
        self._field += 1
        return self._stream.words(self._field, count)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a float in [low, high)."""
        if self._next == len(self._buffer):
            self._buffer = self.words(_BLOCK).tolist()
            self._next = 0
        word = self._buffer[self._next]
        self._next += 1
        return low + (high - low) * (word / 4294967296.0)

    def skewed(self, low: float, high: float) -> float:
        """Return a float in [low, high), small values likelier (density falls toward `high`)."""
        u = self.uniform()
        return low + (high - low) * u * u

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Return a bell-shaped float: a sum of four uniforms, never beyond 3.47 deviations."""
        total = self.uniform() + self.uniform() + self.uniform() + self.uniform()
        return mean + deviation * (total - 2.0) * 1.7320508075688772

    def integer(self, count: int) -> int:
        """Return an int in 0 .. count - 1."""
        return int(self.uniform() * count)

    def between(self, low: int, high: int) -> int:
        """Return an int in low .. high, both included."""
        return low + self.integer(high - low + 1)

    def chance(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self.uniform() < probability

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`, all equally likely."""
        return items[self.integer(len(items))]

    def weighted(self, weights: Sequence[float]) -> int:
        """Return an index into `weights` (which sum to 1), drawn by weight."""
        u = self.uniform()
        for index, weight in enumerate(weights):
            u -= weight
            if u < 0.0:
                return index
        return len(weights) - 1

    def direction(self) -> tuple[float, float]:
        """Return a unit vector of random direction, by the rational parametrisation of the circle."""
        t = self.uniform(-0.41421356, 0.41421356)  # an eighth turn about the x axis
        c, s = (1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t)
        turn = self.integer(4)
        if turn == 0:
            return c, s
        if turn == 1:
            return -s, c
        if turn == 2:
            return -c, -s
        return s, -c
