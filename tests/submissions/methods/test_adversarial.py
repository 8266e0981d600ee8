"""The game between student and discriminator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from hzbench.submissions.methods.adversarial import Discriminator, discriminator_loss, reverse_gradient

Logits = Callable[[int], torch.Tensor]


def test_gradient_reversal_turns_the_sign_and_nothing_else() -> None:
    """Values pass unchanged; the gradient comes back negated."""
    values = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    passed = reverse_gradient(values)
    assert torch.equal(passed, values)
    (passed * torch.tensor([2.0, 5.0, -1.0])).sum().backward()
    assert values.grad is not None
    assert values.grad.tolist() == [-2.0, -5.0, 1.0]


def test_loss_is_the_mean_binary_cross_entropy_over_both_scores(logits: Logits) -> None:
    """(1, 0) for the student's rows and (0, 1) for the teacher's, against the formula."""
    torch.manual_seed(0)
    discriminator = Discriminator(4)
    student, teacher = logits(1), logits(2)
    scores = discriminator(torch.cat([student, teacher])).sigmoid()
    right = torch.cat([scores[:6, 0], 1 - scores[:6, 1], 1 - scores[6:, 0], scores[6:, 1]])
    expected = -right.log().mean()
    torch.testing.assert_close(discriminator_loss(discriminator, student, teacher), expected)


def test_discriminator_descends_and_student_ascends(logits: Logits) -> None:
    """One small step along each gradient: its own weights lower the loss, the student's logits raise it."""
    torch.manual_seed(0)
    discriminator = Discriminator(4)
    student, teacher = logits(1).requires_grad_(), logits(2).requires_grad_()
    loss = discriminator_loss(discriminator, student, teacher)
    loss.backward()
    assert teacher.grad is None, "a teacher is not moved"
    assert student.grad is not None
    with torch.no_grad():
        assert discriminator_loss(discriminator, student - 0.01 * student.grad, teacher) > loss
        for parameter in discriminator.parameters():
            assert parameter.grad is not None
            parameter -= 0.01 * parameter.grad
        assert discriminator_loss(discriminator, student, teacher) < loss


@pytest.mark.parametrize("seed", range(30))
def test_discriminator_tells_logits_apart_whatever_its_first_weights(seed: int, logits: Logits) -> None:
    """The published one is constant for one draw of its weights in three; this one never is."""
    torch.manual_seed(seed)
    scores = Discriminator(4)(logits(1)).detach()
    assert float(scores.std(dim=0).min()) > 1e-3


def test_student_is_drawn_towards_the_teacher_by_the_reversed_game() -> None:
    """With nothing but the adversarial loss, two clouds of logits come closer; without reversal they part."""

    def gap(steps: int, reversed_: bool) -> float:
        torch.manual_seed(3)
        teacher = torch.randn(256, 4) + torch.tensor([2.0, -2.0, 1.0, 0.0])
        student = torch.randn(256, 4).requires_grad_()
        discriminator = Discriminator(4)
        groups = [{"params": [student], "lr": 2.0}, {"params": list(discriminator.parameters()), "lr": 0.02}]
        optimiser = torch.optim.SGD(groups, momentum=0.9)
        for _ in range(steps):
            optimiser.zero_grad()
            # Turned twice, the sign is the published default's.
            shown = student if reversed_ else reverse_gradient(student)
            discriminator_loss(discriminator, shown, teacher).backward()
            optimiser.step()
        return float((student.detach().mean(dim=0) - teacher.mean(dim=0)).norm())

    at_first = gap(0, reversed_=True)
    assert gap(120, reversed_=True) < 0.9 * at_first < 1.1 * at_first < gap(120, reversed_=False)
