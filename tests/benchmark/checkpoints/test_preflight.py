"""A model that gets pictures or classes otherwise than in training is told so; an honest one never is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

from hzbench.benchmark.checkpoints.preflight import (
    COMMON,
    MORE_PER_CLASS,
    Preflight,
    choose,
    preflight,
)
from hzbench.benchmark.checkpoints.preprocessing import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from hzbench.benchmark.checkpoints.session import ModelSession

CLASSES = ("acne", "herpes_zoster", "tinea", "other")
Pixels = npt.NDArray[np.uint8]
Network = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]

COLOURS = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [130, 130, 130]])


def pictures(per_class: int = 24, noise: float = 20.0) -> tuple[Pixels, npt.NDArray[np.int64]]:
    """Return pictures whose mean colour tells the class, 8 x 8 pixels."""
    random = np.random.default_rng(0)
    labels = np.tile(np.arange(4), per_class)
    colours = COLOURS[labels] + random.normal(0, noise, (len(labels), 3))
    pixels = np.broadcast_to(colours[:, None, None], (len(labels), 8, 8, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8), labels


def nearest(mean: Any, std: Any, *, bgr: bool = False, order: tuple[int, ...] = (0, 1, 2, 3)) -> Network:
    """Return a network that was trained to tell colours, normalised and with its classes ordered somehow."""
    targets = (COLOURS / 255 - np.array(mean)) / np.array(std)
    targets = targets[:, ::-1] if bgr else targets
    scale = float(np.array(std).mean())

    def network(seen: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        distances = ((seen[:, None] - targets[None]) ** 2).sum(axis=2) * scale**2
        logits = np.maximum(0.2 - distances, -0.5)  # nothing that it knows: all alike
        logits[:, 3] += 1e-3
        return logits[:, list(order)]

    return network


class FakeSession:
    """A session whose model is a function of the mean colours of normalised pictures."""

    def __init__(self, network: Network, declared: Preprocessing) -> None:
        self.images = np.zeros((1, 32, 8, 8, 3), np.uint8)
        self._network, self._declared = network, declared
        self.shown = 0

    def submit(self, slot: int, count: int, normalisation: Any = None) -> None:
        mean, std = normalisation or (self._declared.mean, self._declared.std)
        seen = self.images[0, :count].mean(axis=(1, 2)) / 255
        self._logits = self._network((seen - np.array(mean)) / np.array(std)).astype(np.float32)
        self.shown += count

    def collect(self) -> tuple[int, npt.NDArray[np.float32]]:
        return 0, self._logits


def look(network: Network, declared: Preprocessing | None = None, **options: Any) -> Preflight:
    """Run the preflight of a network."""
    declared = declared or Preprocessing()
    images, labels = pictures(**options)
    return preflight(cast("ModelSession", FakeSession(network, declared)), images, labels, declared, CLASSES)


def test_a_model_as_declared_is_left_alone() -> None:
    """No flag and no note."""
    seen = look(nearest(IMAGENET_MEAN, IMAGENET_STD))
    assert (seen.flags, seen.notes, seen.kind) == ((), (), "logits")
    assert seen.right > 0.8 * seen.pictures


@pytest.mark.parametrize(
    ("trained", "declared"),
    [(one, other) for one, other in itertools.permutations(COMMON[:4], 2)],
    ids=lambda one: one.title,
)
def test_a_common_normalisation_that_fits_far_better_is_named(trained: Any, declared: Any) -> None:
    """Each of four, declared as each other: where the mismatch costs 20 points, the right one is named."""
    said = Preprocessing(mean=declared.mean, std=declared.std)
    network = nearest(trained.mean, trained.std)
    seen = look(network, said)
    as_trained = look(network, Preprocessing(mean=trained.mean, std=trained.std))
    assert as_trained.flags == ()
    if as_trained.right - seen.right < 0.3 * seen.pictures:
        pytest.skip("these two are near each other, so that little is lost")
    (flag,) = seen.flags
    assert flag.name == "normalisation"
    assert flag.detail.startswith(f"looks like it was trained with {trained.title}: ")
    assert "points, p = " in flag.detail
    assert "declare mean = [" in flag.detail


def test_swapped_channels_are_named() -> None:
    """Trained on BGR; what to do is said, since it cannot be declared."""
    (flag,) = look(nearest((0.5,) * 3, (0.5,) * 3, bgr=True), Preprocessing()).flags
    assert flag.name == "normalisation"
    assert "trained with BGR with mean = std = 0.5" in flag.detail
    assert "hzbench gives RGB" in flag.detail


def test_another_order_of_classes_is_named_as_it_would_be_declared() -> None:
    """Outputs in alphabetical order."""
    seen = look(nearest(IMAGENET_MEAN, IMAGENET_STD, order=(0, 1, 3, 2)))
    (flag,) = seen.flags
    assert flag.name == "class_order"
    assert "its outputs are acne, herpes_zoster, other, tinea, in this order" in flag.detail


def test_an_order_that_was_declared_wrongly_is_mended_in_its_own_terms() -> None:
    """The session gives columns in the dataset's order; the outputs are named in the file's."""
    declared = Preprocessing(classes=("other", "tinea", "herpes_zoster", "acne"))
    seen = look(nearest(IMAGENET_MEAN, IMAGENET_STD, order=(1, 0, 2, 3)), declared)
    assert "outputs are other, tinea, acne, herpes_zoster, in this order" in seen.flags[0].detail


def test_guessing_is_noted_and_is_no_flag() -> None:
    """An untrained network is honest."""
    random = np.random.default_rng(5)
    seen = look(lambda colours: random.normal(size=(len(colours), 4)))
    assert seen.flags == ()
    assert "no more than guessing gives (25 %)" in seen.notes[0]


def test_probabilities_are_told_from_logits() -> None:
    """They sum to 1; the advice says what goes wrong."""
    network = nearest(IMAGENET_MEAN, IMAGENET_STD)

    def softmax(colours: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        exponentials = np.exp(9 * network(colours))
        share: npt.NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
        return share

    seen = look(softmax)
    assert seen.kind == "probabilities"
    assert "Leave the softmax out" in seen.notes[0]
    assert look(lambda colours: np.full((len(colours), 4), np.nan)).kind == "not finite"


def test_luck_is_no_finding() -> None:
    """Of 300 models that guess, each in another way every time, not more than 1 % are flagged."""
    flagged = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        bias = random.normal(size=4)
        flagged += bool(
            look(
                lambda colours, random=random, bias=bias: random.normal(size=(len(colours), 4)) + bias,
                per_class=MORE_PER_CLASS,
            ).flags
        )
    assert flagged <= 3


def test_few_pictures_find_nothing() -> None:
    """Eight pictures cannot prove a point, whatever they show."""
    assert look(nearest((0.5,) * 3, (0.5,) * 3, bgr=True), per_class=2).flags == ()


def test_pictures_are_chosen_by_class_person_and_content() -> None:
    """One of each person, as many of each class, the same whatever the order of the index."""
    digests = [f"{(i * 7919) % 1000:04x}" for i in range(60)]
    labels = np.arange(60) % 4
    groups = [f"person {i // 8}" for i in range(60)]
    chosen = choose(digests, labels, groups, 24)
    assert len(set(labels[chosen])) in (0, 4)
    assert len({groups[i] for i in chosen}) == len(chosen)
    lonely = choose(digests, labels, [""] * 60, 5)
    assert np.bincount(labels[lonely]).tolist() == [5, 5, 5, 5]
    order = np.random.default_rng(0).permutation(60)
    again = choose([digests[i] for i in order], labels[order], [""] * 60, 5)
    assert [digests[order[i]] for i in again] == [digests[i] for i in lonely]
