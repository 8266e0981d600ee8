"""Augmented batches: the same from any thread, in any order, on any run."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from hzbench.benchmark.errors import UsageError
from hzbench.submissions.training.loading import (
    Augmenter,
    Loader,
    Pictures,
    epoch_order,
    import_albumentations,
    to_pixels,
)
from hzbench.submissions.training.recipe import Augmentations, Recipe

Squares = Callable[[int, int], Pictures]


def make_loader(pictures: Pictures, augmentations: Augmentations, **options: Any) -> Loader:
    """Return a loader of batches of 8 on the CPU."""
    settings: dict[str, Any] = {"batch": 8, "seed": 3, "device": torch.device("cpu"), "input_size": 32}
    return Loader(pictures, augmentations, **(settings | options))


def test_view_depends_on_seed_draw_and_position_alone(squares: Squares, toy_recipe: Recipe) -> None:
    """Another order of calls gives the same bytes; another seed, draw or position gives others."""
    image = squares(1, 0).images[0]
    augment = Augmenter(toy_recipe.augmentations, seed=5)
    views = {(draw, position): augment(image, draw, position) for draw in range(3) for position in range(4)}
    again = Augmenter(toy_recipe.augmentations, seed=5)
    for draw, position in reversed(list(views)):
        np.testing.assert_array_equal(again(image, draw, position), views[draw, position])
    assert len({view.tobytes() for view in views.values()}) > 9
    other = Augmenter(toy_recipe.augmentations, seed=6)
    assert any((other(image, *key) != view).any() for key, view in views.items())


def test_flips_are_drawn_independently(squares: Squares) -> None:
    """The four combinations of two flips all occur: the library seeds all its steps alike unless stopped."""
    image = squares(1, 0).images[0]
    augment = Augmenter(Augmentations(horizontal_flip=0.5, vertical_flip=0.5), seed=0)
    seen = {augment(image, 0, position).tobytes() for position in range(40)}
    expected = {view.tobytes() for view in (image, image[::-1], image[:, ::-1], image[::-1, ::-1])}
    assert seen == expected


def test_picture_in_memory_is_not_modified(squares: Squares, toy_recipe: Recipe) -> None:
    """Augmenting leaves the split as it was read."""
    pictures = squares(8, 0)
    before = pictures.images.copy()
    list(make_loader(pictures, toy_recipe.augmentations).batches(0))
    np.testing.assert_array_equal(pictures.images, before)


@pytest.mark.parametrize("workers", [1, 3])
def test_batches_do_not_depend_on_loading_threads(squares: Squares, toy_recipe: Recipe, workers: int) -> None:
    """One thread and three give the same tensors in the same order."""
    pictures = squares(40, 0)
    found = list(make_loader(pictures, toy_recipe.augmentations, workers=workers).batches(2))
    expected = list(make_loader(pictures, toy_recipe.augmentations).batches(2))
    assert len(found) == len(expected) == 5
    for one, two in zip(found, expected, strict=True):
        assert torch.equal(one.pixels, two.pixels)
        assert torch.equal(one.indices, two.indices)


def test_epoch_is_the_same_whatever_was_loaded_before(squares: Squares, toy_recipe: Recipe) -> None:
    """A resumed run meets the third epoch's batches as an undisturbed one does."""
    pictures = squares(16, 0)
    undisturbed = make_loader(pictures, toy_recipe.augmentations)
    for epoch in range(2):
        list(undisturbed.batches(epoch))
    resumed = make_loader(pictures, toy_recipe.augmentations)
    for one, two in zip(undisturbed.batches(2), resumed.batches(2), strict=True):
        assert torch.equal(one.pixels, two.pixels)


def test_pool_of_views_repeats_them(squares: Squares, toy_recipe: Recipe) -> None:
    """With a pool of 2, epoch 2 shows each picture as epoch 0 did, so that a teacher's logits can be kept."""
    augmentations = toy_recipe.augmentations.model_copy(update={"pool": 2})
    loader = make_loader(squares(8, 0), augmentations)
    (first,), (third,) = loader.batches(0), loader.batches(2)
    assert first.draw == third.draw == 0
    assert torch.equal(first.pixels[first.indices.argsort()], third.pixels[third.indices.argsort()])


