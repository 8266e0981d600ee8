"""Each method with teachers against its formula."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pydantic
import pytest
import torch

from hzbench.benchmark.errors import UsageError
from hzbench.submissions.methods import build_method
from hzbench.submissions.methods.adversarial import Discriminator, discriminator_loss
from hzbench.submissions.methods.distillation import Distillation, similarity_loss
from hzbench.submissions.methods.kde_ct import KdeCt, teacher_index
from hzbench.submissions.methods.kde_ct_consistency import KdeCtConsistency
from hzbench.submissions.methods.kde_st import KdeSt
from hzbench.submissions.methods.method import Batch, Setup, Teacher

Logits = Callable[[int], torch.Tensor]
MakeSetup = Callable[..., Setup]
NAMES = ("kd_sm", "kde_at", "kde_st", "kde_ct", "kde_ct_consistency")


def make(name: str, setup: Setup, **options: Any) -> Any:
    """Return a method of a recipe's table, set up."""
    method = build_method({"name": name, "teachers": ["a", "b", "c"], **options})
    method.setup(setup)
    method.on_epoch_start(0, lambda: iter(()))
    return method


def cross_entropy(student: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the similarity loss, written out."""
    probabilities = student.exp() / student.exp().sum(dim=1, keepdim=True)
    return -sum((target[b] * probabilities[b].log()).sum() for b in range(len(target))) / len(target)  # type: ignore[return-value]  # sum of tensors


def test_similarity_loss_has_the_gradient_of_the_divergence(logits: Logits) -> None:
    """Value and gradient: (softmax(s) - q) / B on each row."""
    student, target = logits(1).requires_grad_(), logits(2).softmax(dim=1)
    loss = similarity_loss(student, target)
    torch.testing.assert_close(loss, cross_entropy(student, target))
    loss.backward()
    torch.testing.assert_close(student.grad, (student.softmax(dim=1) - target).detach() / 6)


def test_single_model_is_the_best_teacher(make_setup: MakeSetup, logits: Logits, batch: Batch) -> None:
    """The last of the weakest-first order, without a discriminator here."""
    method = make("kd_sm", make_setup(), adversarial="none")
    expected = cross_entropy(logits(1), logits(12).softmax(dim=1))
    torch.testing.assert_close(method.loss(batch), expected)


def test_average_is_of_probabilities_and_the_discriminator_sees_mean_logits(
    make_setup: MakeSetup, logits: Logits, batch: Batch
) -> None:
    """The mean of three softmaxes, which is no softmax of the mean."""
    method = make("kde_at", make_setup())
    target = method.target(batch)
    three = [logits(10 + n) for n in range(3)]
    torch.testing.assert_close(target.probabilities, sum(one.softmax(dim=1) for one in three) / 3)
    torch.testing.assert_close(target.logits, sum(three) / 3)
    assert not torch.allclose(target.probabilities, target.logits.softmax(dim=1))


def test_loss_is_similarity_plus_weighted_adversarial(
    make_setup: MakeSetup, logits: Logits, batch: Batch
) -> None:
    """With the weight of the options, on one teacher's answer."""
    method = make("kd_sm", make_setup(), adversarial_weight=0.5)
    adversarial = discriminator_loss(method.discriminator, logits(1), logits(12))
    expected = cross_entropy(logits(1), logits(12).softmax(dim=1)) + 0.5 * adversarial
    torch.testing.assert_close(method.loss(batch), expected)


def test_switched_training_draws_each_teacher_evenly(make_setup: MakeSetup, batch: Batch) -> None:
    """600 batches, three teachers: about 200 each, in no order, and again the same from the same seed."""
    method = make("kde_st", make_setup())
    assert isinstance(method, KdeSt)
    answers = {teacher.network.logits[0, 0].item(): n for n, teacher in enumerate(method.ordered)}

    def drawn() -> list[int]:
        torch.manual_seed(0)
        return [answers[method.target(batch).logits[0, 0].item()] for _ in range(600)]

    draws = drawn()
    assert all(150 < draws.count(n) < 250 for n in range(3))
    assert any(one != two for one, two in itertools.pairwise(draws))
    assert drawn() == draws


@pytest.mark.parametrize(
    ("epochs", "stage_epochs", "expected"),
    [
        (7, 0, [0, 0, 0, 1, 1, 1, 2]),  # an equal share, rounded up
        (7, 1, [0, 1, 2, 2, 2, 2, 2]),  # the last one stays
        (4, 5, [0, 0, 0, 0]),
    ],
)
def test_curriculum_goes_from_the_weakest_to_the_strongest(
    make_setup: MakeSetup, batch: Batch, epochs: int, stage_epochs: int, expected: list[int]
) -> None:
    """The teacher of each epoch, whatever epoch a resumed run begins with."""
    method = make("kde_ct", make_setup(epochs=epochs), stage_epochs=stage_epochs)
    assert isinstance(method, KdeCt)
    for epoch in reversed(range(epochs)):
        method.on_epoch_start(epoch, lambda: iter(()))
        assert method.teacher is method.ordered[expected[epoch]]
        assert torch.equal(method.target(batch).logits, method.teacher.logits(batch))


def test_the_papers_500_epochs_give_each_of_four_teachers_125() -> None:
    """The switches of its setting."""
    turns = [teacher_index(epoch, 125, 4) for epoch in range(500)]
    assert [turns.index(n) for n in range(4)] == [0, 125, 250, 375]


def test_consistency_matches_all_views_to_the_clean_target(
    make_setup: MakeSetup, logits: Logits, batch: Batch
) -> None:
    """The mean over the clean and two augmented views, each against the teacher's answer to the clean one."""

    class OfTheMean(torch.nn.Module):
        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return pixels.mean(dim=(2, 3)) @ torch.arange(12.0).view(3, 4).cos()

    views = tuple(torch.rand(6, 3, 8, 8, generator=torch.Generator().manual_seed(n)) for n in range(3))
    student = OfTheMean()
    method = make("kde_ct_consistency", make_setup(student=student), views=2, adversarial="none")
    assert isinstance(method, KdeCtConsistency)
    assert method.views == 2
    loss = method.loss(batch._replace(pixels=views[0], views=views[1:]))
    target = logits(10).softmax(dim=1)
    expected = sum(cross_entropy(student(view), target) for view in views) / 3
    torch.testing.assert_close(loss, expected)
    assert method.teacher.network.calls == 1, "the teacher sees the clean view alone"


@pytest.mark.parametrize("augmentation", ["augmix", "prime"])
def test_consistency_draws_the_views_that_it_names(make_setup: MakeSetup, augmentation: str) -> None:
    """Another picture of the same form, the same again from the same generator."""
    method = make("kde_ct_consistency", make_setup(), augmentation=augmentation)
    image = np.random.default_rng(0).integers(0, 255, (32, 32, 3)).astype(np.uint8)
    before = image.copy()
    first, again = (method.view(image, np.random.default_rng(1)) for _ in range(2))
    assert (first.dtype, first.shape) == (np.uint8, image.shape)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(image, before)
    assert (first != image).any()


@pytest.mark.parametrize("name", NAMES)
def test_teachers_stay_frozen_and_in_eval_mode(
    name: str, make_setup: MakeSetup, batch: Batch, teachers: tuple[Teacher, ...]
) -> None:
    """A training step gives them no gradient, no mode and no new weights; student and discriminator learn."""
    setup = make_setup()
    method = make(name, setup)
    assert isinstance(method, Distillation)
    method.student.train()
    before = [teacher.network.logits.clone() for teacher in teachers]
    method.loss(batch._replace(views=())).backward()
    for teacher, logits in zip(teachers, before, strict=True):
        assert not teacher.network.training
        assert teacher.network.logits.grad is None
        assert torch.equal(teacher.network.logits, logits)
    assert method.discriminator is not None
    assert all(parameter.grad is not None for parameter in method.discriminator.parameters())
    assert next(setup.student.parameters()).grad is not None


@pytest.mark.parametrize("name", NAMES)
def test_discriminator_has_its_own_rate_and_is_resumed(name: str, make_setup: MakeSetup) -> None:
    """The paper's 0.001, and the state brings its weights back."""
    method = make(name, make_setup())
    (group,) = method.parameter_groups()
    assert group["lr"] == 1e-3
    assert len(group["params"]) == 6
    other = make(name, make_setup())
    torch.nn.init.zeros_(other.discriminator.layers[0].weight)
    other.load_state_dict(method.state_dict())
    for one, two in zip(method.discriminator.parameters(), other.discriminator.parameters(), strict=True):
        assert torch.equal(one, two)
    alone = make(name, make_setup(), adversarial="none")
    assert alone.parameter_groups() == []
    assert alone.state_dict() == {}


def test_kept_logits_stand_for_the_network(batch: Batch, logits: Logits) -> None:
    """By picture and by view; the network is not asked."""
    network = torch.nn.Module()  # it would fail
    kept = {0: logits(20), 3: logits(23)}
    teacher = Teacher("kept", network, 0.5, 1.0, kept=kept.__getitem__)
    chosen = batch._replace(indices=torch.tensor([4, 1]), draw=3)
    assert torch.equal(teacher.logits(chosen), logits(23)[[4, 1]])


def test_teacher_sees_pictures_of_its_own_size(batch: Batch) -> None:
    """A student of 8 pixels and a teacher of 4."""

    class Side(torch.nn.Module):
        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return torch.full((len(pixels), 4), float(pixels.shape[-1]))

    assert Teacher("own", Side(), 0.5, 1.0, input_size=4).logits(batch).unique().item() == 4
    assert Teacher("any", Side(), 0.5, 1.0).logits(batch).unique().item() == 8


def test_method_without_teachers_is_refused(make_setup: MakeSetup) -> None:
    """In the recipe, and where none could be loaded."""
    with pytest.raises(pydantic.ValidationError, match="teachers"):
        build_method({"name": "kde_ct", "teachers": []})
    with pytest.raises(UsageError, match="needs teachers"):
        make("kde_ct", make_setup(teachers=()))


def test_discriminator_is_as_wide_as_the_classes() -> None:
    """Any number of classes."""
    assert Discriminator(7)(torch.zeros(2, 7)).shape == (2, 2)
