"""What a training method is: augmented pictures go in, a loss comes out; the loop knows none by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pydantic
import torch
from torch import nn
from torch.nn import functional


class Batch(NamedTuple):
    """The pictures of one optimisation step.

    Attributes:
        pixels: float32 (B, 3, H, W) in [0, 1], augmented, not normalised: the student and the teachers
            normalise inside, so that a method may add noise and clip in pixel units.
        labels: int64 (B,), class numbers.
        indices: int64 (B,), positions in the train split; with `draw` they name the augmented view, so
            that a frozen teacher's logits can be kept.
        draw: number of the augmented view: the epoch, or the epoch modulo the recipe's pool of views.
        views: as many further tensors shaped like `pixels` as the method's `views` asks for.
    """

    pixels: torch.Tensor
    labels: torch.Tensor
    indices: torch.Tensor
    draw: int
    views: tuple[torch.Tensor, ...] = ()


@dataclass(frozen=True)
class Teacher:
    """A frozen network in eval mode, with its validation figures.

    Attributes:
        name: of its submission.
        network: maps pixels (B, 3, H, W) in [0, 1] to logits (B, classes).
        macro_f1: on the val split.
        loss: on the val split, nats.
        input_size: height and width that it was trained on; 0 takes any.
        digest: names its weights and how its pictures are prepared; "" where nothing depends on it.
        kept: returns the logits (pictures, classes) of the whole train split in the view of a number.
    """

    name: str
    network: nn.Module
    macro_f1: float
    loss: float
    input_size: int = 0
    digest: str = ""
    kept: Callable[[int], torch.Tensor] | None = None

    @torch.no_grad()
    def logits(self, batch: Batch) -> torch.Tensor:
        """Return its float32 logits (B, classes) of `batch.pixels`: kept ones, or computed now."""
        if self.kept is not None:
            return self.kept(batch.draw)[batch.indices]
        pixels = batch.pixels
        if self.input_size not in (0, pixels.shape[-1]):
            size = (self.input_size, self.input_size)
            pixels = functional.interpolate(
                pixels, size=size, mode="bilinear", antialias=True, align_corners=False
            )
        logits: torch.Tensor = self.network(pixels)
        return logits.float()


@dataclass(frozen=True)
class Setup:
    """What a method may build on before the first step.

    Attributes:
        student: maps pixels (B, 3, H, W) in [0, 1] to logits (B, classes).
        classes: number of classes.
        pictures: number of pictures in the train split.
        epochs: length of the training; early stopping may end it sooner.
        batch: pictures a step.
        input_size: height and width of `Batch.pixels`.
        device: where the tensors of a batch lie.
        teachers: weakest first by validation macro-F1 (ties: the higher validation loss first).
    """

    student: nn.Module
    classes: int
    pictures: int
    epochs: int
    batch: int
    input_size: int
    device: torch.device
    teachers: tuple[Teacher, ...] = ()


class Method:
    """Base of all methods. A method is one file, one line in `METHODS`, one recipe and one test.

    The loop calls, in this order: `setup` once; `parameter_groups` once; `load_state_dict` on resuming;
    then in each epoch `on_epoch_start` and, a step, `loss`, followed by zero_grad, backward and the
    optimiser's step. `loss` may therefore leave gradients behind on the student. torch's global generator
    is seeded anew from (seed, epoch) before `on_epoch_start`: draw from it, and keep whatever else has to
    outlive an epoch in `state_dict`.
    """

    class Options(pydantic.BaseModel):
        """The method's part of a recipe, `[method]` less its `name`; a method with options extends it."""

        model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    views: int = 0
    """How many further views of each picture `view` draws; a method may set it from its options."""

    def __init__(self, options: Options) -> None:
        """Keep the options; networks of the method's own are built in `setup`."""
        self.options = options

    def teachers(self) -> tuple[str, ...]:
        """Return the names or folders of the submissions that `Setup.teachers` has to hold."""
        return ()

    def setup(self, setup: Setup) -> None:
        """Take the student and what surrounds it."""
        self.student = setup.student

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Return further optimiser groups ({"params": ..., "lr": ...}); the schedule scales every lr."""
        return []

    def on_epoch_start(self, epoch: int, batches: Callable[[], Iterator[Batch]]) -> None:
        """Prepare an epoch.

        Args:
            epoch: 0-based.
            batches: starts a pass over the train split in this epoch's views and order.
        """

    def view(self, image: npt.NDArray[np.uint8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
        """Return one further view of an augmented picture (H, W, 3); called in loading threads.

        Args:
            image: the picture as `Batch.pixels` holds it; not to be modified.
            random: the only randomness, keyed by (seed, epoch, picture, view).
        """
        raise NotImplementedError(f"{type(self).__name__} asks for {self.views} views but draws none")

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the scalar to be minimised."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Return tensors, numbers, strings, lists and dicts that a resumed run needs."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take back what `state_dict` returned."""
