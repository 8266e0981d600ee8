"""A recipe: everything that a training run depends on beside its data, read from a TOML file."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic

from hzbench.benchmark.errors import UsageError, closest

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

Probability = Annotated[float, pydantic.Field(ge=0, le=1)]
Positive = Annotated[float, pydantic.Field(gt=0)]
NotNegative = Annotated[float, pydantic.Field(ge=0)]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Count = Annotated[int, pydantic.Field(gt=0)]


class Part(pydantic.BaseModel):
    """A table of a recipe: unknown keys are refused, values never change."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, strict=False)


class Optimiser(Part):
    """`[optimiser]`: the paper's is RAdam at 2e-4 with batches of 64."""

    name: Literal["radam", "adamw", "sgd"] = "radam"
    lr: Positive = 2e-4
    batch: Count = 64
    weight_decay: NotNegative = 0.0
    momentum: NotNegative = 0.9  # of sgd
    nesterov: bool = False  # of sgd


class Schedule(Part):
    """`[schedule]`: how the learning rate moves, as a factor on every parameter group's own rate."""

    kind: Literal["constant", "milestones", "cosine"] = "constant"
    warmup_epochs: NotNegative = 0.0  # linear from 0
    milestones: tuple[Positive, ...] = ()  # epochs after which the rate is multiplied by `decay`
    decay: Probability = 0.1

    def factor(self, epoch: float, epochs: int) -> float:
        """Return the factor at a moment of the training.

        Args:
            epoch: epochs done, with the fraction of the running one.
            epochs: length of the training.
        """
        warmup = min(1.0, epoch / self.warmup_epochs) if self.warmup_epochs else 1.0
        if self.kind == "milestones":
            return warmup * self.decay ** sum(epoch >= milestone for milestone in self.milestones)
        if self.kind == "cosine":
            done = max(0.0, epoch - self.warmup_epochs) / max(epochs - self.warmup_epochs, 1e-9)
            return warmup * 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))
        return warmup


class BrightnessContrast(Part):
    """Albumentations RandomBrightnessContrast; limits are fractions."""

    brightness: NotNegative = 0.2
    contrast: NotNegative = 0.2
    p: Probability = 0.5


class HueSaturationValue(Part):
    """Albumentations HueSaturationValue; limits in cv2's units (hue 0-179, the others 0-255)."""

    hue: NotNegative = 20
    saturation: NotNegative = 30
    value: NotNegative = 20
    p: Probability = 0.5


class ShiftScaleRotate(Part):
    """Albumentations Affine in the form of its former ShiftScaleRotate; the border is a reflection."""

    shift: Probability = 0.0625  # of the side
    scale: Probability = 0.1  # 1 - scale to 1 + scale
    rotate: NotNegative = 45  # degrees either way
    p: Probability = 0.5


class Augmentations(Part):
    """`[augmentations]`: what is left out is not done."""

    horizontal_flip: Probability = 0.0
    vertical_flip: Probability = 0.0
    brightness_contrast: BrightnessContrast | None = None
    hue_saturation_value: HueSaturationValue | None = None
    shift_scale_rotate: ShiftScaleRotate | None = None
    # 0: new views each epoch. K: epoch e sees view e mod K, the same whatever the seed
    pool: Annotated[int, pydantic.Field(ge=0)] = 0


class Recipe(Part):
    """One training run. See `submissions/recipes/` for examples with reasons.

    Attributes:
        name: of the submission that it makes.
        architecture: a name that the zoo or the checkpoints' architectures know.
        method: `{"name": ..., option: value, ...}`.
        data: name or folder of the dataset.
        random_weights: to start from where `pretrained` is false: the library's, or He's for rectifiers.
        batch_norm_momentum: share of a step's statistics in the running ones that validation and evaluation
            use; None leaves the network's own.
        patience: epochs without a lower validation loss after which training ends; 0 never.
        precision: of the training steps; "auto" is half precision on a GPU and float32 elsewhere.
        overlaps: test corruptions that resemble one of the augmentations.
    """

    name: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9][a-z0-9_.\-]*$")]
    architecture: str
    data: str = "sdhz-synth"
    input_size: Annotated[int, pydantic.Field(ge=16, le=1024)] = 224
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[Positive, Positive, Positive] = IMAGENET_STD
    pretrained: bool = False
    random_weights: Literal["library", "he"] = "library"
    batch_norm_momentum: Probability | None = None
    epochs: Count
    patience: Annotated[int, pydantic.Field(ge=0)] = 10
    seed: Annotated[int, pydantic.Field(ge=0)] = 0
    precision: Precision = "auto"
    weights_dtype: Literal["float16", "float32"] = "float16"
    overlaps: tuple[str, ...] = ()
    method: dict[str, Any] = pydantic.Field(default_factory=lambda: {"name": "baseline"})
    optimiser: Optimiser = Optimiser()
    schedule: Schedule = Schedule()
    augmentations: Augmentations = Augmentations()