def test_pool_is_the_same_whatever_the_seed(squares: Squares, toy_recipe: Recipe) -> None:
    """Five seeds can share what a teacher answers; without a pool each seed has views of its own."""

    def sorted_views(pool: int, seed: int) -> torch.Tensor:
        augmentations = toy_recipe.augmentations.model_copy(update={"pool": pool})
        (batch,) = make_loader(squares(8, 0), augmentations, seed=seed).batches(1)
        return batch.pixels[batch.indices.argsort()]

    assert torch.equal(sorted_views(2, seed=0), sorted_views(2, seed=5))
    assert not torch.equal(sorted_views(0, seed=0), sorted_views(0, seed=5))


def test_further_views_of_a_pool_are_new_in_each_epoch(squares: Squares) -> None:
    """Only a teacher's pictures have to come back."""

    def noise(image: Any, random: np.random.Generator) -> Any:
        return random.integers(0, 255, image.shape).astype(np.uint8)

    loader = make_loader(squares(8, 0), Augmentations(pool=1), view=noise, views=1)
    (first,), (second,) = loader.batches(0), loader.batches(1)
    assert first.draw == second.draw == 0
    assert not torch.equal(first.views[0], second.views[0])


def test_incomplete_last_batch_is_left_out_unless_it_is_the_only_one() -> None:
    """20 pictures make two batches of 8; 5 pictures make one of 5."""
    assert [len(batch) for batch in epoch_order(0, 0, 20, 8)] == [8, 8]
    assert [len(batch) for batch in epoch_order(0, 0, 5, 8)] == [5]


def test_further_views_are_keyed_by_picture(squares: Squares) -> None:
    """A method's own views come with the batch and repeat with the draw."""

    def noisy(image: Any, random: np.random.Generator) -> Any:
        return (image // 2 + random.integers(0, 64, image.shape)).astype(np.uint8)

    loader = make_loader(squares(8, 0), Augmentations(), view=noisy, views=2)
    (first,), (again,) = loader.batches(0), loader.batches(0)
    assert [view.shape for view in first.views] == [first.pixels.shape] * 2
    assert not torch.equal(first.views[0], first.views[1])
    assert torch.equal(first.views[1], again.views[1])


def test_pixels_are_fractions_laid_out_channels_last(squares: Squares) -> None:
    """255 becomes 1.0, and no copy into another memory order is needed."""
    pixels = to_pixels(np.full((2, 32, 32, 3), 255, np.uint8), 32, torch.device("cpu"))
    assert pixels.shape == (2, 3, 32, 32)
    assert torch.equal(pixels, torch.ones_like(pixels))
    assert pixels.is_contiguous(memory_format=torch.channels_last)


def test_smaller_input_is_resized_with_antialiasing() -> None:
    """A fine chequerboard becomes even grey instead of aliasing."""
    board = np.indices((64, 64)).sum(axis=0) % 2 * 255
    images = np.repeat(board[None, :, :, None], 3, axis=3).astype(np.uint8)
    pixels = to_pixels(images, 16, torch.device("cpu"))
    assert pixels.shape == (1, 3, 16, 16)
    assert float((pixels - 0.5).abs().max()) < 0.05


@pytest.mark.parametrize(
    ("cause", "remedy"),
    [
        ("No module named 'albumentations'", r'pip install "hzbench\[train\]"'),
        ("libGL.so.1: cannot open shared object file", "apt-get install libgl1"),
    ],
)
def test_missing_package_or_library_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, cause: str, remedy: str
) -> None:
    """A Python package and a system library have different remedies."""
    original = builtins.__import__

    def refuse(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "albumentations":
            raise ImportError(cause)
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=remedy):
        import_albumentations()
