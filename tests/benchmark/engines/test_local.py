"""The local engine: every batch through a session, corrupted by the specification, errors passed on."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from hzbench.benchmark.engines import local
from hzbench.benchmark.engines.local import compute
from hzbench.benchmark.engines.pictures import Pictures
from hzbench.benchmark.engines.plan import Batch, batches_of
from hzbench.benchmark.errors import CheckpointError, DataError
from hzbench.benchmark.scoring.cells import CLEAN, Cell
from hzbench.corruptions import corrupt_cell, pixel_digest

SIZE = 32


@dataclass
class MemorySplit:
    """A split whose pictures are in memory."""

    pictures: npt.NDArray[np.uint8]
    root: Path = Path("memory")
    decoded: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.digests = tuple(pixel_digest(picture) for picture in self.pictures)
        self.paths = tuple(f"{i}.png" for i in range(len(self.pictures)))

    def image(self, position: int) -> npt.NDArray[np.uint8]:
        self.decoded.append(position)
        return self.pictures[position].copy()


class MeanSession:
    """A model whose logits are the mean and the first value of a picture."""

    def __init__(self) -> None:
        self.images = np.zeros((3, 32, SIZE, SIZE, 3), np.uint8)
        self.open: deque[tuple[int, int]] = deque()
        self.answered = 0
        self.interrupted = threading.Event()

    def submit(self, slot: int, count: int) -> None:
        assert slot not in [s for s, _ in self.open], "a slot was filled again before it was answered"
        self.open.append((slot, count))

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        self.answered += 1
        slot, count = self.open.popleft()
        pictures = self.images[slot][:count]
        return slot, np.stack([pictures.mean((1, 2, 3)), pictures[:, 0, 0, 0]], 1).astype(np.float32)

    def interrupt(self) -> None:
        self.interrupted.set()


class SlowSession(MeanSession):
    """A model that answers nothing until it is interrupted."""

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        assert self.interrupted.wait(60), "nobody interrupted the session"
        raise CheckpointError("the worker was killed")


@pytest.fixture
def split() -> MemorySplit:
    """Return 70 random pictures."""
    return MemorySplit(np.random.default_rng(0).integers(0, 256, (70, SIZE, SIZE, 3), dtype=np.uint8))


def run(split: MemorySplit, sessions: list[MeanSession], cells: list[Cell]) -> npt.NDArray[np.float32]:
    """Compute cells and return logits, shape (cells, pictures, 2)."""
    logits = np.full((len(cells), len(split.pictures), 2), np.nan, np.float32)

    def answer(batch: Batch, values: npt.NDArray[np.float32]) -> None:
        logits[batch.row, batch.positions] = values

    batches = [b for row, cell in enumerate(cells) for b in batches_of(row, cell, split.digests, "d")]
    compute(sessions, batches, Pictures(split), answer)  # type: ignore[arg-type]  # a stand-in for Split
    return logits


CELLS = [CLEAN, Cell("contrast", 2), Cell("gaussian_noise", 5)]


def test_each_picture_is_corrupted_as_the_specification_says(split: MemorySplit) -> None:
    """A model sees `corrupt_cell` of the clean picture, and in the clean cell the picture itself."""
    logits = run(split, [MeanSession()], CELLS)
    expected = [
        [
            (p if c.corruption is None else corrupt_cell(p, c.corruption, c.severity)).mean()
            for p in split.pictures
        ]
        for c in CELLS
    ]
    np.testing.assert_allclose(logits[:, :, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("workers", [2, 4])
def test_the_number_of_sessions_changes_nothing(split: MemorySplit, workers: int) -> None:
    """One, two and four workers give the same logits."""
    one = run(split, [MeanSession()], CELLS)
    assert np.array_equal(one, run(split, [MeanSession() for _ in range(workers)], CELLS))


def test_the_error_of_a_worker_reaches_the_caller(split: MemorySplit) -> None:
    """A dead worker ends the run with its own error, also when others are still well."""
    died = threading.Event()

    class DyingSession(MeanSession):
        def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
            died.set()
            raise CheckpointError("the worker died")

    class PatientSession(MeanSession):
        def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
            assert died.wait(30), "the other worker got no work"
            return super().collect()

    with pytest.raises(CheckpointError, match="died"):
        run(split, [PatientSession(), DyingSession()], CELLS)


def test_nothing_is_collected_after_an_error(split: MemorySplit) -> None:
    """The answers of what was submitted are of no use any more, and may take minutes."""
    session = MeanSession()

    def refuse(batch: Batch, logits: npt.NDArray[np.float32]) -> None:
        raise DataError("the disk is full")

    batches = [b for row, cell in enumerate(CELLS) for b in batches_of(row, cell, split.digests, "d")]
    with pytest.raises(DataError, match="full"):
        compute([session], batches, Pictures(split), refuse)  # type: ignore[arg-type]  # a stand-in for Split
    assert session.answered == 1


def test_an_interruption_does_not_wait_for_a_slow_model(
    split: MemorySplit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C reaches the main thread, which interrupts the sessions that its feeders wait for."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "wait", interrupted)
    sessions: list[MeanSession] = [SlowSession(), SlowSession()]
    with pytest.raises(KeyboardInterrupt):
        run(split, sessions, CELLS)
    assert all(session.interrupted.is_set() for session in sessions)


def test_the_error_of_a_picture_reaches_the_caller(split: MemorySplit) -> None:
    """One differing pixel would change all noise, so a damaged picture stops the run."""

    def damaged(position: int) -> npt.NDArray[np.uint8]:
        raise DataError(f"{position}.png: damaged")

    split.image = damaged  # type: ignore[method-assign]  # the file is damaged on disk
    with pytest.raises(DataError, match=r"\.png: damaged"):
        run(split, [MeanSession(), MeanSession()], [CLEAN])


def test_pictures_are_decoded_once_while_memory_allows(split: MemorySplit) -> None:
    """A second look comes from memory, and what doesn't fit is decoded again."""
    kept = Pictures(split, kept_bytes=2 * SIZE * SIZE * 3)  # type: ignore[arg-type]  # a stand-in for Split
    for _ in range(2):
        for position in range(4):
            kept[position]
    assert split.decoded == [0, 1, 2, 3, 2, 3]
