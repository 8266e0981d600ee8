"""What a model expects of a picture: declared by its author, by default torchvision's ImageNet values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hzbench.benchmark.errors import CheckpointError

CANONICAL_SIZE = 224
"""Pixels on each side of the pictures that the benchmark hands to a model."""

SMALLEST_SIZE, LARGEST_SIZE = 32, 1024
"""Pixels on each side that a model may ask for."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

Means = tuple[tuple[float, float, float], tuple[float, float, float]]
"""Mean and deviation of the channels red, green, blue, on the scale 0-1."""

_Mean = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Std = Annotated[float, Field(gt=1e-4, le=10, allow_inf_nan=False)]


class Preprocessing(BaseModel):
    """Input size, normalisation and class order of a model.

    Attributes:
        input_size: pixels on each side; 224 x 224 pictures are resized to it (bilinear, antialiased).
            None takes the size that the file fixes, or 224.
        mean: subtracted from each of the channels red, green, blue, whose values are 0-1.
        std: what is divided by afterwards.
        classes: the class of each output, in order; None where it is the dataset's own order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_size: Annotated[int, Field(ge=SMALLEST_SIZE, le=LARGEST_SIZE)] | None = None
    mean: tuple[_Mean, _Mean, _Mean] = IMAGENET_MEAN
    std: tuple[_Std, _Std, _Std] = IMAGENET_STD
    classes: tuple[_Name, ...] | None = None

    @property
    def size(self) -> int:
        """Pixels on each side that a model gets whose file fixes no size."""
        return self.input_size or CANONICAL_SIZE


def column_order(declared: Sequence[str] | None, dataset: Sequence[str]) -> tuple[int, ...] | None:
    """Return which output of the model stands for each class of the dataset, None where the orders agree.

    Args:
        declared: the class of each output of the model; None means the dataset's order.
        dataset: the dataset's classes.

    Raises:
        CheckpointError: the declared classes are not the dataset's, each once.
    """
    if declared is None or tuple(declared) == tuple(dataset):
        return None
    if sorted(declared) != sorted(dataset):
        raise CheckpointError(
            f"the model's classes are {', '.join(declared)}, the dataset's are {', '.join(dataset)}. "
            "Under [model] classes in submission.toml, list the dataset's classes in the outputs' order."
        )
    return tuple(list(declared).index(name) for name in dataset)
