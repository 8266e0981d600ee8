"""Models that cheat are flagged, and rounding alone never is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

from hzbench.benchmark.checkpoints.integrity import batch_dependence, nondeterminism, probe
from hzbench.benchmark.checkpoints.session import ModelSession

Model = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]


class FakeSession:
    """A session whose model is a function of the mean colours of a batch, shape (n, 3) -> logits (n, 3)."""

    def __init__(self, model: Model) -> None:
        self.images = np.zeros((1, 32, 224, 224, 3), np.uint8)
        self._model = model
        self._count = 0

    def submit(self, slot: int, count: int) -> None:
        self._count = count

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        colours = self.images[0, : self._count].mean(axis=(1, 2), dtype=np.float32)
        return 0, self._model(colours).astype(np.float32)


def session(model: Model) -> ModelSession:
    """Return a fake session for a model."""
    return cast("ModelSession", FakeSession(model))


@pytest.fixture
def images() -> npt.NDArray[np.uint8]:
    """Eight pictures of different colours."""
    colours = np.random.default_rng(0).integers(0, 256, (8, 1, 1, 3), dtype=np.uint8)
    return np.broadcast_to(colours, (8, 224, 224, 3)).copy()


def honest(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Answer each picture by itself."""
    return colours / 50


def test_an_honest_model_has_no_flags(images: npt.NDArray[np.uint8]) -> None:
    """Each picture by itself, always the same."""
    assert probe(session(honest), images) == []


def test_rounding_between_batch_sizes_is_no_flag(images: npt.NDArray[np.uint8]) -> None:
    """Also beside a large constant, where the last bits are larger than between the logits."""
    for offset in (0.0, 5000.0):
        model: Model = lambda colours, offset=offset: (honest(colours) + offset) * (1 + 1e-7 * len(colours))  # noqa: E731
        assert batch_dependence(session(model), images) == []


def batch_norm(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Subtract the batch's mean."""
    return colours - colours.mean(axis=0)


def by_position(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Answer by the place in the batch."""
    return colours + np.arange(len(colours))[:, None]


def by_neighbour(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Mix in the picture before."""
    return colours + 0.1 * np.roll(colours, 1, axis=0)


def missing_when_alone(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Fail on batches of one."""
    return colours if len(colours) > 1 else np.full_like(colours, np.nan)


@pytest.mark.parametrize("model", [batch_norm, by_position, by_neighbour, missing_when_alone])
def test_answers_that_depend_on_the_batch_are_flagged(images: npt.NDArray[np.uint8], model: Model) -> None:
    """Statistics of the batch, positions, neighbours, and batches of one."""
    (flag,) = batch_dependence(session(model), images)
    assert flag.name == "batch_dependence"
    assert "the same pictures" in flag.detail


def test_a_small_dependence_beside_a_large_constant_is_flagged(images: npt.NDArray[np.uint8]) -> None:
    """An offset on all logits, which no probability feels, hides nothing."""
    model: Model = lambda colours: batch_norm(colours) + 10_000  # noqa: E731
    assert batch_dependence(session(model), images)


def test_random_answers_are_flagged(images: npt.NDArray[np.uint8]) -> None:
    """The last bit is enough, since results promise equal bytes."""
    state: dict[str, Any] = {"run": 0}

    def model(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        state["run"] += 1
        return np.nextafter(colours, np.float32(1e9)) if state["run"] % 2 else colours

    (flag,) = nondeterminism(session(model), images)
    assert flag.name == "nondeterminism"


def test_steady_nan_is_not_called_nondeterministic(images: npt.NDArray[np.uint8]) -> None:
    """It is another flag's matter."""
    model: Model = lambda colours: np.full_like(colours, np.nan)  # noqa: E731
    assert probe(session(model), images) == []
