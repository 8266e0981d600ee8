"""ANT: training on noise that a generator makes as harmful as it can.

Source: Rusak et al. 2020, "A simple way to make neural networks robust against diverse image corruptions",
arXiv 2001.06057, sections 3 and 4, and the authors' code; with sigma 0.3 in Back et al. 2021.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

import pydantic
import torch
from torch.nn import functional

from hzbench.submissions.methods.adversarial_noise import NoiseGenerator, add_noise
from hzbench.submissions.methods.method import Batch, Method, Setup

REPLAYED = 2  # former generators that a batch draws from


class Ant(Method):
    """Cross-entropy on batches of which a half carries noise that a generator makes as harmful as it can."""

    class Options(Method.Options):
        """`[method]` of ant."""

        sigma: Annotated[float, pydantic.Field(gt=0)] = 0.3  # root mean square of the change to a picture
        kernel: Literal[1, 3] = 1  # of the generator's second layer
        current: Annotated[float, pydantic.Field(ge=0, le=1)] = 0.3  # share of a batch: this generator
        replayed: Annotated[float, pydantic.Field(ge=0, le=0.5)] = 0.1  # share for each of two former ones
        generator_lr: Annotated[float, pydantic.Field(gt=0)] = 1e-4  # of Adam, a step beside each of ours
        fresh_generator_lr: Annotated[float, pydantic.Field(gt=0)] = 5e-4  # of Adam, before an epoch
        fresh_generator_steps: Annotated[int, pydantic.Field(ge=1)] = 1000  # at most
        fresh_generator_passes: Annotated[int, pydantic.Field(ge=1)] = 3  # over the train split, at most

        @pydantic.model_validator(mode="after")
        def _shares_fit(self) -> Ant.Options:
            if self.current + REPLAYED * self.replayed > 1:
                raise ValueError("current + 2 x replayed is more than a whole batch")
            return self

    options: Options

    def setup(self, setup: Setup) -> None:
        """Take the student, and make room for the generators."""
        super().setup(setup)
        self.device = setup.device
        self.length = self.options.sigma * math.sqrt(3 * setup.input_size**2)
        self.former: list[dict[str, torch.Tensor]] = []
        """Each epoch's generator as it was when the epoch began."""
        self.replayed = NoiseGenerator(self.options.kernel).to(setup.device)
        self._renew()

    def on_epoch_start(self, epoch: int, batches: Callable[[], Iterator[Batch]]) -> None:
        """Train a new generator from scratch against the student as it is, and keep it for replay."""
        options = self.options
        self._renew()
        fresh = torch.optim.Adam(self.generator.parameters(), lr=options.fresh_generator_lr)
        passes = itertools.chain.from_iterable(batches() for _ in range(options.fresh_generator_passes))
        for batch in itertools.islice(passes, options.fresh_generator_steps):
            self.strengthen(batch, fresh)
        self.former.append({name: value.clone() for name, value in self.generator.state_dict().items()})

    def loss(self, batch: Batch) -> torch.Tensor:
        """Make the noise worse by one step, then return the mean cross-entropy in nats on the mixed batch."""
        self.strengthen(batch, self.adam)
        return functional.cross_entropy(self.student(self.mixed(batch.pixels)), batch.labels)

    def strengthen(self, batch: Batch, adam: torch.optim.Optimizer) -> float:
        """Take one step of the generator towards a larger loss of the student, and return that loss in nats.

        The student is in eval mode meanwhile and gets no gradient.
        """
        was_training = self.student.training
        self.student.eval()
        # In half precision the small gradients of the noise would vanish.
        with torch.autocast(self.device.type, enabled=False):
            noisy = add_noise(batch.pixels, self.generator(batch.pixels), self.length)
            loss = functional.cross_entropy(self.student(noisy), batch.labels)
        parameters = list(self.generator.parameters())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            parameter.grad = -gradient
        adam.step()
        self.student.train(was_training)
        return float(loss.detach())

    @torch.no_grad()
    def mixed(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the batch with noise on its last part: of the current generator, then of two former ones.

        Before a generator has been replaced, the current one stands in for the former ones.
        """
        counts = [int(len(pixels) * self.options.current)]
        counts += [int(len(pixels) * self.options.replayed)] * REPLAYED
        clean, *noisy = torch.split(pixels, [len(pixels) - sum(counts), *counts])
        parts = [clean]
        for number, part in enumerate(noisy):
            replay = number > 0 and len(self.former) > 1
            generator = self._former() if replay else self.generator
            parts.append(add_noise(part, generator(part), self.length))
        return torch.cat(parts)

    def state_dict(self) -> dict[str, Any]:
        """Return the generators for replay; the current one is made anew when an epoch begins."""
        return {"former": self.former}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take the generators back."""
        self.former = list(state["former"])

    def _renew(self) -> None:
        self.generator = NoiseGenerator(self.options.kernel).to(self.device)
        self.adam = torch.optim.Adam(self.generator.parameters(), lr=self.options.generator_lr)

    def _former(self) -> NoiseGenerator:
        chosen = int(torch.randint(len(self.former), ()))
        self.replayed.load_state_dict(self.former[chosen])
        return self.replayed
