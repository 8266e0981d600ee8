"""Recipes: what is accepted, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hzbench.benchmark.errors import UsageError
from hzbench.submissions import zoo
from hzbench.submissions.training.recipe import (
    Recipe,
    Schedule,
    load_recipe,
    parse_recipe,
    recipe_and_source,
    recipe_names,
)

SMALLEST: dict[str, Any] = {"name": "a-baseline", "architecture": "alexnet", "epochs": 3}


@pytest.mark.parametrize("name", recipe_names())
def test_shipped_recipe_is_valid_and_names_a_known_architecture(name: str) -> None:
    """Every file under recipes/ can be trained with."""
    recipe = load_recipe(name)
    assert zoo.trainable(recipe.architecture) == recipe.architecture


@pytest.mark.parametrize("name", recipe_names())
def test_shipped_recipe_declares_that_colour_jitter_overlaps_brightness_and_contrast(name: str) -> None:
    """Two test corruptions are among the paper's own augmentations, and every recipe says so."""
    recipe = load_recipe(name)
    if recipe.augmentations.brightness_contrast:
        assert {"brightness", "contrast"} <= set(recipe.overlaps)


OVERLAPS = {
    "gnt": {"gaussian_noise", "shot_noise", "impulse_noise"},
    "ant": {"gaussian_noise", "shot_noise", "impulse_noise"},
    "prime": {"defocus_blur", "elastic_transform"},
}


@pytest.mark.parametrize("name", recipe_names())
def test_shipped_recipe_declares_what_its_method_resembles(name: str) -> None:
    """Whoever trains on noise, filters or displacements says which test corruptions are like it."""
    recipe = load_recipe(name)
    views = recipe.method.get("augmentation", recipe.method["name"])
    assert OVERLAPS.get(views, set()) <= set(recipe.overlaps)


@pytest.mark.parametrize("name", recipe_names())
def test_shipped_recipe_names_a_submission_after_its_architecture_and_method(name: str) -> None:
    """`<architecture>-<method>`, so that no two recipes make submissions of the same name."""
    recipe = load_recipe(name)
    if name == "alexnet-reference":
        return
    folder, _, last = name.partition("/")
    assert recipe.name == last + ("-paper" if folder == "paper" else "")
    assert last.startswith(f"{recipe.architecture}-{recipe.method['name']}")


def test_folder_of_a_recipe_for_the_cpu_may_be_left_out() -> None:
    """The short name is the recipe that everyone can run; the paper's is asked for by its folder."""
    assert load_recipe("mobilenet_v3_small-gnt") == load_recipe("cpu/mobilenet_v3_small-gnt")
    assert recipe_and_source("mobilenet_v3_small-gnt")[1] == "cpu/mobilenet_v3_small-gnt"
    assert load_recipe("paper/mobilenet_v3_small-gnt").pretrained
    with pytest.raises(UsageError, match="Did you mean 'mobilenet_v3_small-gnt'"):
        load_recipe("mobilenet_v3_small-gmt")


def test_defaults_are_the_papers_basic_recipe() -> None:
    """RAdam at 2e-4, batches of 64, patience 10, 224 pixels, ImageNet normalisation."""
    recipe = parse_recipe(SMALLEST, "test")
    assert (recipe.optimiser.name, recipe.optimiser.lr, recipe.optimiser.batch) == ("radam", 2e-4, 64)
    assert (recipe.patience, recipe.input_size, recipe.method) == (10, 224, {"name": "baseline"})


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"epoch": 3}, r"unknown key 'epoch'\. Did you mean 'epochs'\?"),
        ({"optimiser": {"lrr": 1}}, r"unknown key 'optimiser\.lrr'\. Did you mean 'lr'\?"),
        (
            {"augmentations": {"shift_scale_rotate": {"rotation": 9}}},
            r"unknown key 'augmentations\.shift_scale_rotate\.rotation'\. Did you mean 'rotate'\?",
        ),
        ({"method": {"name": "base_line"}}, r"unknown method 'base_line'\. Did you mean 'baseline'\?"),
        ({"method": {"name": "baseline", "sigma": 1}}, r"method unknown key 'sigma'"),
        ({"overlaps": ["brightnes"]}, r"unknown corruption 'brightnes'\. Did you mean 'brightness'\?"),
        ({"epochs": 0}, r"'epochs' = 0 cannot be used"),
        ({"optimiser": {"lr": "fast"}}, r"'optimiser\.lr' = 'fast' cannot be used"),
        ({"optimiser": {"name": "adam"}}, r"'optimiser\.name' = 'adam' cannot be used: .*'radam'"),
        ({"name": "../escape"}, r"'name' = '\.\./escape' cannot be used"),
    ],
)
def test_wrong_key_or_value_is_one_line_with_the_closest_name(extra: dict[str, Any], message: str) -> None:
    """What was found and what is valid stand in one line, after the file's name."""
    with pytest.raises(UsageError, match=rf"^my\.toml: .*{message}") as caught:
        parse_recipe(SMALLEST | extra, "my.toml")
    assert "\n" not in str(caught.value)


def test_missing_key_is_named() -> None:
    """A recipe without a length is refused by the key's name."""
    with pytest.raises(UsageError, match="the key 'epochs' is missing"):
        parse_recipe({"name": "a", "architecture": "alexnet"}, "my.toml")


def test_unknown_recipe_gives_the_closest_shipped_one() -> None:
    """A misspelt name is answered with the name that was meant."""
    with pytest.raises(UsageError, match="Did you mean 'alexnet-reference'"):
        load_recipe("alexnet-refrence")


def test_file_that_is_not_toml_is_one_line(tmp_path: Path) -> None:
    """A syntax error is reported with the file and the place."""
    path = tmp_path / "broken.toml"
    path.write_text("epochs = = 3")
    with pytest.raises(UsageError, match=r"broken\.toml: not a TOML file: .*line 1"):
        load_recipe(path)


@pytest.mark.parametrize(
    ("schedule", "moment", "factor"),
    [
        (Schedule(), 7.0, 1.0),
        (Schedule(warmup_epochs=2), 0.5, 0.25),
        (Schedule(kind="milestones", milestones=(3, 5)), 2.9, 1.0),
        (Schedule(kind="milestones", milestones=(3, 5)), 3.0, 0.1),
        (Schedule(kind="milestones", milestones=(3, 5)), 6.0, 0.01),
        (Schedule(kind="cosine"), 5.0, 0.5),
        (Schedule(kind="cosine"), 10.0, 0.0),
        (Schedule(kind="cosine", warmup_epochs=2), 6.0, 0.5),
    ],
)
def test_learning_rate_factor_follows_the_schedule(schedule: Schedule, moment: float, factor: float) -> None:
    """Warm-up, steps and half a cosine, by hand, over ten epochs."""
    assert schedule.factor(moment, epochs=10) == pytest.approx(factor)


def test_recipe_cannot_be_changed() -> None:
    """A run's recipe stays what its fingerprint names."""
    with pytest.raises(ValueError, match="frozen"):
        Recipe.model_validate(SMALLEST).epochs = 5  # type: ignore[misc]  # that is the test
