"""The baseline is plain cross-entropy."""

from __future__ import annotations

import torch

from hzbench.submissions.methods.baseline import Baseline
from hzbench.submissions.methods.method import Batch, Method, Setup


def test_loss_is_the_mean_negative_log_probability_of_the_label() -> None:
    """Against the formula, in float64."""
    logits = torch.randn(5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    labels = torch.tensor([0, 3, 1, 1, 2])
    student = torch.nn.Identity()
    method = Baseline(Method.Options())
    cpu = torch.device("cpu")
    method.setup(Setup(student, classes=4, pictures=5, epochs=1, batch=5, input_size=32, device=cpu))
    loss = method.loss(Batch(logits, labels, indices=torch.arange(5), draw=0))
    probabilities = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    torch.testing.assert_close(loss, -probabilities[torch.arange(5), labels].log().mean())
