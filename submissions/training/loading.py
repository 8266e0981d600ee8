"""Pictures in memory to augmented batches, prepared in the background while the network computes.

Every augmented view is keyed by (seed, draw, position of the picture), so that it does not depend on the
number of loading threads, on the order of the batches or on an interruption. The views of a pool are the same
for every seed.
"""

from __future__ import annotations

import collections
import functools
import hashlib
import itertools
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from hzbench.benchmark.errors import UsageError
from hzbench.submissions.methods.method import Batch
from hzbench.submissions.training.recipe import Augmentations

Images = npt.NDArray[np.uint8]
View = Callable[[Images, np.random.Generator], Images]

POOL_SEED = 0
"""In place of the run's seed for a pool of views: runs with other seeds then share a teacher's logits."""


class Pictures(NamedTuple):
    """A split held in memory: images uint8 (n, H, W, 3), labels int64 (n,)."""

    images: Images
    labels: npt.NDArray[np.int64]


def key(*parts: object) -> int:
    """Return a 128-bit number that names what `parts` name."""
    text = "hzbench-training|" + "|".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little")


def generator(*parts: object) -> np.random.Generator:
    """Return the random generator that belongs to `parts`."""
    return np.random.Generator(np.random.Philox(key=key(*parts)))


def epoch_order(seed: int, epoch: int, pictures: int, batch: int) -> list[npt.NDArray[np.int64]]:
    """Return the positions of each batch of an epoch.

    The incomplete last batch is left out, unless it is the only one: other pictures are left out each
    time, and every step weighs its pictures alike.
    """
    order = generator(seed, "order", epoch).permutation(pictures).astype(np.int64)
    batches = [order[start : start + batch] for start in range(0, pictures, batch)]
    return batches[:-1] if len(batches) > 1 and len(batches[-1]) < batch else batches


def import_albumentations() -> tuple[Any, Any]:
    """Return the modules albumentations and cv2, the latter held to one thread.

    Raises:
        UsageError: one of them, or a system library that they need, is not installed.
    """
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # it asks the network for its newest version
    try:
        import albumentations
        import cv2
    except ImportError as error:
        if ".so" in str(error):
            raise UsageError(
                f"training needs a system library that is missing ({error}). "
                "Install it, on Debian or Ubuntu with: apt-get install libgl1 libglib2.0-0"
            ) from error
        raise UsageError(
            f"training needs a package that is missing ({error}). "
            'Install it with: pip install "hzbench[train]"'
        ) from error
    cv2.setNumThreads(0)
    return albumentations, cv2


class Augmenter:
    """Augments single pictures; safe to call from several threads."""

    def __init__(self, augmentations: Augmentations, seed: int) -> None:
        """Check that what the augmentations need is installed.

        Args:
            augmentations: which ones, and how far.
            seed: of the training run.

        Raises:
            UsageError: Albumentations or a library below it is missing.
        """
        self._augmentations = augmentations
        self._seed = seed
        self._local = threading.local()
        self._build = (
            functools.partial(build_pipeline, augmentations) if augmentations_active(augmentations) else None
        )
        if self._build:
            import_albumentations()

    def __call__(self, image: Images, draw: int, position: int) -> Images:
        """Return the view number `draw` of the picture at `position`, shape and dtype kept."""
        if self._build is None:
            return image
        pipeline = getattr(self._local, "pipeline", None)
        if pipeline is None:
            pipeline = self._local.pipeline = self._build()
        # One generator for all steps of the pipeline: its `set_random_seed` would give every step the same
        # seed, so that a picture is flipped exactly when it is also rotated.
        pipeline.set_random_state(
            generator(self._seed, "augment", draw, position),
            random.Random(key(self._seed, "augment-scalar", draw, position)),
        )
        augmented: Images = pipeline(image=image)["image"]
        return augmented


def augmentations_active(augmentations: Augmentations) -> bool:
    """Return whether anything is augmented at all."""
    return augmentations.model_copy(update={"pool": 0}) != Augmentations()


