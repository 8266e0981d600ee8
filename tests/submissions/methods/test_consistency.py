"""The consistency loss of AugMix and PRIME, against its formula."""

from __future__ import annotations

import math

import pytest
import torch

from hzbench.submissions.methods.augmix import AugMix
from hzbench.submissions.methods.consistency import ConsistentViews, jensen_shannon
from hzbench.submissions.methods.method import Batch, Setup
from hzbench.submissions.methods.prime import Prime

METHODS = [AugMix, Prime]


def make(method: type[ConsistentViews], **options: float) -> ConsistentViews:
    """Return a method over a student whose logits are the first pixels."""
    made = method(method.Options(**options))
    student = torch.nn.Flatten()
    cpu = torch.device("cpu")
    made.setup(Setup(student, classes=12, pictures=8, epochs=1, batch=2, input_size=2, device=cpu))
    return made


def batch_of_three() -> Batch:
    """Return two pictures with two views each, in float64 to compare closely."""
    torch.manual_seed(0)
    clean, first, second = torch.rand(3, 2, 3, 2, 2)
    return Batch(clean, torch.tensor([3, 7]), torch.arange(2), draw=0, views=(first, second))


def test_divergence_is_the_mean_kl_from_the_mean_answer() -> None:
    """Sum p log(p / M) by hand, for two answers."""
    first = torch.tensor([[0.5, 0.25, 0.25]], dtype=torch.float64)
    second = torch.tensor([[0.1, 0.8, 0.1]], dtype=torch.float64)
    mean = [0.3, 0.525, 0.175]
    expected = sum(
        sum(p * math.log(p / m) for p, m in zip(answer[0].tolist(), mean, strict=True))
        for answer in (first, second)
    )
    assert jensen_shannon([first, second]).item() == pytest.approx(expected / 2)


def test_divergence_is_zero_for_equal_answers_and_log_three_for_contrary_ones() -> None:
    """The two ends of its range, certain answers included."""
    certain = torch.eye(3).unsqueeze(1)
    assert jensen_shannon([certain[0]] * 3).item() == pytest.approx(0, abs=1e-6)
    assert jensen_shannon(list(certain)).item() == pytest.approx(math.log(3), rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_loss_is_cross_entropy_on_clean_plus_twelve_divergences(method: type[ConsistentViews]) -> None:
    """The published weight is 12, and labels are compared with the clean view alone."""
    batch = batch_of_three()
    made = make(method)
    assert made.views == 2
    answers = [view.flatten(1).softmax(dim=1) for view in (batch.pixels, *batch.views)]
    expected = -answers[0][torch.arange(2), batch.labels].log().mean() + 12 * jensen_shannon(answers)
    torch.testing.assert_close(made.loss(batch), expected)


@pytest.mark.parametrize("method", METHODS)
def test_without_consistency_one_view_is_learnt_from(method: type[ConsistentViews]) -> None:
    """The published variant without the divergence shows the label one augmented view."""
    batch = batch_of_three()
    made = make(method, consistency=0)
    assert made.views == 1
    answers = batch.views[0].flatten(1).softmax(dim=1)
    expected = -answers[torch.arange(2), batch.labels].log().mean()
    torch.testing.assert_close(made.loss(batch._replace(views=batch.views[:1])), expected)
