"""Every shipped recipe can be used, and says what it depends on."""

from __future__ import annotations

from collections import Counter

import pytest

from hzbench.submissions import zoo
from hzbench.submissions.methods import build_method
from hzbench.submissions.training.recipe import Recipe, load_recipe, recipe_names

RECIPES = {name: load_recipe(name) for name in recipe_names()}
MADE = {recipe.name: recipe for recipe in RECIPES.values()}
TAUGHT = [name for name, recipe in RECIPES.items() if build_method(recipe.method).teachers()]


def teachers_of(recipe: Recipe) -> tuple[str, ...]:
    """Return the names of a recipe's teachers."""
    return build_method(recipe.method).teachers()


def test_no_two_recipes_make_a_submission_of_one_name() -> None:
    """They would take each other's output folder."""
    assert [name for name, count in Counter(r.name for r in RECIPES.values()).items() if count > 1] == []


@pytest.mark.parametrize("name", RECIPES)
def test_architecture_and_method_can_be_built(name: str) -> None:
    """A misspelt name would be found after the data were read."""
    assert zoo.trainable(RECIPES[name].architecture)
    assert build_method(RECIPES[name].method)


@pytest.mark.parametrize("name", RECIPES)
def test_colour_jitter_is_declared_as_an_overlap(name: str) -> None:
    """Two test corruptions change brightness and contrast too."""
    if RECIPES[name].augmentations.brightness_contrast is not None:
        assert {"brightness", "contrast"} <= set(RECIPES[name].overlaps)


@pytest.mark.parametrize("name", TAUGHT)
def test_teachers_are_made_by_shipped_recipes_on_the_same_data(name: str) -> None:
    """Four each: three large networks, and one of the student's own architecture."""
    recipe = RECIPES[name]
    teachers = [MADE[teacher] for teacher in teachers_of(recipe)]
    ensemble = "ensemble_m" if recipe.architecture == "mobilenet_v3_small" else "ensemble_e"
    assert [t.architecture.removesuffix("_standin") for t in teachers] == list(zoo.ZOO[ensemble].members)
    assert {t.data for t in teachers} == {recipe.data}
    assert {t.method["name"] for t in teachers} == {"baseline"}


@pytest.mark.parametrize("name", [name for name in TAUGHT if name.startswith("paper/")])
def test_papers_settings_are_the_printed_ones(name: str) -> None:
    """SGD 0.1 and 0.001, batches of 128, 500 epochs with decay at 150 and 250, 224 pixels, ImageNet."""
    recipe = RECIPES[name]
    optimiser, schedule = recipe.optimiser, recipe.schedule
    assert (optimiser.name, optimiser.lr, optimiser.batch) == ("sgd", 0.1, 128)
    assert (recipe.epochs, recipe.patience, schedule.milestones) == (500, 0, (150, 250))
    assert (recipe.input_size, recipe.pretrained) == (224, True)
    assert recipe.method["discriminator_lr"] == 0.001


@pytest.mark.parametrize("name", [name for name in TAUGHT if name.startswith("cpu/")])
def test_cpu_students_share_the_teachers_logits(name: str) -> None:
    """One pool and one set of augmentations, so that a teacher answers once for all methods and seeds."""
    augmentations = RECIPES[name].augmentations
    assert augmentations == RECIPES["cpu/mobilenet_v3_small-kde_ct"].augmentations
    assert augmentations.pool > 0


BASELINES = [name for name in RECIPES if name.startswith("paper/") and name.endswith("-baseline")]


@pytest.mark.parametrize("name", BASELINES)
def test_papers_baselines_are_the_basic_recipe(name: str) -> None:
    """RAdam 2e-4, batches of 64, patience 10, 224 pixels, ImageNet weights."""
    recipe = RECIPES[name]
    assert (recipe.optimiser.name, recipe.optimiser.lr, recipe.optimiser.batch) == ("radam", 2e-4, 64)
    assert (recipe.patience, recipe.input_size, recipe.pretrained) == (10, 224, True)
    assert recipe.architecture in zoo.ZOO
    assert recipe.method == {"name": "baseline"}