def build_pipeline(augmentations: Augmentations) -> Any:
    """Return the Albumentations pipeline: geometry of the frame, colour, then shift, scale and rotation."""
    library, cv2 = import_albumentations()
    steps: list[Any] = []
    if augmentations.horizontal_flip:
        steps.append(library.HorizontalFlip(p=augmentations.horizontal_flip))
    if augmentations.vertical_flip:
        steps.append(library.VerticalFlip(p=augmentations.vertical_flip))
    if light := augmentations.brightness_contrast:
        steps.append(library.RandomBrightnessContrast(light.brightness, light.contrast, p=light.p))
    if colour := augmentations.hue_saturation_value:
        steps.append(library.HueSaturationValue(colour.hue, colour.saturation, colour.value, p=colour.p))
    if frame := augmentations.shift_scale_rotate:
        steps.append(
            library.Affine(
                scale=(1 - frame.scale, 1 + frame.scale),
                translate_percent=(-frame.shift, frame.shift),
                rotate=(-frame.rotate, frame.rotate),
                border_mode=cv2.BORDER_REFLECT_101,
                p=frame.p,
            )
        )
    return library.Compose(steps)


class Loader:
    """Batches of a train split, one epoch after the other."""

    def __init__(
        self,
        pictures: Pictures,
        augmentations: Augmentations,
        *,
        batch: int,
        seed: int,
        device: torch.device,
        input_size: int,
        view: View | None = None,
        views: int = 0,
        workers: int = 1,
    ) -> None:
        """Prepare to load.

        Args:
            pictures: the split.
            augmentations: of the recipe.
            batch: pictures a step.
            seed: of the training run.
            device: where the batches are put.
            input_size: height and width that the pictures are resized to after augmentation.
            view: draws a further view of an augmented picture, for methods that ask for some.
            views: how many.
            workers: loading threads.
        """
        self._pictures = pictures
        self._augmenter = Augmenter(augmentations, POOL_SEED if augmentations.pool else seed)
        self._pool = augmentations.pool
        self._batch = batch
        self._seed = seed
        self._device = device
        self._input_size = input_size
        self._view = view
        self._views = views
        self._workers = workers
        self.steps = len(epoch_order(seed, 0, len(pictures.labels), batch))

    def batches(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch; a few are made ahead in threads."""
        order = epoch_order(self._seed, epoch, len(self._pictures.labels), self._batch)
        draw = epoch % self._pool if self._pool else epoch
        with ThreadPoolExecutor(self._workers, thread_name_prefix="hzbench-loading") as threads:
            waiting = iter(order)
            ahead: collections.deque[tuple[npt.NDArray[np.int64], Future[list[Images]]]] = collections.deque(
                (positions, threads.submit(self._load, positions, draw, epoch))
                for positions in itertools.islice(waiting, self._workers + 1)
            )
            try:
                while ahead:
                    positions, future = ahead.popleft()
                    stacks = future.result()
                    for following in itertools.islice(waiting, 1):
                        ahead.append((following, threads.submit(self._load, following, draw, epoch)))
                    yield self._to_batch(positions, stacks, draw)
            finally:
                for _, future in ahead:
                    future.cancel()

    def _load(self, positions: npt.NDArray[np.int64], draw: int, epoch: int) -> list[Images]:
        """Return the augmented pictures and then their further views, each uint8 (B, H, W, 3).

        The further views are new in every epoch, with a pool too: nothing is kept of them.
        """
        pixels = [self._augmenter(self._pictures.images[p], draw, int(p)) for p in positions]
        stacks = [np.stack(pixels)]
        for number in range(self._views):
            assert self._view is not None, "a method that asks for views draws them"
            stacks.append(
                np.stack(
                    [
                        self._view(image, generator(self._seed, "view", epoch, int(p), number))
                        for image, p in zip(pixels, positions, strict=True)
                    ]
                )
            )
        return stacks

    def _to_batch(self, positions: npt.NDArray[np.int64], stacks: Sequence[Images], draw: int) -> Batch:
        pixels, *views = (to_pixels(stack, self._input_size, self._device) for stack in stacks)
        return Batch(
            pixels=pixels,
            labels=torch.from_numpy(self._pictures.labels[positions]).to(self._device),
            indices=torch.from_numpy(positions).to(self._device),
            draw=draw,
            views=tuple(views),
        )


def to_pixels(images: Images, input_size: int, device: torch.device) -> torch.Tensor:
    """Return uint8 (B, H, W, 3) as float32 (B, 3, size, size) in [0, 1], laid out channels last."""
    pixels = torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float().div_(255)
    if pixels.shape[-2:] == (input_size, input_size):
        return pixels
    return torch.nn.functional.interpolate(
        pixels, size=(input_size, input_size), mode="bilinear", antialias=True, align_corners=False
    )
