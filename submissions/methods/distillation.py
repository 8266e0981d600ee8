"""What the methods that learn from teachers share; they differ in which teacher's answers are the target.

Source: MEAL (Shen, He and Xue 2019) for both losses; Back et al. 2021, Figures 5 and 6, for the choice of
teachers. Per batch, with the student's logits s and the target's probabilities q and logits t:

    loss = - mean over the batch of sum_k q_k log softmax(s)_k  +  adversarial_weight x L_D(s, t)

at temperature 1, without the labels. Teachers are frozen and in eval mode; the published code leaves them in
training mode by default, where their batch statistics make the target depend on the rest of the batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import pydantic
import torch
from torch.nn import functional

from hzbench.benchmark.errors import UsageError
from hzbench.submissions.methods.adversarial import Discriminator, discriminator_loss
from hzbench.submissions.methods.method import Batch, Method, Setup, Teacher


class Target(NamedTuple):
    """What the student is to answer.

    Attributes:
        probabilities: (B, classes); the similarity loss compares the student's with them.
        logits: (B, classes); what the discriminator is shown beside the student's.
    """

    probabilities: torch.Tensor
    logits: torch.Tensor


def similarity_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Return the mean over the batch of - sum_k target_k log softmax(logits)_k, nats; both (B, classes).

    Its gradient on the logits is (softmax(logits) - target) / B, as that of the Kullback-Leibler divergence.
    """
    return -(target * functional.log_softmax(logits, dim=1)).sum(dim=1).mean()


class Distillation(Method):
    """The student matches a target made of its teachers' answers, and deceives a discriminator."""

    class Options(Method.Options):
        """`[method]` of every method with teachers."""

        teachers: Annotated[tuple[str, ...], pydantic.Field(min_length=1)]  # submissions: names or folders
        adversarial: Literal["reversal", "none"] = "reversal"  # none: the similarity loss alone
        adversarial_weight: Annotated[float, pydantic.Field(gt=0)] = 1.0
        discriminator_lr: Annotated[float, pydantic.Field(gt=0)] = 1e-3

    options: Options

    def teachers(self) -> tuple[str, ...]:
        """Return the names or folders that the recipe gives."""
        return self.options.teachers

    def setup(self, setup: Setup) -> None:
        """Take student and teachers, and draw the discriminator."""
        super().setup(setup)
        if not setup.teachers:
            raise UsageError("the method needs teachers, and got none. Name them in the recipe's [method].")
        self.ordered: tuple[Teacher, ...] = setup.teachers  # weakest first
        self.discriminator: Discriminator | None = None
        if self.options.adversarial == "reversal":
            self.discriminator = Discriminator(setup.classes).to(setup.device)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Let the optimiser train the discriminator too, at a rate of its own."""
        if self.discriminator is None:
            return []
        return [{"params": list(self.discriminator.parameters()), "lr": self.options.discriminator_lr}]

    def target(self, batch: Batch) -> Target:
        """Return what the student is to answer on `batch.pixels`."""
        raise NotImplementedError

    def loss(self, batch: Batch) -> torch.Tensor:
        """Return the similarity loss plus the weighted adversarial one."""
        return self.compare(self.student(batch.pixels), self.target(batch))

    def compare(self, logits: torch.Tensor, target: Target) -> torch.Tensor:
        """Return the loss of the student's logits; both hold the same pictures in the same order."""
        logits = logits.float()  # under autocast they may be half as exact
        loss = similarity_loss(logits, target.probabilities)
        if self.discriminator is not None:
            adversarial = discriminator_loss(self.discriminator, logits, target.logits)
            loss = loss + self.options.adversarial_weight * adversarial
        return loss

    def state_dict(self) -> dict[str, Any]:
        """Return the discriminator's weights; which teacher's turn it is follows from the epoch."""
        return {} if self.discriminator is None else {"discriminator": self.discriminator.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the discriminator's weights back."""
        if self.discriminator is not None:
            self.discriminator.load_state_dict(state["discriminator"])


def answer_of(teacher: Teacher, batch: Batch) -> Target:
    """Return one teacher's answer as the target."""
    logits = teacher.logits(batch)
    return Target(logits.softmax(dim=1), logits)
