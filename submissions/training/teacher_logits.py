"""A frozen teacher's logits on the pool of augmented views, computed once and kept on the disk.

A teacher never changes and a pool's views come back every few epochs, so a student costs no more than plain
training once the logits are there; runs with other seeds and other methods share them. One file holds one
view of the whole train split. It is computed in the order of the split and in batches of a fixed size, so
that its bytes don't depend on the run that happened to need it first.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import numpy as np
import torch

from hzbench.benchmark.data.locking import exclusive
from hzbench.benchmark.durable import Progress, cache_folder, write_bytes
from hzbench.benchmark.errors import UsageError
from hzbench.submissions.methods.method import Teacher
from hzbench.submissions.training.loading import POOL_SEED, Augmenter, Pictures, to_pixels
from hzbench.submissions.training.recipe import Augmentations
from hzbench.submissions.training.state import write_failure

BATCH = 60
LIBRARIES = (
    "torch",
    "albumentations",
    "opencv-python-headless",
    "numpy",
)  # they can change a logit's last bits


class KeptLogits:
    """Logits of one teacher, by the number of the view."""

    def __init__(
        self,
        teacher: Teacher,
        pictures: Pictures,
        augmentations: Augmentations,
        *,
        data_digest: str,
        input_size: int,
        device: torch.device,
        progress: Progress | None = None,
    ) -> None:
        """Prepare; nothing is computed yet.

        Args:
            teacher: its digest names the file.
            pictures: the train split.
            augmentations: with a pool.
            data_digest: of the train split.
            input_size: of the student; the teacher sees its own where it has one.
            device: where the teacher lies and the logits are wanted.
            progress: called while a view is computed.
        """
        self._teacher = teacher
        self._pictures = pictures
        self._augmenter = Augmenter(augmentations, POOL_SEED)
        self._input_size = teacher.input_size or input_size
        self._device = device
        self._progress = progress or (lambda stage, done, total: None)
        self._views: dict[int, torch.Tensor] = {}
        self.folder = cache_folder() / "teacher-logits" / self._key(augmentations, data_digest)

    def __call__(self, draw: int) -> torch.Tensor:
        """Return the float32 logits (pictures, classes) of the view number `draw`.

        Raises:
            HzbenchError: the file cannot be written.
        """
        if draw not in self._views:
            path = self.folder / f"{draw}.npy"
            try:
                with exclusive(path.with_suffix(".lock"), waiting=self._say_waiting):
                    logits = self._read(path)
                    if logits is None:
                        logits = self._compute(draw)
                        stream = io.BytesIO()
                        np.save(stream, logits)
                        write_bytes(path, stream.getvalue())
            except OSError as error:
                raise write_failure(path, error) from error
            self._views[draw] = torch.from_numpy(logits).to(self._device)
        return self._views[draw]

    def _read(self, path: Path) -> np.ndarray | None:
        """Return a file's logits; None where it is missing or not what was written."""
        try:
            logits: np.ndarray = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        complete = logits.ndim == 2 and len(logits) == len(self._pictures.labels)
        return logits if complete and logits.dtype == np.float32 and np.isfinite(logits).all() else None

    @torch.no_grad()
    def _compute(self, draw: int) -> np.ndarray:
        parts, total = [], len(self._pictures.labels)
        for start in range(0, total, BATCH):
            positions = range(start, min(start + BATCH, total))
            images = [self._augmenter(self._pictures.images[p], draw, p) for p in positions]
            pixels = to_pixels(np.stack(images), self._input_size, self._device)
            with torch.autocast(self._device.type, enabled=False):
                parts.append(self._teacher.network(pixels).float().cpu().numpy())
            self._progress(f"teacher {self._teacher.name}: view {draw + 1}", positions.stop, total)
        return np.concatenate(parts)

    def _say_waiting(self) -> None:
        total = len(self._pictures.labels)
        self._progress(f"teacher {self._teacher.name}: another run computes this view", 0, total)

    def _key(self, augmentations: Augmentations, data_digest: str) -> str:
        """Return what names everything that the logits depend on, the machine's arithmetic included."""
        document = [
            self._teacher.digest,
            data_digest,
            augmentations.model_copy(update={"pool": 0}).model_dump(mode="json"),
            [POOL_SEED, BATCH, self._input_size, torch.get_num_threads()],
            [platform.machine(), torch.backends.cpu.get_cpu_capability(), self._device.type],
            [_version(library) for library in LIBRARIES],
        ]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()[:24]


def keep_logits(
    teachers: Sequence[Teacher],
    pictures: Pictures,
    augmentations: Augmentations,
    *,
    data_digest: str,
    input_size: int,
    device: torch.device,
    progress: Progress | None = None,
) -> tuple[Teacher, ...]:
    """Return the teachers with their logits kept where the recipe has a pool of views, else as they are.

    See `KeptLogits` for the arguments.

    Raises:
        UsageError: without a pool, a teacher would see the student's smaller pictures enlarged.
    """
    if not augmentations.pool:
        for teacher in teachers:
            if teacher.input_size > input_size:
                raise UsageError(
                    f"teacher '{teacher.name}' was trained on {teacher.input_size} pixels, the student sees "
                    f"{input_size}. Set augmentations.pool = 20 or so: a teacher then sees its own size."
                )
        return tuple(teachers)
    return tuple(
        dataclasses.replace(
            teacher,
            kept=KeptLogits(
                teacher,
                pictures,
                augmentations,
                data_digest=data_digest,
                input_size=input_size,
                device=device,
                progress=progress,
            ),
        )
        for teacher in teachers
    )


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