def recipe_names() -> list[str]:
    """Return the names of the shipped recipes."""
    return sorted(path.relative_to(RECIPES).with_suffix("").as_posix() for path in RECIPES.rglob("*.toml"))


def _names_in_use() -> list[str]:
    return [name.removeprefix("cpu/") for name in recipe_names()]


def shipped_recipe(name: str) -> str | None:
    """Return the full name of a shipped recipe, whose folder is left out where it is `cpu`; None: no such."""
    return next((full for full in (name, f"cpu/{name}") if full in recipe_names()), None)


def load_recipe(name_or_path: str | Path) -> Recipe:
    """Read a shipped recipe by its name, or a recipe file.

    Args:
        name_or_path: of a shipped recipe, where the folder `cpu` may be left out; or a file's path.

    Raises:
        UsageError: no such recipe, not TOML, an unknown key or a value that cannot be used.
    """
    shipped = shipped_recipe(str(name_or_path))
    path = RECIPES / f"{shipped}.toml" if shipped else Path(name_or_path)
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"recipe '{name_or_path}' is neither a shipped recipe nor a readable TOML file."
            f"{closest(str(name_or_path).removeprefix('cpu/'), _names_in_use())}"
        ) from error
    try:
        return parse_recipe(tomllib.loads(text), str(path))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not a TOML file: {error}.") from error


def recipe_and_source(recipe: str | Path | Recipe) -> tuple[Recipe, str]:
    """Return a recipe, and the name by which a reader finds it: without the folders of this machine."""
    if isinstance(recipe, Recipe):
        return recipe, recipe.name
    return load_recipe(recipe), shipped_recipe(str(recipe)) or Path(recipe).name


def parse_recipe(table: dict[str, Any], source: str) -> Recipe:
    """Check a recipe's table.

    Args:
        table: as `tomllib` returns it.
        source: where it comes from, for the error.

    Raises:
        UsageError: one line that names the first key that is wrong, and the closest valid one.
    """
    try:
        recipe = Recipe.model_validate(table)
    except pydantic.ValidationError as error:
        raise UsageError(f"{source}: {_first_fault(Recipe, error)}") from error
    _check_method(recipe.method, source)
    _check_overlaps(recipe.overlaps, source)
    return recipe


def _check_method(table: dict[str, Any], source: str) -> None:
    from hzbench.submissions.methods import METHODS

    name = str(table.get("name", ""))
    if name not in METHODS:
        raise UsageError(f"{source}: unknown method '{name}'.{closest(name, sorted(METHODS))}")
    options = METHODS[name].Options
    try:
        options.model_validate({key: value for key, value in table.items() if key != "name"})
    except pydantic.ValidationError as error:
        raise UsageError(f"{source}: method {_first_fault(options, error)}") from error


def _check_overlaps(overlaps: tuple[str, ...], source: str) -> None:
    from hzbench.corruptions.registry import CORRUPTIONS

    for name in overlaps:
        if name not in CORRUPTIONS:
            raise UsageError(
                f"{source}: overlaps: unknown corruption '{name}'.{closest(name, list(CORRUPTIONS))}"
            )


def _first_fault(model: type[pydantic.BaseModel], error: pydantic.ValidationError) -> str:
    fault = error.errors()[0]
    path = [str(part) for part in fault["loc"]]
    if fault["type"] == "extra_forbidden":
        return f"unknown key '{'.'.join(path)}'.{closest(path[-1], _valid_keys(model, path[:-1]))}"
    if fault["type"] == "missing":
        return f"the key '{'.'.join(path)}' is missing."
    return f"'{'.'.join(path)}' = {fault['input']!r} cannot be used: {fault['msg']}."


def _valid_keys(model: type[pydantic.BaseModel], path: list[str]) -> list[str]:
    for part in path:
        annotation = model.model_fields[part].annotation
        candidates = [annotation, *getattr(annotation, "__args__", ())]
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, pydantic.BaseModel))
    return sorted(model.model_fields)
